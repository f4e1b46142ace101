// Suggests people, places and titles while one types, and shows one example after another in the empty box at home.
// Without this script the box takes the same words.

import { ROOT } from "./root.js";

const WAIT = 80; // milliseconds after the last key
const list = document.createElement("ul");
list.id = "suggestions";
list.setAttribute("role", "listbox");
let box = null; // that the list belongs to
let timer = 0;
let asking = null;

function close() {
  clearTimeout(timer);
  asking?.abort();
  list.remove();
  box?.removeAttribute("aria-activedescendant");
  box?.removeAttribute("aria-controls");
  box = null;
}

function mark(option) {
  list.querySelector("[aria-selected=true]")?.setAttribute("aria-selected", "false");
  option?.setAttribute("aria-selected", "true");
  if (option) box.setAttribute("aria-activedescendant", option.id);
  else box.removeAttribute("aria-activedescendant");
}

function take(option) {
  const taken = box;
  taken.value = option.dataset.completed;
  close();
  taken.focus();
}

function show(input, suggestions) {
  const options = suggestions.map(({ text, kind, total, completed }, place) => {
    const option = document.createElement("li");
    const name = document.createElement("span");
    const about = document.createElement("span");
    Object.assign(name, { textContent: text, dir: "auto" });
    about.textContent = input.dataset[kind] + (kind === "title" ? "" : `, ${total} ${total === 1 ? input.dataset.record : input.dataset.records}`);
    about.className = "quiet";
    option.id = `suggestion-${place}`;
    option.dataset.completed = completed;
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    option.append(name, " ", about);
    return option;
  });
  close();
  if (!options.length || document.activeElement !== input) return;
  box = input;
  list.setAttribute("aria-label", input.dataset.suggestions);
  list.replaceChildren(...options);
  input.parentElement.append(list);
  input.setAttribute("aria-controls", list.id);
}

async function suggest(input) {
  asking?.abort();
  const abort = (asking = new AbortController());
  try {
    const asked = input.value;
    const response = await fetch(`${ROOT}/api/v1/suggest?${new URLSearchParams({ q: asked })}`, { signal: abort.signal });
    if (response.ok && input.value === asked) show(input, (await response.json()).suggestions);
  } catch {
    // nothing is suggested, and nothing is lost
  }
}

document.addEventListener("input", ({ target }) => {
  if (target.id !== "q") return;
  target.setAttribute("aria-autocomplete", "list");
  close();
  if (target.value.trim().length > 1) timer = setTimeout(() => suggest(target), WAIT);
});
document.addEventListener("keydown", (event) => {
  if (!box || event.target !== box) return;
  const options = [...list.children];
  const at = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) mark(options[at + step] ?? options[at < 0 ? options.length - 1 : -1]);
  else if (event.key === "Enter" && at >= 0) take(options[at]);
  else if (event.key === "Escape") close();
  else return;
  event.preventDefault();
  event.stopPropagation();
}, true);
document.addEventListener("pointerdown", (event) => {
  const option = event.target.closest?.("#suggestions [role=option]");
  if (!option) return;
  event.preventDefault(); // the box keeps the focus
  take(option);
});
for (const leaves of ["focusout", "submit"]) document.addEventListener(leaves, close);

const examples = [...document.querySelectorAll(".examples a")].map((link) => link.textContent.trim());
const empty = document.getElementById("q");
if (examples.length && empty && matchMedia("(prefers-reduced-motion: no-preference)").matches) {
  let place = 0;
  setInterval(() => (empty.placeholder = examples[(place = (place + 1) % examples.length)]), 4000);
}

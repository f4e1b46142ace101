// Asks without a reload: fetches the page of a form or link and shows it in this one.
// Without this script the forms and links load that page, and a button does what a tick does here.

const turns = document.getElementById("turns");
const status = document.getElementById("status");
let shown = location.pathname + location.search;
let asking = null;

document.documentElement.classList.add("scripted");

// Where the settings give no address of the site.
const origin = document.getElementById("origin");
if (origin) origin.textContent = location.origin;

// Scripts change the address of a page: its languages lead to what stands there now.
for (const link of document.querySelectorAll(".languages a")) {
  link.addEventListener("click", () => {
    const here = new URL(location.href);
    here.searchParams.set("lang", link.hreflang);
    link.href = here;
  });
}

/** Show a fetched page; turns that did not fit its address stay above, without their boxes. */
function takeOver(page) {
  document.title = page.title;
  const fetched = page.getElementById("turns");
  const first = fetched.querySelector(".turn");
  const past = [];
  for (const turn of turns.querySelectorAll(".turn")) {
    if (turn.id === first.id) break;
    if (page.getElementById(turn.id)) continue;
    for (const control of turn.querySelectorAll(".ticks, .tick, .chips")) control.remove();
    turn.querySelector("details").open = false;
    past.push(turn);
  }
  turns.replaceChildren(...past, ...fetched.children);
  for (const selector of ["h1", ".lead", ".selected", ".left", "#quoted", "#downloads", "#composer"]) {
    const here = document.querySelector(`main > ${selector}`);
    const there = page.querySelector(`main > ${selector}`);
    if (selector === "#composer") there.querySelector("#status").replaceWith(status); // what it says is heard once
    if (here && there) here.replaceWith(there);
    else if (there) (["#quoted", "#downloads"].includes(selector) ? document.getElementById("composer") : turns).before(there);
    else here?.remove();
  }
}

function say(text, state = "") {
  status.className = `status ${state}`;
  status.textContent = text;
}

function sum(turn) {
  return turn.dataset.sum || (turn.querySelector(".no h3") ?? turn.querySelector(".folded")).textContent.trim();
}

/** Say why there is no answer, and keep the conversation. */
function failed(text, again) {
  say(text, "failed");
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = status.dataset.again;
  button.addEventListener("click", again);
  status.append(button);
}

/** Fetch and show a conversation by its address; `arrive` moves the reader to what is new. */
async function ask(address, arrive) {
  asking?.abort();
  const abort = (asking = new AbortController());
  const composer = document.getElementById("composer");
  say(status.dataset.looking, "busy");
  composer.setAttribute("aria-busy", "true");
  try {
    const response = await fetch(address, { headers: { Accept: "text/html" }, signal: abort.signal });
    if (response.status === 429 || response.status >= 500) throw new Error(response.status);
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    if (!response.ok || !page.querySelector("#turns > .turn")) return location.assign(address); // it shows the fault
    takeOver(page);
    history.pushState(null, "", address);
    shown = location.pathname + location.search;
    say(sum(arrive()), "unseen");
  } catch (error) {
    if (error.name === "AbortError") return undefined;
    composer.removeAttribute("aria-busy");
    failed(error instanceof TypeError ? status.dataset.unreached : status.dataset.busy, () => ask(address, arrive));
  }
  return undefined;
}

/** Focus a turn's question and scroll it to the top. */
function toTurn(id) {
  const turn = id ? document.getElementById(id) : turns.lastElementChild;
  turn.classList.add("arrived");
  turn.querySelector("details").open = true;
  const heading = turn.querySelector(".question");
  heading.focus({ preventScroll: true });
  heading.scrollIntoView({ block: "start" });
  return turn;
}

/** Stay where the reader ticked: keep the box focused and in its place. */
function toBox(value, turn, top) {
  const box = document.querySelector(`#${turn} .tick [value="${CSS.escape(value)}"]`);
  if (!box) return toTurn(turn);
  for (let fold = box.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  box.focus({ preventScroll: true });
  scrollBy({ top: box.getBoundingClientRect().top - top, behavior: "instant" });
  return document.getElementById(turn);
}

const addressOf = (form) => `/?${new URLSearchParams(new FormData(form))}`;

if (turns) {
  document.addEventListener("submit", (event) => {
    const { target } = event;
    if (target.id !== "composer" && !target.classList.contains("ticks")) return;
    event.preventDefault();
    const turn = target.closest(".turn")?.id;
    ask(addressOf(target), () => toTurn(turn));
  });

  document.addEventListener("change", ({ target }) => {
    if (!target.closest(".tick")) return;
    const { value, form } = target;
    const turn = target.closest(".turn").id;
    const { top } = target.getBoundingClientRect();
    ask(addressOf(form), () => toBox(value, turn, top));
  });

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-turn]");
    if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    const turn = link.closest(".turn")?.id;
    ask(link.getAttribute("href"), () => toTurn(turn));
  });

  // Back or forward to another question; the browser itself handles steps between sources of one page.
  addEventListener("popstate", () => {
    if (location.pathname + location.search !== shown) location.reload();
  });
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const { key, target } = event;
  const box = document.getElementById("q");
  if (key === "/" && box && !target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]")) {
    event.preventDefault();
    box.focus();
  } else if (key === "Escape" && target === box) {
    box.blur();
  }
});

// Keeps the reader's list in this browser: puts records on it, and shows in the masthead how many there are.
// Where the browser keeps nothing, the same links open a list that its address carries; without this script, those of a
// record's page and the button below a search do.

import { ROOT } from "./root.js";

const KEY = `reading-list${ROOT}`;
const MOST = 100; // records, as many as an address may name

/** The records on the list, as {id, note}. */
export function stored() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return kept.filter(({ id, note }) => typeof id === "string" && typeof note === "string");
  } catch {
    return [];
  }
}

/** Keep this list instead; false where the browser keeps nothing. */
export function keep(entries) {
  try {
    localStorage.setItem(KEY, JSON.stringify(entries));
  } catch {
    return false;
  }
  show();
  return true;
}

/** The address of a page about these records. */
export const about = (path, ids) => (ids.length ? `${path}?${new URLSearchParams(ids.map((id) => ["id", id]))}` : path);

const status = document.querySelector(".toast");
const words = status.dataset; // what this script says
let silence = 0;

/** Say something for a few seconds. */
export function say(text) {
  clearTimeout(silence);
  status.textContent = "";
  setTimeout(() => (status.textContent = text)); // so that the same words are heard again
  silence = setTimeout(() => (status.textContent = ""), 4000);
}

/** Put records, as {id, note}, at the end of the list; false where they could not be kept. */
export function add(entries) {
  const list = stored();
  const had = new Set(list.map(({ id }) => id));
  const more = entries.filter(({ id }) => !had.has(id));
  if (list.length + more.length > MOST) {
    say(words.full);
    return true;
  }
  if (!keep([...list, ...more])) return false;
  say(`${more.length ? words.added : words.already} ${words.total} ${list.length + more.length}`);
  return true;
}

function show() {
  const ids = stored().map(({ id }) => id);
  const own = new Set(ids);
  const link = document.querySelector(`.masthead nav a[href^='${ROOT}/list']`);
  link.querySelector(".count").textContent = ids.length ? ` (${ids.length})` : "";
  link.setAttribute("href", about(`${ROOT}/list`, ids));
  const path = `${ROOT}/records/`;
  for (const row of document.querySelectorAll(":is(.source, .foot):not(:has(.to-list))")) {
    const { pathname } = (row.closest(".entry") ?? row).querySelector(`a[href^="${path}"]`);
    const each = document.createElement("a");
    each.className = "to-list";
    each.dataset.id = decodeURIComponent(pathname.slice(path.length));
    row.insertBefore(each, row.querySelector(":scope > :is(details:last-child, .tick)"));
  }
  for (const each of document.querySelectorAll("a.to-list")) {
    each.dataset.id ??= new URL(each.href).searchParams.get("id");
    const on = own.has(each.dataset.id);
    each.replaceChildren(document.getElementById(on ? "on-list" : "off-list").content.cloneNode(true));
    each.setAttribute("href", about(`${ROOT}/list`, on ? ids : [each.dataset.id]));
  }
}

document.addEventListener("click", (event) => {
  const from = event.target.closest(".to-list");
  if (!from || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (from.matches("a") && stored().some(({ id }) => id === from.dataset.id)) return; // it leads to the list
  const ids = from.form ? new FormData(from.form).getAll("id") : [from.dataset.id];
  if (!ids.length) say(words.none);
  if (!ids.length || add(ids.map((id) => ({ id, note: "" })))) event.preventDefault();
});

show();
addEventListener("storage", show); // changed in another tab
addEventListener("pageshow", show); // shown again as it was left
const turns = document.getElementById("turns");
if (turns) new MutationObserver(show).observe(turns, { childList: true }); // turns that another script adds

// The page of the list: order and notes are kept in this browser as they change, and the address follows.
// Without this script buttons do the same, and the address has the notes too.

import { ROOT } from "./root.js";
import { about, add, keep, say, stored } from "./reading-list.js";

const form = document.querySelector(".reading-list");
const idOf = (entry) => entry.querySelector("[name=id]").value;
const entries = () => [...form.querySelectorAll(".entry")];
const given = new URLSearchParams(location.search).getAll("id");
const mine = new Map(stored().map(({ id, note }) => [id, note]));
const own = given.length === mine.size && given.every((id) => mine.has(id));

const listed = () => entries().map((entry) => ({ id: idOf(entry), note: entry.querySelector("textarea").value }));

/** Keep what the page shows, unless the list is another's, and let its address follow. */
function follow() {
  const list = listed();
  if (own) keep(list);
  const ids = list.map(({ id }) => id);
  if (!ids.length) return location.replace(`${ROOT}/list`);
  history.replaceState(null, "", about(`${ROOT}/list`, ids));
  document.querySelector("[data-copy=link]").setAttribute("href", about(`${ROOT}/list`, ids));
  document.querySelector(".total").textContent = `(${ids.length})`;
  return undefined;
}

function press(button) {
  const entry = button.closest(".entry");
  const beside = { up: entry.previousElementSibling, down: entry.nextElementSibling };
  if (button.name === "remove") {
    (beside.down ?? beside.up)?.querySelector(".title a").focus();
    entry.remove();
    say(form.dataset.removed);
  } else {
    if (button.name === "up") beside.up?.before(entry);
    else beside.down?.after(entry);
    (getComputedStyle(button).display === "none" ? entry.querySelector(".title a") : button).focus();
    say(`${form.dataset.moved} ${entries().indexOf(entry) + 1}`);
  }
  follow();
}

if (!location.search && mine.size) location.replace(about(`${ROOT}/list`, [...mine.keys()]));

const keeps = keep(stored());
document.documentElement.classList.toggle("keeps", keeps && (own || !form));

if (form && keeps) {
  for (const entry of own ? entries() : []) entry.querySelector("textarea").value ||= mine.get(idOf(entry));
  const other = document.querySelector(".notice.other");
  other.hidden = own;
  other.querySelector("a").hidden = !mine.size;
  other.querySelector("button").addEventListener("click", () => add(listed()) && location.assign(`${ROOT}/list`));
  form.addEventListener("input", follow);
  form.addEventListener("submit", (event) => {
    if (!["up", "down", "remove"].includes(event.submitter?.name)) return;
    event.preventDefault();
    press(event.submitter);
  });
  document.getElementById("empty").addEventListener("click", (event) => {
    if (!confirm(event.currentTarget.dataset.sure)) event.preventDefault();
    else keep([]);
  });
}

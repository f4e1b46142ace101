// Asks without a reload: fetches the page of a form or link and shows it in this one.
// Without this script the forms and links load that page, and a button does what a tick does here.

const turns = document.getElementById("turns");
const status = document.getElementById("status");
let shown = location.pathname + location.search;
let asking = null;
let cameFrom = null; // the citation whose source the reader went to

document.documentElement.classList.add("scripted");

// Where the settings give no address of the site.
const origin = document.getElementById("origin");
if (origin) origin.textContent = location.origin;

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
    past.push(turn);
  }
  turns.replaceChildren(...past, ...fetched.children);
  for (const selector of ["h1", ".lead", ".selected", ".histogram", ".left", "#downloads", "#composer", ".examples"]) {
    const here = document.querySelector(`main > ${selector}`);
    const there = page.querySelector(`main > ${selector}`);
    if (here && there) here.replaceWith(there);
    else if (there) (selector === "#downloads" ? document.getElementById("composer") : turns).before(there);
    else here?.remove();
  }
}

function say(turn) {
  const sources = turn.querySelectorAll(".card").length;
  status.textContent = sources
    ? `Answered from ${sources} ${sources === 1 ? "source" : "sources"}.`
    : turn.querySelector(".no h3").textContent;
}

/** Fetch and show a conversation by its address; `arrive` moves the reader to what is new. */
async function ask(address, arrive) {
  asking?.abort();
  const abort = (asking = new AbortController());
  status.textContent = "Searching …";
  document.getElementById("composer").setAttribute("aria-busy", "true");
  try {
    const response = await fetch(address, { headers: { Accept: "text/html" }, signal: abort.signal });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    if (!response.ok || !page.querySelector("#turns > .turn")) throw new Error("no answer to show");
    takeOver(page);
    history.pushState(null, "", address);
    shown = location.pathname + location.search;
    say(arrive());
  } catch (error) {
    if (error.name !== "AbortError") location.assign(address); // the server's page shows the error
  }
}

/** Focus a turn's question and scroll it to the top. */
function toTurn(id) {
  const turn = id ? document.getElementById(id) : turns.lastElementChild;
  turn.classList.add("arrived");
  const heading = turn.querySelector(".question");
  heading.focus({ preventScroll: true });
  heading.scrollIntoView({ block: "start" });
  return turn;
}

/** Stay where the reader ticked: keep the box focused and in its place. */
function toBox(id, turn, top) {
  const box = document.getElementById(id);
  if (!box) return toTurn(turn);
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
    const { id, form } = target;
    const turn = target.closest(".turn").id;
    const { top } = target.getBoundingClientRect();
    ask(addressOf(form), () => toBox(id, turn, top));
  });

  document.addEventListener("click", (event) => {
    const cite = event.target.closest(".cites a");
    if (cite) cameFrom = cite;
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

const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const { key, target } = event;
  const box = document.getElementById("q");
  const cite = target.closest(".cites a");
  if (key === "/" && box && !target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]")) {
    event.preventDefault();
    box.focus();
  } else if (key in STEPS && cite) {
    event.preventDefault();
    const all = [...document.querySelectorAll(".cites a")];
    all[all.indexOf(cite) + STEPS[key]]?.focus();
  } else if (key === "Escape" && target === box) {
    box.blur();
  } else if (key === "Escape" && target.closest(".card") && cameFrom?.isConnected) {
    cameFrom.focus();
  }
});

// Escape hides the preview of a source until the pointer or the focus comes back.
document.addEventListener("keydown", ({ key }) => {
  if (key !== "Escape") return;
  for (const each of document.querySelectorAll(".cite:hover, .cite:focus-within")) each.classList.add("away");
});
for (const begins of ["pointerover", "focusin"]) {
  document.addEventListener(begins, ({ target }) => {
    for (const each of document.querySelectorAll(".cite.away")) {
      if (!each.contains(target)) each.classList.remove("away");
    }
  });
}

// Asks without a reload: fetches the page that the form or link leads to and takes its turn over into this one.
// Without this script every form and link does the same by address.

const turns = document.getElementById("turns");
const status = document.getElementById("status");
let shown = location.pathname + location.search;
let asking = null;

/** Give an earlier turn's anchors names of their own, so that those of the next turn stay unique. */
function setAside(turn, place) {
  const renamed = (name) => `turn-${place}-${name}`;
  for (const element of turn.querySelectorAll("[id]")) element.id = renamed(element.id);
  for (const attribute of ["aria-labelledby", "aria-describedby"]) {
    for (const element of [turn, ...turn.querySelectorAll(`[${attribute}]`)]) {
      if (element.hasAttribute(attribute)) element.setAttribute(attribute, renamed(element.getAttribute(attribute)));
    }
  }
  for (const link of turn.querySelectorAll('a[href^="#"]')) {
    link.setAttribute("href", `#${renamed(link.getAttribute("href").slice(1))}`);
  }
}

/** Take over what a fetched page shows besides its turns: welcome, box, examples. */
function takeOver(page) {
  document.title = page.title;
  for (const selector of ["h1", ".lead", ".histogram", "#composer", ".examples"]) {
    const here = document.querySelector(`main > ${selector}`);
    const there = page.querySelector(`main > ${selector}`);
    if (here && there) here.replaceWith(there);
    else here?.remove();
  }
}

function say(turn) {
  const sources = turn.querySelectorAll(".card").length;
  status.textContent = sources
    ? `Answered from ${sources} ${sources === 1 ? "source" : "sources"}.`
    : "Not in this collection.";
}

/** Ask by address; `replaced` is the turn that the new one stands in for, if any. */
async function ask(address, replaced) {
  asking?.abort();
  const abort = (asking = new AbortController());
  status.textContent = "Looking …";
  document.getElementById("composer").setAttribute("aria-busy", "true");
  try {
    const response = await fetch(address, { headers: { Accept: "text/html" }, signal: abort.signal });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const turn = page.querySelector("#turns > .turn");
    if (!response.ok || !turn) throw new Error("no answer to show");
    if (replaced) {
      replaced.replaceWith(turn);
    } else {
      [...turns.children].forEach((each, place) => each.hasAttribute("data-aside") || setAside(each, place));
      for (const each of turns.children) each.setAttribute("data-aside", "");
      turns.append(turn);
    }
    takeOver(page);
    turn.classList.add("arrived");
    const heading = turn.querySelector(".question");
    heading.focus({ preventScroll: true });
    heading.scrollIntoView({ block: "start" });
    history.pushState(null, "", address);
    shown = location.pathname + location.search;
    say(turn);
  } catch (error) {
    if (error.name !== "AbortError") location.assign(address); // the server's own page says what is wrong
  }
}

if (turns) {
  document.addEventListener("submit", (event) => {
    if (event.target.id !== "composer") return;
    event.preventDefault();
    ask(`/?${new URLSearchParams(new FormData(event.target))}`, null);
  });

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-turn]");
    if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
    const turn = link.closest(".turn");
    if (turn?.hasAttribute("data-aside")) return; // asked again from the middle: begin a page of its own
    event.preventDefault();
    ask(link.getAttribute("href"), link.dataset.turn === "replace" ? turn : null);
  });

  // A step back or forth to another question; a step between sources of one page is the browser's own affair.
  addEventListener("popstate", () => {
    if (location.pathname + location.search !== shown) location.reload();
  });
}

document.addEventListener("keydown", (event) => {
  const box = document.getElementById("q");
  if (!box) return;
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    box.focus();
  } else if (event.key === "Escape" && event.target === box) {
    box.blur();
  }
});

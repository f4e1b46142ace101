// Shows a language model's version of an answer, sentence by sentence as the server checks it. Only loaded where a model
// is set; without this script, and whenever anything fails, only the curators' own words are shown.

import { ROOT } from "./root.js";

const made = (name, className, text = "") => {
  const element = document.createElement(name);
  element.className = className;
  element.textContent = text;
  return element;
};

/** The events of a response's body as {event, data}; comments only keep the connection open. */
async function* events(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    rest += value;
    const blocks = rest.split("\n\n");
    rest = blocks.pop();
    for (const block of blocks) {
      const fields = Object.fromEntries(block.split("\n").map((line) => line.split(/: (.*)/s, 2)));
      if (fields.event) yield { event: fields.event, data: JSON.parse(fields.data) };
    }
  }
}

/** One sentence: with links to its sources where it stands, else struck through with the reasons. */
function sentence({ text, citations, stands, reasons }, sources, words) {
  const item = made("li", stands ? "stands" : "struck");
  const said = made("p", "said");
  said.dir = "auto";
  said.append(made("span", "unseen", `${stands ? words.checked : words.struck} `), made(stands ? "span" : "s", "", text));
  if (stands) {
    const cites = made("span", "cites");
    for (const number of citations) {
      const link = made("a", "", number);
      link.href = sources[number];
      link.setAttribute("aria-label", `${words.source} ${number}`);
      cites.append(link);
    }
    said.append(" ", cites);
  }
  item.append(said);
  if (!stands) item.append(made("p", "why", reasons.map((reason) => reason.text).join("; ")));
  return item;
}

function ended({ outcome, stand, struck, notes }, words) {
  const totals = outcome === "written" ? words.totals.replace("STAND", stand).replace("STRUCK", struck) : "";
  return [totals, ...notes].filter(Boolean).join(" ");
}

/** A function that shows each event of one turn. */
function shower(section) {
  const [list, note] = [section.querySelector(".sentences"), section.querySelector(".progress")];
  const numbers = [...section.closest(".turn").querySelectorAll(".source .number")];
  const sources = Object.fromEntries(numbers.map((number) => [number.textContent, `#${number.closest(".quotation").id}`]));
  section.hidden = false;
  section.setAttribute("aria-busy", "true");
  const words = section.dataset;
  note.textContent = words.writing;
  return ({ event, data }) => {
    if (event === "sentence") list.append(sentence(data, sources, words));
    if (event !== "end" && event !== "fault") return;
    section.classList.toggle("not-given", data?.outcome !== "written");
    section.removeAttribute("aria-busy");
    note.textContent = event === "end" ? ended(data, words) : words.fault;
  };
}

const replies = new Map(); // request body -> events so far, and the function that shows the next ones

async function write(body, reply) {
  const receive = (event) => {
    reply.events.push(event);
    reply.show(event);
  };
  let last = null;
  try {
    const headers = { "Content-Type": "application/json", Accept: "text/event-stream" };
    const response = await fetch(`${ROOT}/api/v1/write`, { method: "POST", headers, body });
    if (!response.ok) throw new Error(response.status);
    for await (const event of events(response)) {
      receive(event);
      last = event.event;
    }
  } catch {
    last = last === "end" ? last : null;
  }
  if (last !== "end") receive({ event: "fault" });
}

/** Write each turn once; when a page opens with a conversation, only its latest turn. */
function begin(opening) {
  const sections = [...document.querySelectorAll("[data-write]")];
  for (const section of sections) {
    const body = section.dataset.write;
    section.removeAttribute("data-write");
    if (opening && section !== sections.at(-1)) replies.set(body, null);
    const known = replies.get(body);
    if (known === null) continue;
    const reply = known ?? { events: [] };
    reply.show = shower(section);
    reply.events.forEach(reply.show);
    if (known) continue;
    replies.set(body, reply);
    write(body, reply);
  }
}

begin(true);
const turns = document.getElementById("turns");
if (turns) new MutationObserver(() => begin(false)).observe(turns, { childList: true }); // turns that another script adds

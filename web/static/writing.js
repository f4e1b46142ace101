// Shows what a language model makes of an answer, sentence by sentence as the server has checked them. Loaded only where
// a model is set; without this script the curators' own words stand alone, as they do whenever anything goes wrong.

const FAULT = "The language model’s reply could not be shown. The curators’ own words are the answer.";

const made = (name, className, text = "") => {
  const element = document.createElement(name);
  element.className = className;
  element.textContent = text;
  return element;
};

/** The events of a response's body as {event, data}; comments keep the line open and say nothing. */
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

/** One sentence: what stands with links to its sources, what does not struck through with the reasons. */
function sentence({ text, citations, stands, reasons }, cards) {
  const item = made("li", stands ? "stands" : "struck");
  const said = made("p", "said");
  said.dir = "auto";
  said.append(made("span", "unseen", stands ? "Checked: " : "Struck: "), made(stands ? "span" : "s", "", text));
  if (stands) {
    const cites = made("span", "cites");
    for (const number of citations) {
      const link = made("a", "", number);
      link.href = `#${cards[number - 1]?.id ?? ""}`;
      link.setAttribute("aria-label", `Source ${number}`);
      cites.append(link);
    }
    said.append(" ", cites);
  }
  item.append(said);
  if (!stands) item.append(made("p", "why", reasons.map((reason) => reason.text).join("; ")));
  return item;
}

function ended({ outcome, stand, struck, notes }) {
  const told = outcome === "written" ? `${stand} checked, ${struck} struck.` : "";
  return [told, ...notes].filter(Boolean).join(" ");
}

/** Shows what comes for one turn: a function that takes each event. */
function shower(section) {
  const [list, note] = [section.querySelector(".sentences"), section.querySelector(".progress")];
  const cards = section.closest(".turn").querySelectorAll(".card");
  section.hidden = false;
  section.setAttribute("aria-busy", "true");
  note.textContent = "Writing …";
  return ({ event, data }) => {
    if (event === "sentence") list.append(sentence(data, cards));
    if (event !== "end" && event !== "fault") return;
    section.classList.toggle("not-given", data?.outcome !== "written");
    section.removeAttribute("aria-busy");
    note.textContent = event === "end" ? ended(data) : FAULT;
  };
}

const replies = new Map(); // what was sent -> what came, and who shows what still comes

async function write(body, reply) {
  const come = (event) => {
    reply.events.push(event);
    reply.show(event);
  };
  let last = null;
  try {
    const headers = { "Content-Type": "application/json", Accept: "text/event-stream" };
    const response = await fetch("/api/v1/write", { method: "POST", headers, body });
    if (!response.ok) throw new Error(response.status);
    for await (const event of events(response)) {
      come(event);
      last = event.event;
    }
  } catch {
    last = last === "end" ? last : null;
  }
  if (last !== "end") come({ event: "fault" });
}

/** Each turn is written once. A page that opens with a conversation has only its latest turn written. */
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
if (turns) new MutationObserver(() => begin(false)).observe(turns, { childList: true }); // what another script brings

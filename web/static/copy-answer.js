// Copies an answer with its notes, a quotation with its citation, or the link to an answer. Where a browser does not let
// pages copy, there are no buttons, and the link is a link.

import { ROOT } from "./root.js";

const said = (near, text) => {
  let status = near.parentElement.querySelector(".copied");
  if (!status) {
    status = document.createElement("span");
    status.className = "copied";
    status.setAttribute("role", "status");
    near.after(status);
  }
  status.textContent = text;
  setTimeout(() => (status.textContent = ""), 4000);
};

const escaped = (text) => new Option(text).innerHTML;
const words = (element) => element.textContent.replace(/\s+/g, " ").trim();

/** The id of the record of a source line. */
const idOf = (button) => {
  const { pathname } = button.parentElement.querySelector(`a[href^="${ROOT}/records/"]`);
  return decodeURIComponent(pathname.slice(`${ROOT}/records/`.length));
};

/** The records' citations, in this order. */
async function notes(ids) {
  const query = new URLSearchParams(ids.map((id) => ["id", id]));
  query.set("style", "chicago");
  const response = await fetch(`${ROOT}/api/v1/citations?${query}`);
  if (!response.ok) throw new Error(response.status);
  return (await response.text()).trim().split("\n");
}

/** The quotation of a block, as its paragraphs; a title that leads into one stands in brackets. */
const quoted = (block) =>
  [...block.querySelectorAll("blockquote p")].map((paragraph) => {
    const lead = paragraph.querySelector(".lead-in");
    return lead ? `[${words(lead)}] ${words(paragraph).slice(words(lead).length).trim()}` : words(paragraph);
  });

async function quotation(button) {
  const [note] = await notes([idOf(button)]);
  const paragraphs = quoted(button.closest(".quotation"));
  return {
    plain: `“${paragraphs.join(" … ")}”\n\n${note}`,
    html: `<blockquote>${paragraphs.map((each) => `<p>${escaped(each)}</p>`).join("")}</blockquote><p>${escaped(note)}</p>`,
  };
}

async function answer(turn) {
  const title = words(turn.querySelector(".question"));
  const ids = [...new Set([...turn.querySelectorAll(".answer [data-copy=quote]")].map(idOf))];
  const cited = await notes(ids);
  const plain = [title, ""];
  const html = [`<h2>${escaped(title)}</h2>`];
  for (const each of turn.querySelectorAll(":scope .catalogue, :scope .premise, .answer .part, .answer .quotation")) {
    if (each.matches(".quotation")) {
      const numbers = [...each.querySelectorAll("[data-copy=quote]")].map((one) => ids.indexOf(idOf(one)) + 1);
      const text = quoted(each);
      plain.push(`“${text.join(" … ")}” ${numbers.map((one) => `[${one}]`).join("")}`, "");
      const marks = `<sup>${numbers.join(", ")}</sup>`;
      html.push(`<blockquote>${text.map((one) => `<p>${escaped(one)}</p>`).join("").replace(/<\/p>$/, `${marks}</p>`)}</blockquote>`);
    } else {
      const text = each.matches(".catalogue") ? each.firstChild.textContent.trim() : words(each);
      plain.push(text, "");
      html.push(each.matches(".part") ? `<h3>${escaped(text)}</h3>` : `<p>${escaped(text)}</p>`);
    }
  }
  plain.push(...cited.map((note, at) => `${at + 1}. ${note}`));
  html.push(`<ol>${cited.map((note) => `<li>${escaped(note)}</li>`).join("")}</ol>`);
  return { plain: plain.join("\n"), html: html.join("\n") };
}

/** Put both forms on the clipboard; the promise goes in at once, because browsers ask for the reader's own click. */
async function copy(made) {
  const form = (name, type) => made.then((texts) => new Blob([texts[name]], { type }));
  await navigator.clipboard.write([
    new ClipboardItem({ "text/plain": form("plain", "text/plain"), "text/html": form("html", "text/html") }),
  ]);
}

const { dataset } = document.querySelector("[data-copied-link]"); // what this script says
const COPIED = { quote: dataset.copiedQuote, answer: dataset.copiedAnswer, link: dataset.copiedLink };

/** Give each quotation its button, which the page has once. */
function offer() {
  const { content } = document.getElementById("copy-quote");
  for (const link of document.querySelectorAll(".answer .source:not(:has(button)) > [href$='#cite']")) {
    link.before(content.cloneNode(true));
  }
}

if (navigator.clipboard && globalThis.ClipboardItem) {
  document.documentElement.classList.add("copies");
  const turns = document.getElementById("turns");
  if (turns) {
    offer();
    new MutationObserver(offer).observe(turns, { childList: true }); // turns that another script adds
  }
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const kind = button.dataset.copy;
    try {
      if (kind === "link") await navigator.clipboard.writeText(button.href);
      else await copy(kind === "quote" ? quotation(button) : answer(button.closest(".turn")));
      said(button, COPIED[kind]);
    } catch {
      said(button, dataset.notCopied);
    }
  });
}

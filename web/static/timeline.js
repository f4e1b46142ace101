// Chooses a range of dates on a timeline: by dragging across its columns, or with Shift and arrows, then Enter.
// Without this script each column is a link to its dates, and the boxes take any others.

import { ROOT } from "./root.js";

const plot = document.querySelector(".timeline .plot");
const form = document.querySelector("form.finder");
const columns = [...(plot?.querySelectorAll(".column") ?? [])];
const SVG = "http://www.w3.org/2000/svg";
const SLACK = 6; // pixels that the pointer may move during a click

/** The first or last day of a column, which its link has. */
const day = (place, name) => new URL(columns[place].getAttribute("href"), location).searchParams.get(name);

/** Search as the form does, within the dates from one column to the other. */
function within(one, other) {
  const [first, last] = [Math.min(one, other), Math.max(one, other)];
  const asked = new URLSearchParams(new FormData(form));
  asked.set("date_from", day(first, "date_from"));
  asked.set("date_to", day(last, "date_to"));
  if (new URLSearchParams(location.search).has("raw")) asked.set("raw", "true");
  for (const [name, value] of [...asked]) if (!value || (name === "sort" && value === "relevance")) asked.delete(name, value);
  location.assign(`${ROOT}/search?${asked}#over-time`); // where the chart is open again
}

function mark(one, other) {
  const [first, last] = [Math.min(one, other), Math.max(one, other)];
  columns.forEach((column, place) => column.classList.toggle("within-brush", first <= place && place <= last));
}

/** Columns whose middle is between two positions on the screen. */
function between(from, to) {
  const [left, right] = [Math.min(from, to), Math.max(from, to)];
  const found = [];
  columns.forEach((column, place) => {
    const box = column.querySelector(".reach").getBoundingClientRect();
    const middle = (box.left + box.right) / 2;
    if (left <= middle && middle <= right) found.push(place);
  });
  return found;
}

function drag() {
  let start = null;
  let brush = null;
  const end = () => {
    brush?.remove();
    start = brush = null;
    mark(-1, -2);
  };
  plot.parentElement.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    start = event.clientX;
  });
  addEventListener("pointermove", (event) => {
    if (start === null || (!brush && Math.abs(event.clientX - start) < SLACK)) return;
    const box = plot.parentElement.getBoundingClientRect();
    if (!brush) {
      brush = document.createElementNS(SVG, "rect");
      brush.setAttribute("class", "brush");
      brush.setAttribute("height", "100%");
      plot.append(brush);
    }
    const [left, right] = [Math.min(start, event.clientX), Math.max(start, event.clientX)];
    brush.setAttribute("x", Math.max(left - box.left, 0));
    brush.setAttribute("width", Math.max(Math.min(right, box.right) - Math.max(left, box.left), 0));
    const found = between(left, right);
    mark(found[0] ?? -1, found.at(-1) ?? -2);
  });
  addEventListener("pointerup", (event) => {
    const found = brush ? between(start, event.clientX) : [];
    if (found.length) within(found[0], found.at(-1));
    if (brush) addEventListener("click", (click) => click.preventDefault(), { capture: true, once: true });
    setTimeout(end);
  });
  addEventListener("pointercancel", end);
  plot.addEventListener("dragstart", (event) => event.preventDefault()); // of the link itself
}

function keys() {
  let from = null; // the column where Shift was pressed
  const reach = (place) => {
    columns.forEach((column, at) => column.setAttribute("tabindex", at === place ? "0" : "-1"));
    columns[place].focus();
  };
  columns.forEach((column, place) => column.setAttribute("tabindex", place ? "-1" : "0"));
  plot.addEventListener("keydown", (event) => {
    const place = columns.indexOf(event.target.closest(".column"));
    const to = { ArrowLeft: place - 1, ArrowRight: place + 1, Home: 0, End: columns.length - 1 }[event.key];
    if (to !== undefined && columns[to]) {
      event.preventDefault();
      from = event.shiftKey ? (from ?? place) : null;
      reach(to);
      mark(from ?? -1, from === null ? -2 : to);
    } else if (event.key === "Enter" && from !== null) {
      event.preventDefault();
      within(from, place);
    } else if (event.key === "Escape") {
      from = null;
      mark(-1, -2);
    }
  });
}

if (columns.length && form) {
  drag();
  keys();
  document.querySelector(".brush-hint")?.removeAttribute("hidden");
}

// Keeps ticked records in the address and in every link to the same search, so that the next page has them too.
// Without this script a button does that.

import { ROOT } from "./root.js";

const form = document.querySelector(".selection");
const finder = document.querySelector("form.finder");

/** The address with exactly these records selected. */
function selecting(address, ids) {
  const url = new URL(address, location.href);
  url.searchParams.delete("id");
  for (const id of ids) url.searchParams.append("id", id);
  return url;
}

function keep() {
  const ids = new FormData(form).getAll("id");
  history.replaceState(null, "", selecting(location.href, ids));
  for (const link of document.querySelectorAll(`main a:is([href^="${ROOT}/search?"], [href="${ROOT}/search"], [href^="?"])`)) {
    if (link.classList.contains("unselect")) continue;
    const url = selecting(link.getAttribute("href"), ids);
    link.setAttribute("href", url.pathname + url.search + url.hash);
  }
  for (const hidden of finder.querySelectorAll('[name="id"]')) hidden.remove();
  for (const id of ids) {
    const hidden = document.createElement("input");
    Object.assign(hidden, { type: "hidden", name: "id", value: id });
    finder.append(hidden);
  }
  const count = form.querySelector(".count");
  count.dataset.none ??= count.textContent;
  count.textContent = ids.length ? `${ids.length} ${count.dataset.selected}` : count.dataset.none;
}

if (form && finder) {
  document.documentElement.classList.add("scripted");
  form.addEventListener("change", keep);
  // A browser that comes back to a page may tick its boxes again by itself.
  addEventListener("pageshow", keep);
}

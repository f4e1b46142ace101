// Light or dark as the reader chose, before anything is drawn; without a choice or a script, as the system has it.
const root = document.documentElement;
const system = matchMedia("(prefers-color-scheme: dark)");
const shown = () => root.dataset.theme ?? (system.matches ? "dark" : "light");

function kept(theme) {
  try {
    if (theme) localStorage.setItem("theme", theme);
    return localStorage.getItem("theme");
  } catch {
    return null; // a browser that keeps nothing
  }
}

if (kept()) root.dataset.theme = kept();

addEventListener("DOMContentLoaded", () => {
  const button = document.querySelector(".theme");
  const other = () => (shown() === "dark" ? "light" : "dark");
  const name = () => (button.textContent = button.dataset[other()]);
  button.hidden = false;
  button.addEventListener("click", () => {
    root.dataset.theme = other();
    kept(root.dataset.theme);
    name();
  });
  system.addEventListener("change", name);
  name();
});

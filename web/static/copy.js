// A button beside each citation that copies it. Without this script a reader can select the text or save the file.

for (const cited of navigator.clipboard ? document.querySelectorAll(".cited") : []) {
  const citation = cited.querySelector(".citation");
  const lines = () => [...citation.children].map((line) => line.textContent).join("\n") || citation.textContent;
  const ways = cited.querySelector(".ways");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = ways.dataset.copy;
  const said = document.createElement("span");
  said.setAttribute("role", "status");
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(lines());
      said.textContent = ways.dataset.copied;
    } catch {
      said.textContent = ways.dataset.notCopied;
    }
    setTimeout(() => (said.textContent = ""), 4000);
  });
  ways.prepend(button);
  ways.append(said);
}

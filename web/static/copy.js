// Beside each citation a button that copies it. Without this script the citation can be selected, or taken as a file.

for (const cited of navigator.clipboard ? document.querySelectorAll(".cited") : []) {
  const citation = cited.querySelector(".citation");
  const lines = () => [...citation.children].map((line) => line.textContent).join("\n") || citation.textContent;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = "Copy";
  const said = document.createElement("span");
  said.setAttribute("role", "status");
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(lines());
      said.textContent = "Copied.";
    } catch {
      said.textContent = "The browser does not let it be copied; select the text.";
    }
    setTimeout(() => (said.textContent = ""), 4000);
  });
  cited.querySelector(".ways").prepend(button);
  cited.querySelector(".ways").append(said);
}

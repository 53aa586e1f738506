"use strict";
// The only script of the desk. What it adds to a page is hidden without it, and nothing needs it: the browser prints
// by itself, and one click marks what is to be copied.

for (const button of document.querySelectorAll("button[data-prints]")) {
  button.addEventListener("click", () => window.print());
  button.hidden = false;
}

if (navigator.clipboard) {
  for (const button of document.querySelectorAll("button[data-copies]")) {
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(document.getElementById(button.dataset.copies).innerText.trim());
      button.querySelector("[aria-live]").textContent = button.dataset.copied;
    });
    button.hidden = false;
  }
}

"use strict";
// The pages work without any of this.
document.addEventListener("submit", event => {
  const button = event.submitter;
  if (button && button.dataset.confirm && !confirm(button.dataset.confirm)) event.preventDefault();
});
document.querySelectorAll("input.copy").forEach(input => input.addEventListener("focus", () => input.select()));
// A menu that is open closes with Escape and when the focus leaves it.
document.querySelectorAll("details.menu").forEach(menu => {
  menu.addEventListener("keydown", event => {
    if (event.key === "Escape" && menu.open) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
  menu.addEventListener("focusout", event => {
    if (event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
  });
});

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
// What is under way is fetched again, as long as it is marked as such.
const refresh = () => {
  const part = document.querySelector("[data-again]");
  if (!part) return;
  setTimeout(() => {
    const ask = new XMLHttpRequest();
    ask.responseType = "document";
    ask.onloadend = () => {
      const fresh = ask.status === 200 && ask.response && ask.response.getElementById("again");
      if (fresh) {
        const focus = part.contains(document.activeElement) ? document.activeElement.id : "";
        part.replaceWith(document.adoptNode(fresh));
        if (focus) document.getElementById(focus)?.focus();
      }
      if (fresh || ask.status === 0) refresh();
    };
    ask.open("GET", location.pathname);
    ask.send();
  }, part.dataset.again * 1000);
};
refresh();
setInterval(() => document.querySelectorAll("[data-seconds]").forEach(e => {
  if (e.textContent > 0) e.textContent -= 1;
}), 1000);

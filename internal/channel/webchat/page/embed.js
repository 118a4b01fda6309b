"use strict";
// <script src="https://THE-BOT/chat/embed.js" async></script> puts a button on a page that opens the chat above it.
// data-lang chooses the language; otherwise it is the page's own.
const script = document.currentScript;
const wanted = script.dataset.lang || document.documentElement.lang.slice(0, 2);
const lang = words[wanted] ? wanted : first;
const say = words[lang];
const still = matchMedia("(prefers-reduced-motion: reduce)").matches;

const dress = (el, style) => Object.assign(el.style, style);
const button = document.createElement("button");
button.type = "button";
button.lang = lang;
button.textContent = say.open;
button.setAttribute("aria-expanded", "false");
dress(button, {
  position: "fixed", right: "16px", bottom: "16px", zIndex: "2147483000", minHeight: "48px", padding: "0 20px", border: "2px solid #fff",
  borderRadius: "24px", background: "#0b6350", color: "#fff", font: "600 16px/1.2 system-ui, sans-serif", cursor: "pointer",
  boxShadow: "0 2px 12px rgba(0, 0, 0, .35)", transition: still ? "none" : "background .15s",
});
button.onmouseenter = () => dress(button, {background: "#084a3c"});
button.onmouseleave = () => dress(button, {background: "#0b6350"});

let frame;
const open = () => {
  frame = document.createElement("iframe");
  frame.src = new URL("../chat?site=" + lang, script.src);
  frame.title = say.open;
  dress(frame, {
    position: "fixed", right: "16px", bottom: "76px", zIndex: "2147483000", width: "min(400px, calc(100vw - 32px))",
    height: "min(640px, calc(100vh - 100px))", border: "0", borderRadius: "16px", background: "#fff", boxShadow: "0 4px 24px rgba(0, 0, 0, .35)",
  });
  button.before(frame);
  frame.onload = () => frame.focus();
};

const toggle = () => {
  if (!frame) open();
  else frame.hidden = !frame.hidden;
  const shown = !frame.hidden;
  frame.style.display = shown ? "block" : "none";
  button.textContent = shown ? say.close : say.open;
  button.setAttribute("aria-expanded", String(shown));
};
button.onclick = toggle;
addEventListener("keydown", e => {
  if (e.key === "Escape" && frame && !frame.hidden) toggle();
});
document.body.append(button);

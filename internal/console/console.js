"use strict";
// The pages work without any of this.
document.addEventListener("submit", event => {
  const button = event.submitter;
  if (button && button.dataset.confirm && !confirm(button.dataset.confirm)) event.preventDefault();
});
// A form that came back is shown where it is wrong.
if (!document.querySelector("main .problem")) document.querySelector("main [aria-invalid=true]")?.focus();
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

// Cases: what changed meanwhile is said, and shown when asked for.
const live = document.querySelector("[data-live]");
if (live && window.EventSource) {
  const events = new EventSource("/console/events");
  const fresh = new Set(), changed = new Set();
  events.addEventListener("open", () => { live.dataset.listens = "yes"; });
  const say = text => {
    live.querySelector("span").textContent = text;
    live.hidden = false;
  };
  events.addEventListener("case", event => {
    const hint = JSON.parse(event.data);
    if (live.dataset.case) {
      if (hint.id === live.dataset.case) say(live.dataset.changed);
      return;
    }
    (hint.new || fresh.has(hint.id) ? fresh : changed).add(hint.id);
    if (fresh.size) say(fresh.size === 1 ? live.dataset.one : live.dataset.many.replace("{count}", fresh.size));
    else say(live.dataset.changed);
  });
  const writing = document.querySelector("[data-writing]");
  const writers = new Map();
  const showWriters = () => {
    const names = [...writers].filter(([, until]) => until > Date.now()).map(([name]) => name);
    writing.hidden = names.length === 0;
    writing.textContent = writing.dataset.says.replace("{names}", names.join(", "));
  };
  events.addEventListener("writing", event => {
    const hint = JSON.parse(event.data);
    if (!writing || hint.id !== live.dataset.case) return;
    writers.set(hint.by, Date.now() + 30000);
    showWriters();
    setTimeout(showWriters, 30100);
  });
  addEventListener("pagehide", () => events.close());
}
// Colleagues are told that somebody writes, at most every ten seconds.
document.querySelectorAll("[data-writing-to]").forEach(form => {
  let last = 0;
  form.addEventListener("input", () => {
    if (Date.now() - last < 10000) return;
    last = Date.now();
    fetch(form.dataset.writingTo, { method: "POST", body: new URLSearchParams({ typing: "1" }) }).catch(() => {});
  });
});
// A ready answer goes into the field without loading the page anew.
document.querySelectorAll("[data-ready]").forEach(form => form.addEventListener("submit", event => {
  event.preventDefault();
  const area = document.getElementById(form.dataset.ready);
  const text = form.querySelector("select").selectedOptions[0].dataset.text;
  area.value = area.value.trim() ? area.value.trimEnd() + "\n\n" + text : text;
  area.focus();
  area.dispatchEvent(new Event("input", { bubbles: true }));
}));
// Keys: j and k move in a list, r answers, e is done, ? helps. They rest while somebody types, and can be switched off.
const keys = document.getElementById("keys");
if (keys && keys.showModal) {
  const on = keys.querySelector("[data-keys-on]");
  const stored = () => { try { return localStorage.getItem("keys"); } catch { return null; } };
  on.checked = stored() !== "off";
  on.addEventListener("change", () => { try { localStorage.setItem("keys", on.checked ? "on" : "off"); } catch { /* for this page only */ } });
  const hint = document.querySelector(".keyhint");
  hint.hidden = false;
  hint.querySelector("button").addEventListener("click", () => keys.showModal());
  const georgian = { "ჯ": "j", "კ": "k", "რ": "r", "ე": "e" };
  document.addEventListener("keydown", event => {
    if (!on.checked || keys.open || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.target.closest("input, textarea, select, [contenteditable]")) return;
    const key = georgian[event.key] || event.key;
    const links = [...document.querySelectorAll("[data-keys=list] td.first a")];
    const answer = document.getElementById("f-text");
    const outcome = document.getElementById("f-outcome");
    if ((key === "j" || key === "k") && links.length) {
      const at = links.indexOf(document.activeElement);
      links[at < 0 ? 0 : Math.min(Math.max(at + (key === "j" ? 1 : -1), 0), links.length - 1)].focus();
    } else if (key === "r" && answer) {
      answer.focus();
    } else if (key === "e" && answer) {
      if ([...outcome.options].some(o => o.value === "done")) outcome.value = "done";
      answer.focus();
    } else if (key === "?") {
      keys.showModal();
    } else return;
    event.preventDefault();
  });
}

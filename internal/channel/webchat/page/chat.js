"use strict";
// The page works without this script, a reload at a time. With it, what is said appears at once.
(() => {
  const find = id => document.getElementById(id);
  const log = find("log"), form = find("say"), field = find("text"), status = find("status"), count = find("count");
  const say = document.body.dataset;
  const max = field.maxLength, retry = 3000;
  let last = say.after; // the newest event on the page
  document.documentElement.classList.add("js");

  // ---- what is said

  const make = (tag, className, ...children) => {
    const el = document.createElement(tag);
    if (className) el.className = className;
    el.append(...children); // strings become text, never markup
    return el;
  };

  const runs = list => list.map(run => {
    if (!run.u) return run.t;
    const a = make("a", "", run.t);
    a.href = run.u;
    a.target = "_blank";
    a.rel = "noopener";
    return a;
  });

  const buttons = bubble => {
    const box = make("form");
    for (const b of bubble.buttons) {
      const button = make("button", "", b.label);
      button.name = "action";
      button.value = b.action;
      box.append(button);
    }
    return box;
  };

  const fill = (article, bubble) => {
    article.className = bubble.mine ? "mine" : "bot";
    const parts = [make("span", "who", (bubble.mine ? say.you : say.bot) + ": ")];
    if (bubble.heading) parts.push(make("h2", "", bubble.heading));
    if (bubble.text) parts.push(make("p", "", ...runs(bubble.text)));
    if (bubble.note) parts.push(make("p", "note", ...runs(bubble.note)));
    if (bubble.buttons) parts.push(buttons(bubble));
    article.replaceChildren(...parts);
  };

  // put writes the bubble where one of its name is, else at the end.
  const put = bubble => {
    let article = find(bubble.ref);
    if (article && bubble.mine) return article; // our own echo
    const focused = article && article.contains(document.activeElement);
    if (!article) {
      article = make("article");
      article.id = bubble.ref;
      article.tabIndex = -1;
      log.append(article);
    }
    fill(article, bubble);
    if (focused) article.focus({preventScroll: true}); // the pressed button is gone
    return article;
  };

  const show = bubble => {
    const article = put(bubble);
    if (!bubble.mine) { // only the newest message has buttons
      for (const box of log.querySelectorAll("form")) if (!article.contains(box)) box.remove();
    }
    return article;
  };

  const reveal = article => {
    const tall = article.offsetHeight > log.clientHeight;
    article.scrollIntoView({block: tall ? "start" : "nearest"});
    if (!tall && article === log.lastElementChild) log.scrollTop = log.scrollHeight;
  };

  const toEnd = () => { log.scrollTop = log.scrollHeight; };

  // Who reads the end goes on reading it when the space gets less: a keyboard, a longer text, a notice.
  let atEnd = true;
  log.addEventListener("scroll", () => { atEnd = log.scrollTop + log.clientHeight > log.scrollHeight - 40; });
  new ResizeObserver(() => { if (atEnd) toEnd(); }).observe(log);

  // ---- the state of things

  const tell = (text, link) => {
    status.replaceChildren(text);
    if (!link) return;
    const a = make("a", "", say.window);
    a.href = "/chat?lang=" + document.documentElement.lang;
    a.target = "_blank";
    status.append(" ", a);
  };

  // The browser did not bring the cookie: load a page with a new one, once.
  const lostCookie = () => {
    if (say.known === "true") location.reload();
    else tell(say.cookies, true);
  };

  // ---- listening

  let source, again, hidden = 0;

  const listen = () => {
    clearTimeout(again);
    if (source) source.close();
    source = new EventSource("/chat/events?after=" + last);
    source.onopen = () => {
      if (status.textContent === say.offline) tell("");
      pump();
    };
    source.onerror = () => {
      tell(say.offline);
      if (source.readyState === EventSource.CLOSED) relisten(); // else it comes back by itself
    };
    source.addEventListener("lost", () => {
      source.close();
      lostCookie();
    });
    source.addEventListener("one", e => {
      last = e.lastEventId;
      reveal(show(JSON.parse(e.data)));
    });
    source.addEventListener("all", e => { // too much was missed: everything again, without reading it out
      last = e.lastEventId;
      log.setAttribute("aria-live", "off");
      log.replaceChildren();
      for (const bubble of JSON.parse(e.data)) put(bubble);
      for (const item of queue) if (item.article && !find(item.article.id)) log.append(item.article);
      toEnd();
      setTimeout(() => log.setAttribute("aria-live", "polite"), 1000);
    });
  };

  const relisten = () => {
    clearTimeout(again);
    again = setTimeout(listen, retry * (1 + Math.random()));
  };

  addEventListener("online", listen);
  addEventListener("offline", () => {
    source.close();
    tell(say.offline);
    relisten();
  });
  document.addEventListener("visibilitychange", () => { // a phone that slept has a dead connection
    if (document.hidden) hidden = Date.now();
    else if (Date.now() - hidden > 60000) listen();
  });

  // ---- speaking: one after the other, each until it is taken

  const queue = [];
  let busy = false;

  const newID = () => Array.from(crypto.getRandomValues(new Uint8Array(12)), n => n.toString(16).padStart(2, "0")).join("");

  const send = (fields, article) => {
    const body = new FormData();
    for (const [name, value] of Object.entries(fields)) body.append(name, value);
    queue.push({body, article, text: fields.text});
    pump();
  };

  const pump = async () => {
    if (busy || !queue.length) return;
    busy = true;
    const item = queue[0], slow = setTimeout(tell, 1500, say.sending);
    let wait = 0;
    try {
      const answer = await fetch("/chat/messages", {method: "POST", body: item.body, headers: {Accept: "application/json"}});
      wait = taken(item, answer, await answer.json());
    } catch {
      tell(say.offline);
      wait = retry;
    }
    clearTimeout(slow);
    busy = false;
    if (wait) setTimeout(pump, wait);
    else {
      queue.shift();
      pump();
    }
  };

  // taken returns how long to wait before item is sent again, in ms; 0 if it need not be.
  const taken = (item, answer, said) => {
    if (answer.ok) {
      tell("");
      if (item.article) item.article.classList.remove("pending");
      if (said.lang !== document.documentElement.lang && queue.length === 1) location.replace("/chat?lang=" + said.lang);
      return 0;
    }
    if (answer.status === 401) {
      lostCookie();
      return retry;
    }
    tell(said.error);
    if (answer.status === 429 || answer.status >= 500) return 1000 * (Number(answer.headers.get("Retry-After")) || 3);
    if (item.article) { // it will never be taken: give the words back
      item.article.remove();
      field.value = field.value || item.text;
      measure();
    }
    return 0;
  };

  const speak = () => {
    const text = field.value.trim();
    if (!text) return;
    const id = newID();
    const article = put({ref: "c" + id, mine: true, text: [{t: text}]});
    article.classList.add("pending");
    toEnd();
    field.value = "";
    measure();
    send({id, text}, article);
  };

  const measure = () => {
    field.style.height = "auto";
    field.style.height = field.scrollHeight + 2 + "px";
    count.textContent = field.value.length > max * 0.9 ? field.value.length + " / " + max : "";
  };

  form.addEventListener("submit", e => {
    e.preventDefault();
    speak();
    field.focus();
  });
  field.addEventListener("input", measure);
  field.addEventListener("keydown", e => {
    if (e.key !== "Enter" || e.shiftKey || e.isComposing) return;
    e.preventDefault();
    speak();
  });
  log.addEventListener("submit", e => {
    e.preventDefault();
    const box = e.target, button = e.submitter;
    if (box.dataset.pressed) return;
    box.dataset.pressed = "yes";
    button.setAttribute("aria-pressed", "true");
    send({action: button.value, message: box.closest("article").id});
  });

  measure();
  toEnd();
  listen();
})();

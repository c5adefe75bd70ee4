// Labelling by keyboard. The page works without this: every mention has a form of its own, and the server counts the time.
"use strict";
(() => {
  const list = document.getElementById("queue-list");
  if (!list) return;
  const items = [...list.children];
  const told = document.getElementById("told");
  const minutes = document.getElementById("minutes");
  const done = [];
  const waiting = new Map();
  let at = -1;

  const say = (what) => { told.textContent = ""; told.textContent = told.dataset[what]; };

  const go = (to, quietly = false) => {
    if (to < 0 || to >= items.length) return;
    if (at >= 0) items[at].classList.remove("now");
    at = to;
    items[at].classList.add("now");
    if (quietly) return;
    items[at].focus({ preventScroll: true });
    items[at].scrollIntoView({ block: "center" });
  };

  // One after the other, in the order of the keys: of two words on one mention the later one must arrive last.
  let line = Promise.resolve();
  const send = (item, said) => {
    const answer = line.then(() => post(item, said));
    line = answer.catch(() => {});
    return answer;
  };

  const post = async (item, said) => {
    const form = item.querySelector("form");
    const body = new URLSearchParams({ form: form.elements.form.value, mention: item.dataset.mention, ...said });
    const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" }, redirect: "error" });
    if (!answer.ok) throw new Error(String(answer.status));
    const kept = await answer.json();
    if (minutes && kept.minutes) minutes.textContent = minutes.dataset.words.replace("{minutes}", kept.minutes);
    return kept;
  };

  const show = (item, said) => {
    for (const [name, value] of Object.entries(said))
      for (const one of item.querySelectorAll(`input[type=radio][name="${name}"]`)) one.checked = value !== "" && one.value === value;
    item.classList.toggle("done", [...item.querySelectorAll("input[type=radio]")].some((one) => one.checked));
  };

  const keep = async (item, name, value) => {
    show(item, { [name]: value });
    item.classList.add("waits");
    waiting.set(item, (waiting.get(item) ?? 0) + 1);
    try {
      const kept = await send(item, { [name]: value });
      if (kept.was[name] !== value) done.push({ item, was: kept.was }); // said twice is said once
      say("kept");
    } catch {
      show(item, { [name]: "" });
      say("failed");
      item.querySelector(".said").textContent = told.dataset.failed;
    } finally {
      waiting.set(item, waiting.get(item) - 1);
      item.classList.toggle("waits", waiting.get(item) > 0);
    }
  };

  const undo = async () => {
    await line;
    const last = done.pop();
    if (!last) return;
    try {
      await send(last.item, last.was);
      show(last.item, last.was);
      say("undone");
      go(items.indexOf(last.item));
    } catch {
      done.push(last);
      say("failed");
    }
  };

  list.classList.add("live");
  list.addEventListener("change", (event) => {
    const box = event.target;
    if (box.type !== "radio") return;
    const item = box.closest("li");
    at = items.indexOf(item);
    keep(item, box.name, box.value);
  });

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const field = event.target.closest("input:not([type=radio]), select, textarea");
    if (field) return;
    if (event.key === "j" || event.key === "k") {
      event.preventDefault();
      go(event.key === "j" ? at + 1 : at - 1);
    } else if (event.key === "u") {
      event.preventDefault();
      undo();
    } else if (at >= 0) {
      const box = items[at].querySelector(`input[data-key="${CSS.escape(event.key)}"]`);
      if (!box) return;
      event.preventDefault();
      keep(items[at], box.name, box.value);
    }
  });
  go(0, true);
})();

// A query is tried while it is written.
(() => {
  const form = document.getElementById("query-form");
  const tried = document.getElementById("tried");
  if (!form || !tried) return;
  const box = form.elements.query;
  let last = box.value;
  let waiting = 0;
  let asked = 0;

  const trial = async () => {
    const mine = ++asked;
    last = box.value;
    const body = new URLSearchParams({ form: form.elements.form.value, query: box.value, do: "try", part: "yes" });
    try {
      const answer = await fetch(form.action, { method: "POST", body, redirect: "error" });
      const text = await answer.text();
      if (mine !== asked || (!answer.ok && answer.status !== 503)) return;
      // Our own page's part: escaped by the server, and parsed without running anything.
      const part = new DOMParser().parseFromString(text, "text/html");
      tried.replaceChildren(...part.body.childNodes);
    } catch {
      // The button still tries it.
    }
  };

  box.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => { if (box.value.trim() && box.value !== last) trial(); }, 500);
  });
})();

// How far asking the stored items is.
(() => {
  const line = document.getElementById("progress");
  if (!line) return;
  const bar = line.querySelector("progress");
  const words = document.getElementById("progress-words");
  const look = async () => {
    try {
      const answer = await fetch(line.dataset.from, { headers: { Accept: "application/json" }, redirect: "error" });
      const now = await answer.json();
      if (now.done || now.part === null) { location.reload(); return; }
      bar.value = now.part;
      words.textContent = `${Math.round(now.part * 100)}% · +${now.gained} / \u2212${now.lost}`;
    } catch {
      // It is looked at again.
    }
    setTimeout(look, 1500);
  };
  setTimeout(look, 800);
})();

// One key is one button.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat) return;
  if (event.target.closest("input, select, textarea")) return;
  const button = document.querySelector(`button[data-press="${CSS.escape(event.key)}"]`);
  if (!button) return;
  event.preventDefault();
  button.click();
});

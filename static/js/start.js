/* Comforts; unfinished writing; pages that lay open. The whys: docs/look.md. */
for (const chip of document.querySelectorAll("[data-start]")) {
  const text = document.getElementById(chip.dataset.for);
  chip.addEventListener("click", () => {
    const before = text.value.trim() ? text.value.replace(/\s*$/, "\n") : "";
    const start = chip.dataset.start;
    const gap = start.indexOf("\u2026");
    const from = before.length + (gap < 0 ? start.length : gap);
    text.value = before + start;
    text.dispatchEvent(new Event("input", { bubbles: true }));
    text.focus();
    text.setSelectionRange(from, from + (gap < 0 ? 0 : 1));
  });
}
for (const shown of document.querySelectorAll(".chips, .chip, .scripted")) shown.hidden = false;

for (const list of document.querySelectorAll(".choices.wrap")) {
  const find = Object.assign(document.createElement("input"), { type: "search", autocomplete: "off", spellcheck: false });
  find.ariaLabel = find.placeholder = "Find a word";
  find.addEventListener("input", () => {
    const wanted = find.value.trim().toLowerCase();
    for (const one of list.querySelectorAll("label")) one.hidden = !one.textContent.toLowerCase().includes(wanted) && !one.querySelector(":checked");
  });
  find.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
  list.before(find);
}

const pressed = new WeakSet();
addEventListener("submit", (event) => {
  if (event.defaultPrevented || event.target.method !== "post") return;
  if (pressed.has(event.target)) return event.preventDefault();
  pressed.add(event.target);
  event.submitter?.setAttribute("aria-disabled", "true");
  setTimeout(() => {
    pressed.delete(event.target);
    event.submitter?.removeAttribute("aria-disabled");
  }, 5000);
});

for (const field of document.querySelectorAll("input[data-zone]"))
  field.value ||= Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";

document.body.dataset.idle && (() => {
  const { body, documentElement: html } = document;
  const away = document.getElementById("away"), goOn = away.querySelector("button");

  const ask = (url, how) => fetch(url, { ...how, signal: AbortSignal.timeout(1e4) });

  // Unfinished writing
  const unkept = new Set(), going = new Map(); // forms with words that the server does not have yet, or that are on their way
  let timer;

  const send = (form) => {
    const sent = new FormData(form), keepalive = [...sent.values()].join("").length < 15e3;
    unkept.delete(form);
    const way = ask(body.dataset.hold, { method: "POST", body: sent, keepalive }).then((answer) => answer.status < 500, () => false).then((done) => {
      going.delete(way);
      form.querySelector("[data-kept]").hidden = !done;
      form.querySelector("[data-unkept]").hidden = done;
      if (!done) later(form, 5000);
      return done;
    });
    going.set(way, form);
  };

  window.keepWords = async (forget) => {
    if (forget === true) unkept.clear();
    timer = clearTimeout(timer);
    unkept.forEach(send);
    return !(await Promise.all(going.keys())).includes(false);
  };

  const later = (form, wait) => {
    unkept.add(form);
    timer ??= setTimeout(keepWords, wait);
  };

  addEventListener("input", ({ target }) => {
    const held = target.form?.elements.held;
    if (!held || !held.value && !/^text/.test(target.type)) return;
    held.value ||= crypto.randomUUID?.() ?? "";
    later(target.form, 1200);
  });

  addEventListener("submit", async (event) => {
    const { target: form, submitter } = event;
    if (!form.elements.held || !unkept.has(form) && !going.size) return;
    event.preventDefault();
    if (await keepWords()) form.requestSubmit(submitter);
  }, true);

  addEventListener("beforeunload", () => {
    if (html.className === "guarded" && (unkept.size || going.size)) history.replaceState(1, "");
    keepWords();
  });
  if (history.state) {
    history.replaceState(null, "");
    setTimeout(() => unkept.size || location.reload(), 600);
  }

  // A page that lay open, or was out of sight
  const wait = 1000 * body.dataset.idle;
  const until = Date.now() + 1000 * (body.dataset.stays ?? 0);
  let touched = Date.now(), told = touched, hidden, hiding, focused, stale;

  const hide = (why) => {
    focused ??= document.activeElement;
    html.className = "guarded away";
    away.hidden = !why;
    away.children[1].hidden = why !== "alone";
  };

  const show = () => {
    hide();
    html.className = "guarded";
    touched = Date.now();
    focused.focus();
    focused = null;
  };

  const cover = (why = "idle") => {
    hide(why);
    goOn.focus();
  };

  const anew = async () => await keepWords() ? location.reload() : cover("alone");

  // whose pages may be shown here; "away" where the password comes first; false where nobody answers
  const still = () => ask(html.dataset.still).then((answer) => answer.ok && answer.text(), () => false);

  window.askServer = async (kept, pressed) => {
    hide();
    if (kept) {
      stale = true;
      going.forEach(unkept.add, unkept); // what became of them the page was not told
      going.clear();
    }
    const said = await still();
    if (said === false) cover("alone");
    else if (stale || said !== html.dataset.whose && (said !== "away" || pressed)) anew();
    else if (said !== "away" || Date.now() < until) show();
    else cover();
  };

  const look = () => html.className === "guarded" && Date.now() - Math.max(touched, until) >= wait && cover();

  const touch = (event) => {
    look();
    if (html.className !== "guarded") return;
    touched = Date.now();
    if (event.type !== "keydown" || touched < until || touched - told < wait / 3) return;
    told = touched;
    fetch(body.dataset.here).then((answer) => answer.redirected && cover(), () => {});
  };

  for (const kind of ["keydown", "pointerdown", "scroll"]) addEventListener(kind, touch, { capture: true, passive: true });
  goOn.addEventListener("click", () => askServer(stale, true));
  setInterval(look, 5000);
  setInterval(async () => document.hidden || [html.dataset.whose, "away", false].includes(await still()) || anew(), 6e4);

  addEventListener("visibilitychange", () => {
    clearTimeout(hiding);
    if (document.hidden) {
      keepWords();
      hidden = Date.now();
      hiding = setTimeout(hide, 1e4);
    } else if (Date.now() - hidden >= 1e4) askServer();
    else look();
  });
  addEventListener("pagehide", keepWords);
})();

// Passkeys
const able = Boolean(window.PublicKeyCredential);
for (const part of document.querySelectorAll("[data-passkey]")) part.hidden = !able;
for (const sentence of document.querySelectorAll("[data-no-passkey]")) sentence.hidden = able;
for (const field of document.querySelectorAll("[data-able]")) field.value = able ? "yes" : "";
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  for (const sentence of document.querySelectorAll("[data-passkey-problem]")) sentence.hidden = false;
});

/* Comforts; unfinished writing; pages that lay open. The whys: docs/look.md. */
for (const chip of document.querySelectorAll("[data-start]")) {
  const text = document.getElementById(chip.dataset.for);
  chip.addEventListener("click", () => {
    text.value = (text.value + "\n").trimStart() + chip.dataset.start;
    text.dispatchEvent(new Event("input", { bubbles: true }));
    text.focus();
    const gap = text.value.lastIndexOf("\u2026");
    if (gap >= 0) text.setSelectionRange(gap, gap + 1);
  });
}

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

addEventListener("submit", (event) => {
  const { target: form, submitter } = event;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.pressed) return event.preventDefault();
  form.dataset.pressed = true;
  submitter?.setAttribute("aria-disabled", true);
  setTimeout(() => {
    delete form.dataset.pressed;
    submitter?.removeAttribute("aria-disabled");
  }, 5000);
});

for (const field of document.querySelectorAll("input[data-zone]"))
  field.value ||= Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";

// Sliders
let scrolled = 0;
addEventListener("scroll", (event) => { scrolled = event.timeStamp; }, { passive: true });
for (const slider of document.querySelectorAll("[data-words] input[type=range]")) {
  const words = slider.form.dataset.words.split("|"), told = slider.form.querySelector(`output[for=${slider.id}]`);
  let finger, said;

  const say = (value) => {
    slider.value = value;
    const at = slider.dataset.at = (slider.value - slider.min) / slider.step;
    told.textContent = words[at];
    slider.setAttribute("aria-valuetext", at ? `${words[at]}, ${at - 1} of 10` : words[0]);
  };
  const gone = (event) => [event.clientX - finger.clientX, event.clientY - finger.clientY].map(Math.abs);

  slider.addEventListener("pointerdown", (event) => {
    finger = event.pointerType === "mouse" ? null : event;
    said = slider.value;
  });
  slider.addEventListener("pointermove", (event) => {
    if (!finger) return;
    const [x, y] = gone(event);
    if (x > 8 && x > 2 * y) finger = null;
  });
  slider.addEventListener("input", () => say(finger ? said : slider.value));
  for (const end of ["pointerup", "pointercancel"])
    slider.addEventListener(end, (event) => {
      if (!finger) return;
      const tap = end === "pointerup" && finger.timeStamp - scrolled > 200 && Math.max(...gone(event)) < 9;
      const along = (event.offsetX - 13) / (slider.offsetWidth - 26);
      say(tap ? +slider.min + (slider.max - slider.min) * along : said);
      finger = null;
    });
  say(slider.value);
}

document.documentElement.dataset.whose && (() => {
  const { body, documentElement: html } = document;
  const away = document.getElementById("away"), goOn = away.querySelector("button");

  const ask = (url, how) => fetch(url, { ...how, signal: AbortSignal.timeout(1e4) });

  // Unfinished writing
  const unkept = new Set(), going = new Map();
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

  const still = () => ask(html.dataset.still).then((answer) => answer.ok && answer.text(), () => false);

  window.askServer = async (kept, pressed) => {
    hide();
    if (kept) {
      stale = true;
      going.forEach(unkept.add, unkept);
      going.clear();
    }
    const said = await still();
    const asked = ["away", "shut"].includes(said);
    if (said === false) cover("alone");
    else if (stale || said !== html.dataset.whose && (!asked || pressed)) anew();
    else if (!asked || said === "away" && Date.now() < until) show();
    else cover();
  };

  const look = () => html.className === "guarded" && Date.now() - Math.max(touched, until) >= wait && cover();

  const touch = (event) => {
    look();
    if (html.className !== "guarded") return;
    touched = Date.now();
    if (event.type !== "keydown" || touched < until || touched - told < wait / 3) return;
    told = touched;
    ask(body.dataset.here).then((answer) => answer.redirected && cover(), () => {});
  };

  for (const kind of ["keydown", "pointerdown", "scroll"]) addEventListener(kind, touch, { capture: true, passive: true });
  addEventListener("keydown", ({ key }) => key === "Escape" && "stays" in body.dataset && html.className === "guarded" && cover());
  goOn.addEventListener("click", () => askServer(stale, true));
  setInterval(look, 5000);
  setInterval(async () => document.hidden || [html.dataset.whose, "away", "shut", false].includes(await still()) || anew(), 6e4);

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

/* Comforts for writing; unfinished writing; and a page that lay open. Without scripts the starters stay hidden and a double press is sorted out by the server. */
for (const chip of document.querySelectorAll("button[data-start][data-for]")) {
  const text = document.getElementById(chip.dataset.for);
  if (!text) continue;
  chip.hidden = false;
  chip.type = "button";
  chip.addEventListener("click", () => {
    const before = text.value.trim() ? text.value.replace(/\s*$/, "\n") : "";
    const start = chip.dataset.start;
    const gap = start.indexOf("\u2026");
    const from = before.length + (gap < 0 ? start.length : gap);
    text.value = before + start;
    text.dispatchEvent(new Event("input", { bubbles: true }));
    text.focus();
    text.setSelectionRange(from, from + (gap < 0 ? 0 : 1)); // the three dots are selected: writing goes on there
  });
}
for (const row of document.querySelectorAll(".chips[hidden], .scripted")) row.hidden = false;

// A long list of words gets a field that narrows it.
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

// A second press while the first is on its way does nothing. The button is not disabled: its name and value must be sent.
const underway = new WeakSet();
addEventListener("submit", (event) => {
  if (event.defaultPrevented || event.target.method !== "post") return;
  if (underway.has(event.target)) return event.preventDefault();
  underway.add(event.target);
  event.submitter?.setAttribute("aria-disabled", "true");
  setTimeout(() => {
    underway.delete(event.target);
    event.submitter?.removeAttribute("aria-disabled");
  }, 5000);
});

// Sign-up takes the browser's own time zone along, where it names one. It can be changed later.
for (const field of document.querySelectorAll("input[data-zone]"))
  field.value ||= Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";

document.body.dataset.idle && (() => {
  const { body, documentElement: html } = document;
  const { whose } = html.dataset, page = location.href;
  const away = document.getElementById("away"), goOn = away.querySelector("button");

  // --- Unfinished writing. The server keeps it, sealed, for whom the form was shown to.

  const unkept = new Set(); // forms with words that the server does not have yet
  let underway, timer, since;

  function send(form) {
    const sent = new FormData(form);
    sent.append("at", new URL(form.getAttribute("action") ?? "", page).pathname);
    const keepalive = [...sent.values()].join("").length < 15e3; // it ends at 64 kB: longer letters go while writing
    unkept.delete(form);
    return underway = fetch(body.dataset.hold, { method: "POST", body: sent, keepalive })
      .then((answer) => answer.status < 500, () => false)
      .then((done) => {
        underway = 0;
        form.querySelector("[data-kept]").hidden = !done;
        form.querySelector("[data-unkept]").hidden = done;
        if (!done) later(form, 5000);
        return done;
      });
  }

  window.keepWords = async (forget) => {
    if (forget === true) unkept.clear();
    clearTimeout(timer);
    since = 0;
    return !(await Promise.all([underway, ...[...unkept].map(send)])).includes(false);
  };

  function later(form, wait) {
    unkept.add(form);
    clearTimeout(timer);
    timer = setTimeout(keepWords, wait);
  }

  addEventListener("input", ({ target }) => {
    const held = target.form?.elements.held;
    if (!held || !held.value && !/^text/.test(target.type)) return;
    held.value ||= crypto.randomUUID?.() ?? ""; // a row of its own: two pages never write over each other
    since ||= Date.now();
    later(target.form, Math.min(900, since + 5000 - Date.now()));
  });

  // Kept first, then sent: where the server cannot be reached, the page stays.
  addEventListener("submit", async (event) => {
    const { target: form, submitter } = event;
    if (!form.elements.held || !unkept.has(form) && !underway) return;
    event.preventDefault();
    if (await keepWords()) form.requestSubmit(submitter);
  }, true);

  // --- A page that lay open for a while, or was out of sight, asks the server before it shows anything.

  const wait = 1000 * body.dataset.idle;
  const until = Date.now() + 1000 * (body.dataset.stays ?? 0); // a shared screen stays open while a session is on
  let touched = Date.now(), told = touched, hidden, hiding, focused;

  function hide(why) {
    focused ??= document.activeElement;
    html.className = "guarded away";
    away.hidden = !why;
    away.children[1].hidden = why !== "alone";
  }

  function show() {
    touched = Date.now();
    hide();
    html.className = "guarded";
    focused?.focus();
    focused = null;
  }

  function cover(why = "idle") {
    hide(why);
    goOn.focus();
  }

  async function anew() {
    if (await keepWords()) location.reload();
    else cover("alone");
  }

  // Whose pages this browser may show; "away" where it asks for the password first; false where nobody answers.
  const still = () => fetch(html.dataset.still).then((answer) => answer.ok && answer.text(), () => false);

  window.askServer = async (stale, pressed) => {
    hide();
    const said = await still();
    if (said === false) cover("alone");
    else if (stale || said !== whose && (said !== "away" || pressed)) anew();
    else if (said === whose || Date.now() < until) show();
    else cover();
  };

  function look() {
    if (html.className === "guarded" && Date.now() - Math.max(touched, until) >= wait) cover();
  }

  function touch(event) {
    look(); // a laptop that was shut wakes up late
    if (html.className !== "guarded") return;
    touched = Date.now();
    if (event.type !== "keydown" || touched < until || touched - told < wait / 3) return;
    told = touched;
    fetch(body.dataset.here).then((answer) => answer.redirected && cover(), () => {});
  }

  for (const kind of ["keydown", "pointerdown", "scroll"]) addEventListener(kind, touch, { capture: true, passive: true });
  goOn.addEventListener("click", () => askServer(false, true));
  setInterval(look, 5000);
  // A session that was ended elsewhere: a page in sight learns of it within a minute.
  setInterval(async () => document.hidden || [whose, "away", false].includes(await still()) || anew(), 6e4);

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
  // Words sent while the page goes may come later than the next one is made: that is asked for once more.
  addEventListener("beforeunload", () => {
    if (html.className === "guarded" && (unkept.size || underway)) history.replaceState(1, "");
    keepWords();
  });
  if (history.state) {
    history.replaceState(null, "");
    setTimeout(() => unkept.size || location.reload(), 600);
  }
})();

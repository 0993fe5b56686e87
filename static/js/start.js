/* Small comforts for writing, and at the end the cover of a page that lies open. Without scripts the starters stay hidden and a double press is sorted out by the server. */
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
for (const row of document.querySelectorAll(".chips[hidden]")) row.hidden = false;

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

/* A page that lies open. After a while without a touch it covers itself and asks to go on; the server then asks who it
   is. What was being written is sent there first, to be kept. Writing counts as being here, so the server is told. */
(() => {
  const { body, documentElement: html } = document;
  const wait = 1000 * body.dataset.idle;
  if (!wait) return;
  const until = Date.now() + 1000 * (body.dataset.stays ?? 0);   // a shared screen stays open while a session is on
  let touched = Date.now(), told = touched;

  function cover() {
    if (html.classList.contains("away")) return;
    html.classList.add("away");
    const asked = document.getElementById("away");
    asked.hidden = false;
    asked.querySelector("button").focus();
  }

  function look() {
    if (Date.now() - Math.max(touched, until) >= wait) cover();
  }

  function touch(event) {
    look(); // a laptop that was shut wakes up late
    if (html.classList.contains("away")) return;
    touched = Date.now();
    if (event.type !== "keydown" || touched < until || touched - told < wait / 3) return;
    told = touched;
    fetch(body.dataset.here, { credentials: "same-origin" }).then((answer) => answer.redirected && cover(), () => {});
  }

  for (const kind of ["keydown", "pointerdown", "scroll"]) addEventListener(kind, touch, { capture: true, passive: true });
  addEventListener("visibilitychange", look);
  setInterval(look, 5000);
  document.querySelector("#away button").addEventListener("click", async () => {
    await keepWords();
    location.reload();
  });
})();

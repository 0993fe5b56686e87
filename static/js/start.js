/* Two small comforts for writing. Without scripts the starters stay hidden and a double press is sorted out by the server. */
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

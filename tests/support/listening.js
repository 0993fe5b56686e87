/* What whoever listens to a page would stumble over; gives sentences, none where all is well. Runs after unfolding. */
() => {
  const told = [], targets = new Map();
  const fields = (form) => [...form.querySelectorAll("input[type=hidden]")].filter((one) => !/^(csrf|writer|once)/.test(one.name)).map((one) => one.value);
  // Two controls of one name lead to one place. What people wrote may be alike, and so may what lies folded.
  for (const control of document.querySelectorAll("main :is(a[href], button, summary)")) {
    if (!control.checkVisibility() || control.matches("[dir]") || control.querySelector("[dir], bdi")) continue;
    if (control.closest(".folded, .thread")) continue;   // and lines of one day that say only what opened are alike
    const name = (control.getAttribute("aria-label") ?? control.textContent).replace(/\s+/g, " ").trim();
    const target = control.href ?? (control.form
      ? [control.formAction, control.name, control.value, ...fields(control.form)].join(" ")
      : `summary ${[...document.querySelectorAll("summary")].indexOf(control)}`);
    if (!name) told.push(`a control without a name, to ${target}`);
    if (targets.has(name) && targets.get(name) !== target) told.push(`"${name}" stands here for two things`);
    targets.set(name, target);
  }
  for (const part of document.querySelectorAll("main :is(article, figure, form.sheet)"))
    if (!part.matches("[aria-label], [aria-labelledby]") && !part.querySelector("h1, h2, h3, legend, label"))
      told.push(`an ${part.tagName.toLowerCase()} without a name: ${part.textContent.replace(/\s+/g, " ").trim().slice(0, 40)}`);
  const filled = [...document.querySelectorAll(".btn.full")].filter((one) => one.checkVisibility() && !one.closest(".row:has(> :nth-child(2))"));
  if (filled.length > 1) told.push(`${filled.length} filled buttons`);
  // An empty list offers its own beginning.
  // (What a therapist reads of two people is for those two to begin.)
  for (const empty of /^\/(room|glass)\/[0-9a-f]{8}-/.test(location.pathname) ? [] : document.querySelectorAll("main .empty"))
    if (!empty.querySelector("a[href], button")) told.push(`nothing can be begun from "${empty.textContent.trim()}"`);
  return told;
}

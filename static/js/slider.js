/* Sliders say in words where they stand, and are deaf to a finger that only scrolls. Without scripts they are the browser's own. */
let scrolled = 0;
addEventListener("scroll", (event) => { scrolled = event.timeStamp; }, { passive: true });
for (const slider of document.querySelectorAll("[data-words] input[type=range]")) {
  const words = slider.form.dataset.words.split("|"), told = slider.form.querySelector(`output[for=${slider.id}]`);
  let finger, said; // how a finger came down, and what the slider said before

  const say = (value) => {
    slider.value = value;
    const at = slider.dataset.at = (slider.value - slider.min) / slider.step;
    told.textContent = words[at];
    slider.setAttribute("aria-valuetext", at ? `${words[at]}, ${at - 1} of 10` : words[0]);
  };
  const gone = (event) => [event.clientX - finger.clientX, event.clientY - finger.clientY].map(Math.abs);

  // The browser moves it as soon as a finger comes down. It is put back until the finger goes sideways; a tap counts
  // when it is over, unless it only stopped the page.
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
      const along = (event.offsetX - 13) / (slider.offsetWidth - 26); // the bead is 26 px wide
      say(tap ? +slider.min + (slider.max - slider.min) * along : said);
      finger = null;
    });
  told.hidden = false;
  say(slider.value);
}

/* Sliders: what they say, in words; and deaf to a finger that only scrolls. Without scripts they are the browser's own. */
for (const slider of document.querySelectorAll("[data-words] input[type=range]")) {
  const words = slider.form.dataset.words.split("|"), told = slider.form.querySelector(`output[for=${slider.id}]`);
  let finger; // where it came down, and what the slider said before

  const tell = () => {
    const at = (slider.value - slider.min) / slider.step;
    slider.dataset.at = at;
    told.textContent = words[at];
    slider.setAttribute("aria-valuetext", at ? `${words[at]}, ${at - 1} of 10` : words[0]);
  };
  const say = (value) => {
    slider.value = value;
    tell();
  };

  // The browser moves it as soon as a finger comes down. It is put back until the finger goes sideways, or is lifted
  // where it came down.
  slider.addEventListener("pointerdown", (event) => {
    finger = event.pointerType === "mouse" ? null : { x: event.clientX, y: event.clientY, said: slider.value };
  });
  slider.addEventListener("pointermove", (event) => {
    const [x, y] = finger ? [Math.abs(event.clientX - finger.x), Math.abs(event.clientY - finger.y)] : [];
    if (x > 8 && x > 2 * y) finger = null;
  });
  slider.addEventListener("input", () => finger ? say(finger.said) : tell());
  slider.addEventListener("pointercancel", () => {
    if (finger) say(finger.said);
    finger = null;
  });
  slider.addEventListener("click", (event) => {
    if (!finger) return;
    finger = null;
    const { left, right } = slider.getBoundingClientRect(), bead = 26;
    const along = (event.clientX - left - bead / 2) / (right - left - bead);
    say(+slider.min + (slider.max - slider.min) * (getComputedStyle(slider).direction === "rtl" ? 1 - along : along));
  });
  told.hidden = false;
  tell();
}

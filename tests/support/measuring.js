/* What a page must never do at any width; gives sentences, none where all is well. Runs in the page, after unfolding. */
({ text200 }) => {
  const told = [];
  const main = document.querySelector("main").getBoundingClientRect();
  const room = Math.min(innerWidth - 48, 480);
  if (!text200 && main.width < room) told.push(`main is ${Math.round(main.width)} px wide, not ${room}`);

  const head = document.querySelector(".top")?.getBoundingClientRect().height;
  if (head > innerHeight / 4) told.push(`the head is ${Math.round(head)} px high`);

  const called = (one) => {
    const name = one.getAttribute("aria-label") || one.textContent.trim() || one.name || "";
    return `<${one.tagName.toLowerCase()} class="${one.className.baseVal ?? one.className}"> ${name.slice(0, 40)}`;
  };
  const seen = (one) => one.checkVisibility({ visibilityProperty: true }) && one.getBoundingClientRect().width > 0;
  // The innermost of what reaches beyond the window, but for what lies in a part that scrolls by itself.
  const over = document.documentElement.scrollWidth - innerWidth;
  if (over > 0) {
    const wide = [...document.body.querySelectorAll("*")].filter(
      (one) => seen(one) && !one.closest(".sr") && one.getBoundingClientRect().right > innerWidth + 0.5);
    const inner = wide.filter((one) => !wide.some((other) => other !== one && one.contains(other)));
    told.push(`${over} px wider than the window: ${inner.slice(0, 3).map(called).join("; ")}`);
  }

  const lines = (range) => {
    const tops = [];
    for (const box of range.getClientRects())
      if (box.width > 0 && !tops.some((top) => Math.abs(top - box.top) < box.height / 2)) tops.push(box.top);
    return tops.length;
  };
  // Headings, labels and controls in our own words; names and what people wrote may be as long as they like, and no word
  // of ours has thirty letters.
  for (const words of document.querySelectorAll("h1, h2, h3, legend, label, summary, .btn, .top *, .places a, .foot a")) {
    if (!seen(words) || words.matches("[dir]") || words.querySelector("bdi, [dir]")) continue;
    const range = document.createRange();
    range.selectNodeContents(words);
    if (!text200 && words.matches("h1, h2, h3") && lines(range) >= 5) told.push(`a heading of ${lines(range)} lines: ${called(words)}`);
    const texts = document.createTreeWalker(words, NodeFilter.SHOW_TEXT);
    for (let text = texts.nextNode(); text; text = texts.nextNode()) {
      if (text.parentElement.closest(".sr")) continue;
      for (const word of text.data.matchAll(/[^\s-]+/g)) {
        range.setStart(text, word.index);
        range.setEnd(text, word.index + word[0].length);
        if (word[0].length < 30 && lines(range) > 1) told.push(`"${word[0]}" breaks: ${called(words)}`);
      }
    }
  }

  // Controls: a box or a dot is as large as its label; a link in a sentence is as high as its line.
  for (const control of text200 ? [] : document.querySelectorAll("a[href], button, select, textarea, summary, input:not([type=hidden])")) {
    if (!seen(control) || control.closest(".sr, .skip")) continue;
    const inSentence = control.matches("a") && getComputedStyle(control).display === "inline" &&
      [...control.parentElement.childNodes].some((node) => node.nodeType === 3 && /\p{L}{2}/u.test(node.data));
    if (inSentence) continue;
    const shown = control.matches("[type=checkbox], [type=radio]") ? control.closest("label") ?? control : control;
    const box = shown.getBoundingClientRect();
    if (box.width < 24 || box.height < 24)
      told.push(`a control of ${Math.round(box.width)} by ${Math.round(box.height)} px: ${called(control)}`);
  }
  return told;
}

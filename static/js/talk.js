/* The quiet clock of a turn: a sentence each minute, and nothing that counts down. */
(() => {
  const told = document.getElementById("turn-clock"), began = Date.now();
  const say = () => {
    const gone = Math.floor((Date.now() - began) / 6e4), over = gone >= told.dataset.minutes;
    if (over) told.role = "status";
    const now = over ? "Four minutes. Finish your sentence; there is no hurry." : gone ? `About ${gone} of four minutes.` : "Up to four minutes. The time is kept for you.";
    if (told.textContent !== now) told.textContent = now;
  };
  say();
  setInterval(say, 5000);
})();

/* Leaving. Two things that a page without scripts cannot do: blank itself at once, and leave nothing for Back.
   Loaded in the head without defer, so that it works before the rest of a slow page has come. */
(() => {
  const html = document.documentElement;
  let presses = [];

  // What was being written is sealed and kept, and given back to whom its form was shown to, after signing in.
  window.keepWords = async () => {
    const typed = (field) => /^(text|textarea)$/.test(field.type) && field.value !== field.defaultValue;
    const form = [...document.querySelectorAll("main form")].find((one) => one.elements.writer && [...one.elements].some(typed));
    if (!form || !document.body.dataset.hold) return;
    const sent = new FormData(form);
    sent.append("at", new URL(form.action).pathname);
    await fetch(document.body.dataset.hold, { method: "POST", body: sent, keepalive: true }).catch(() => {});
  };

  async function leave(form) {
    html.classList.add("covered"); // first of all, before anything that takes time
    document.title = "\u200b";
    if ("keeps" in document.body.dataset) keepWords();
    const ended = fetch(form.action, {
      method: "POST", body: new FormData(form), keepalive: true, redirect: "manual", credentials: "same-origin",
    }).catch(() => {});
    // The session should be dead before the next page asks for anything, but nobody waits for a slow network.
    await Promise.race([ended, new Promise((go) => setTimeout(go, 900))]);
    location.replace(form.dataset.to);
  }

  addEventListener("submit", (event) => {
    if (event.target.id !== "leave") return;
    event.preventDefault();
    leave(event.target);
  });

  addEventListener("keydown", (event) => {
    if (event.key !== "Shift") { presses = []; return; } // capitals while writing are not a wish to leave
    if (event.repeat) return;
    presses = presses.filter((at) => event.timeStamp - at < 2000).concat(event.timeStamp);
    const form = document.getElementById("leave");
    if (presses.length > 2 && form) leave(form);
  });

  // Nothing of a page fades into the next one while leaving, and a next page without the fade is no error.
  addEventListener("pageswap", (event) => {
    const fade = event.viewTransition;
    if (!fade) return;
    for (const end of [fade.ready, fade.finished, fade.updateCallbackDone]) end.catch(() => {});
    if (html.classList.contains("covered")) fade.skipTransition();
  });

  // A page kept in memory for Back comes up blank and asks the server anew: the session may have ended meanwhile.
  addEventListener("pagehide", () => html.classList.add("covered"));
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
    else html.classList.remove("covered");
  });
})();

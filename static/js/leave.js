/* Leaving, in every tab at once. The whys: docs/look.md. */
(() => {
  const html = document.documentElement, { whose, wish, leave: way, to } = html.dataset;
  const tabs = new BroadcastChannel("tabs");
  const wished = () => document.cookie.includes(wish.split("=")[0] + "=");
  let leaving;

  async function leave() {
    html.className = "covered";
    if (!leaving) {
      leaving = true;
      document.cookie = wish;
      tabs.postMessage(way);
      window.keepWords?.(!("keeps" in html.dataset));
      document.title = "Notes";
      history.replaceState(null, "", to);
    }
    document.body?.replaceChildren();
    const done = await Promise.race([
      fetch(way, { method: "POST", keepalive: true, redirect: "manual" }).then((answer) => answer.status === 204, () => false),
      new Promise((go) => setTimeout(go, 900)),
    ]);
    if (done === false) setTimeout(leave, 3000);
    else location.replace(to);
  }

  addEventListener("submit", (event) => {
    if (event.target.id !== "leave") return;
    event.preventDefault();
    leave();
  });

  let down, presses = [];
  const other = () => { down = 0; presses = []; };
  for (const kind of ["pointerdown", "wheel", "input"]) addEventListener(kind, other, { capture: true, passive: true });
  addEventListener("keydown", (event) => {
    if (event.key === "Shift" && event.repeat) return;
    const onGlass = matchMedia("(pointer: coarse)").matches && event.target.matches?.("input, textarea");
    if (event.key !== "Shift" || down || onGlass || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) other();
    else down = event.timeStamp;
  }, true);
  addEventListener("keyup", (event) => {
    if (event.key !== "Shift" || !down) return other();
    presses = [...presses, down].filter((at) => event.timeStamp - at <= 5000);
    down = 0;
    if (presses.length > 2 && "shift" in html.dataset) leave();
  }, true);

  tabs.onmessage = ({ data }) => {
    if (data === way) leave();
    else if (whose && data !== whose) window.askServer?.();
  };
  tabs.postMessage(whose);
  if (wished()) leave();
  else html.className = "guarded";

  addEventListener("pagehide", () => { if (whose) html.className = "covered"; });
  addEventListener("pageshow", ({ persisted }) => {
    if (wished()) leave();
    else if (whose && persisted) window.askServer ? askServer(true) : location.reload();
  });
})();

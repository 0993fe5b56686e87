// What this page is built of: each element in its place, as a path from the root, with what a reader of screens asks of
// it and without its words, names and numbers. And what is wrong with the page as a whole.
() => {
  const NAMES = new Set(["id", "for", "name", "value", "href", "action", "formaction", "title", "datetime", "content",
    "aria-labelledby", "aria-describedby", "aria-controls", "aria-label", "placeholder", "list", "min", "max",
    "maxlength", "rows", "step"]);
  const OF_A_DRAWING = new Set(["class", "role", "aria-hidden", "fill", "stroke"]);
  const parts = new Map();  // by path: the elements there
  const walk = (element, above) => {
    const drawn = element.namespaceURI.endsWith("svg");
    const told = [...element.attributes].filter(({ name }) => !name.startsWith("data-")).map(({ name, value }) => {
      const matters = drawn ? OF_A_DRAWING.has(name) : !NAMES.has(name);
      return matters ? `${name}=${value}` : `${name}${value.trim() ? "" : "=nothing"}`;
    });
    const words = [...element.childNodes].some((child) => child.nodeType === Node.TEXT_NODE && child.data.trim());
    const state = `${words ? " words" : ""}${element.childNodes.length ? "" : " empty"}${element.checked ? " checked" : ""}`;
    const path = `${above}<${element.localName} ${told.sort().join(" ")}${state}>`;
    parts.set(path, [...(parts.get(path) ?? []), element]);
    for (const child of element.children) walk(child, path);
  };
  walk(document.body, "");
  globalThis.partsOfThisPage = parts;

  const wrong = [];
  const ids = [...document.querySelectorAll("[id]")].map(({ id }) => id);
  const twice = ids.filter((id, n) => ids.indexOf(id) !== n);
  if (twice.length) wrong.push(`there twice: ${twice}`);
  for (const name of ["for", "aria-labelledby", "aria-describedby", "aria-controls"]) {
    for (const element of document.querySelectorAll(`[${name}]`)) {
      for (const id of element.getAttribute(name).split(/\s+/)) {
        if (id && !ids.includes(id)) wrong.push(`${element.localName} ${name}: ${id} is not there`);
      }
    }
  }
  for (const one of ["main", "h1", "title"]) {
    const found = document.querySelectorAll(one === "title" ? "head > title" : one);
    if (found.length !== 1) wrong.push(`${found.length} of ${one}`);
  }
  const levels = [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")].map((heading) => Number(heading.localName[1]));
  levels.forEach((level, n) => n && level > levels[n - 1] + 1 && wrong.push(`h${level} follows h${levels[n - 1]}`));
  if (!document.documentElement.lang) wrong.push("no language");
  // Whoever goes from one part of the page to the next tells them apart by what they are called.
  const called = (one) => one.getAttribute("aria-label")
    ?? (one.getAttribute("aria-labelledby") ?? "").split(" ").map((id) => document.getElementById(id)?.textContent.trim()).join(" ");
  const places = "body > header, body > footer, nav, aside, :is(section, form):is([aria-label], [aria-labelledby])";
  const names = [...document.querySelectorAll(places)].filter((one) => one.checkVisibility())
    .map((one) => `${one.localName} "${called(one)}"`);
  const alike = names.filter((name, n) => names.indexOf(name) !== n);
  if (alike.length) wrong.push(`called alike: ${alike}`);
  return [[...parts.keys()], wrong];
}

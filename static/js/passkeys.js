/* Allauth's scripts for passkeys, once the button is about to be pressed. The whys: docs/look.md. */
(() => {
  const { scripts } = document.currentScript.dataset;
  const { dataset, textContent } = document.querySelector("[data-allauth-onload]");
  const button = document.querySelector("button[data-passkey]");
  let loading;

  const begin = async () => {
    for (const src of scripts.split(" ")) await import(src);
    dataset.allauthOnload.split(".").reduce((part, name) => part[name], window)(JSON.parse(textContent));
    button.onclick = null;
    return true;
  };
  const load = () => loading ??= begin().catch(() => { loading = null; });

  const press = async () => {
    button.onclick = null;
    if (await load()) return button.click();
    button.onclick = press;
    document.dispatchEvent(new Event("allauth.error"));
  };
  button.onclick = press;
  button.onfocus = button.onpointerenter = load;

  document.addEventListener("allauth.error", (event) => {
    event.preventDefault();
    document.querySelector("[data-passkey-problem]").hidden = false;
  });
})();

/* Passkeys are of the browser: their buttons show where it can make them, and what goes wrong is said in a sentence. */
const able = Boolean(window.PublicKeyCredential);
for (const button of document.querySelectorAll("button[data-passkey]")) button.hidden = !able;
for (const sentence of document.querySelectorAll("[data-no-passkey]")) sentence.hidden = able;
for (const field of document.querySelectorAll("[data-able]")) field.value = able ? "yes" : "";
document.addEventListener("allauth.error", (event) => {
  event.preventDefault(); // said on the page, so nothing for the console
  for (const sentence of document.querySelectorAll("[data-passkey-problem]")) sentence.hidden = false;
});

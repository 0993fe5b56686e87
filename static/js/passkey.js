/* Passkeys are of the browser: what is for them shows where it can make them, and what goes wrong is said. */
const able = Boolean(window.PublicKeyCredential);
for (const part of document.querySelectorAll("[data-passkey]")) part.hidden = !able;
for (const sentence of document.querySelectorAll("[data-no-passkey]")) sentence.hidden = able;
for (const field of document.querySelectorAll("[data-able]")) field.value = able ? "yes" : "";
document.addEventListener("allauth.error", (event) => {
  event.preventDefault(); // said on the page, so nothing for the console
  for (const sentence of document.querySelectorAll("[data-passkey-problem]")) sentence.hidden = false;
});

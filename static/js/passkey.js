/* Passkeys are of the browser: their buttons show where scripts run, and what goes wrong is said in a sentence. */
for (const button of document.querySelectorAll("button[data-passkey]")) button.hidden = !window.PublicKeyCredential;
document.addEventListener("allauth.error", (event) => {
  event.preventDefault(); // said on the page, so nothing for the console
  for (const sentence of document.querySelectorAll("[data-passkey-problem]")) sentence.hidden = false;
});

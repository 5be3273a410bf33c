/* Passkeys: the device makes or uses one, the server checks it. Without scripts the password form does. */
(() => {
  "use strict";
  const worker = navigator.serviceWorker && navigator.serviceWorker.controller;
  if (worker && document.querySelector("[data-forget]")) worker.postMessage("forget");

  const button = document.querySelector("[data-passkey]");
  if (!button || !window.PublicKeyCredential) return;
  const find = (id) => document.getElementById(id);
  const says = find("passkey-says");
  document.querySelectorAll("[data-with-passkey]").forEach((part) => { part.hidden = false; });

  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const text = (data) => btoa(String.fromCharCode(...new Uint8Array(data))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const post = async (end, body) => {
    const headers = { "Content-Type": "application/json", Accept: "application/json" };
    const answer = await fetch(button.dataset.passkey + end, { method: "POST", headers, body: JSON.stringify(body) });
    const found = await answer.json();
    if (!answer.ok) throw found;
    return found;
  };
  const read = (o) => {
    o.challenge = bytes(o.challenge);
    if (o.user) o.user.id = bytes(o.user.id);
    for (const key of o.excludeCredentials || o.allowCredentials || []) key.id = bytes(key.id);
    return o;
  };
  const plain = (made) => {
    if (made.toJSON) return made.toJSON();
    const response = {};
    for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"])
      if (made.response[name]) response[name] = text(made.response[name]);
    return { id: made.id, rawId: made.id, type: made.type, response };
  };

  button.addEventListener("click", async () => {
    button.disabled = true;
    says.textContent = "";
    try {
      const publicKey = read(await post("/begin", {}));
      const made = await navigator.credentials[publicKey.user ? "create" : "get"]({ publicKey });
      const label = find("passkey-label");
      const found = await post("/finish", { credential: plain(made), label: label ? label.value : "", next: button.dataset.next });
      if (find("kept-form")) find("kept-form").submit();
      else location.assign(found.next);
    } catch (error) {
      says.textContent = error.says || "Your device stopped, or took too long. Try again or use a password.";
      button.disabled = false;
    }
  });
})();

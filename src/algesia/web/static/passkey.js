/* Passkeys: the device makes or uses one, the server checks it. Without, the password form does. */
{
const button = one("[data-passkey]"), says = one("#passkey-says"), known = window.PublicKeyCredential;
if (one("[data-forget]")) navigator.serviceWorker?.controller?.postMessage("forget");

const post = async (end, sent) => {
	const headers = { "Content-Type": "application/json", Accept: "application/json" };
	const answer = await fetch(button.dataset.passkey + end, { method: "POST", headers, body: JSON.stringify(sent) });
	if (answer.ok) return answer.json();
	throw await answer.json();
};
if (button && known?.parseCreationOptionsFromJSON) {
	for (const part of all("[data-with-passkey]")) part.hidden = false;
	button.onclick = async () => {
		button.disabled = true;
		says.textContent = "";
		try {
			const asked = await post("/begin", {}), [act, kind] = asked.user ? ["create", "Creation"] : ["get", "Request"];
			const credential = await navigator.credentials[act]({ publicKey: known[`parse${kind}OptionsFromJSON`](asked) });
			const { next } = await post("/finish", { credential, label: one("#passkey-label")?.value, next: button.dataset.next });
			const form = one("#kept-form");
			form ? form.submit() : location.assign(next);
		} catch (error) {
			says.textContent = error.says || "Your device stopped, or took too long. Try again or use a password.";
			button.disabled = false;
		}
	};
}
}

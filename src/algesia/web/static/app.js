/* What a page adds when scripts run: the phone's outbox, today's date on a kept page, double taps. */
const all = (what, root = document) => [...root.querySelectorAll(what)], one = (what, root) => all(what, root)[0];
{
const kept = "kept" in document.documentElement.dataset, day = one("[data-day]"), now = new Date();
const hide = (what) => all(what).forEach((part) => { part.hidden = true; });

// A kept page shows the day it was made; the day of the phone is the right one.
if (kept) hide("[data-fresh]");
if (kept && day && +day.dataset.day !== Math.floor(now / 864e5 - now.getTimezoneOffset() / 1440) + 719163) {
	day.textContent = now.toLocaleDateString("en-GB", { weekday: "long", day: "numeric", month: "long" }).replace(",", "");
	hide("[data-yesterday]");
	for (const key of all("[aria-pressed=true]")) key.ariaPressed = false;
}

// A second tap on a button that is being sent does nothing.
let busy, later;
const free = () => { busy = 0; };
onpageshow = free;
onsubmit = ({ target }) => {
	if (busy === target) return false;
	busy = target;
	setTimeout(free, 4e3);
};

for (const zone of all("[data-fill]")) zone.value ||= Intl.DateTimeFormat().resolvedOptions().timeZone;

const notice = one("#offline"), workers = navigator.serviceWorker;
if (workers && notice) {
	const ask = (work) => workers.ready.then(({ active }) => active.postMessage(work)), sync = () => ask();
	const say = notice.dataset, tell = (words) => {
		notice.innerHTML = words;
		notice.hidden = !words;
	};
	workers.onmessage = async ({ data: { unsent, waiting, refused, other } }) => {
		if (unsent) {
			free();
			return tell(say.unsent);
		}
		const n = waiting || refused, why = other ? say.other : waiting ? say.waiting : say.refused;
		const up = n || !kept || await fetch("/healthz").then(({ ok }) => ok, () => false);
		clearTimeout(later);
		if (waiting || !up) later = setTimeout(sync, 15e3);
		if (n) tell(`${n === 1 ? "1 answer is" : n + " answers are"} kept on this phone${why}`);
		else tell(up && navigator.onLine ? "" : say.down);
		if (up && !waiting && kept && location.pathname === "/today/saved") location.reload();
	};
	notice.onclick = ({ target }) => ask(target.value);
	ononline = onoffline = sync;
	workers.register("/sw.js").then(sync, () => {});
}
}

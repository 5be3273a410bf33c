/* A crosshair, a plan that follows its controls, keys. All of it works without. */
{
const figure = one("[data-days]");
if (figure) {
	const { first, pain, dose, scales } = JSON.parse(figure.dataset.days), row = one(".cross"), last = pain.length;
	const charts = all("[data-chart]").map((chart) => [one("svg.chart", chart), ...scales[chart.dataset.chart]]);
	let day = last - 1;
	const show = (to) => {
		day = Math.max(0, Math.min(last - 1, to));
		const name = isNaN(first) ? new Date(Date.parse(first) + day * 864e5).toLocaleDateString("en-GB", { dateStyle: "long", timeZone: "UTC" }) : `Day ${first + day}`;
		const doses = dose.flatMap(({ unit, levels }) => levels.filter(([from, end]) => from <= day && day < end)
			.map((level) => `${level[2]} ${unit.replace(/^MME.*/, "MME a day")}`)).join(", ");
		one("p", row).textContent = `${name}: ${doses || "dose not in numbers"}, ${pain[day] === null ? "no pain entry" : "pain " + pain[day]}.`;
		for (const [svg, left, right] of charts) {
			one(".cross-line", svg)?.remove();
			const x = left + (day + 0.5) / last * (right - left), foot = svg.viewBox.baseVal.height - 30;
			svg.insertAdjacentHTML("beforeend", `<path class="cross-line" d="M${x} 40V${foot}"/>`);
		}
	};
	for (const [svg, left, right] of charts) svg.onpointermove = ({ clientX }) => {
		const { a, e } = svg.getScreenCTM();
		show(Math.floor(((clientX - e) / a - left) / (right - left) * last));
	};
	row.onclick = ({ target }) => show(day + (+target.dataset.by || 0));
	row.onkeydown = (event) => {
		const by = { ArrowLeft: -1, ArrowRight: 1, PageUp: -28, PageDown: 28 }[event.key];
		if (!by) return;
		event.preventDefault();
		show(day + by);
	};
	row.hidden = false;
}

const form = one("[data-live]"), bench = one(".bench");
let asked = 0;
if (form) form.onchange = async () => {
	const mine = ++asked, address = "?" + new URLSearchParams(new FormData(form));
	bench.ariaBusy = true;
	try {
		const answer = await fetch(address), text = await answer.text();
		if (mine !== asked) return;
		if (!answer.ok) throw answer;
		const page = new DOMParser().parseFromString(text, "text/html"), typed = all("#plan-files input:not([type=hidden])");
		for (const part of all("[data-swap]")) part.replaceChildren(...page.getElementById(part.id).childNodes);
		for (const old of typed) one("#" + old.id)?.replaceWith(old);
		history.replaceState(null, "", address);
		one("#plan-told").textContent = one("#plan-said").textContent;
		bench.ariaBusy = false;
	} catch {
		form.submit(); // without an answer or its parts, as without a script
	}
};

const keys = one("#keys");
if (keys?.dataset.on) onkeydown = ({ key, target, ctrlKey, metaKey, altKey }) => {
	if (ctrlKey || metaKey || altKey || target.closest("input:not([type=radio],[type=checkbox]),textarea,select")) return;
	const people = all("[data-person]"), by = { j: 1, k: -1 }[key];
	if (by) people[Math.max(0, people.indexOf(document.activeElement) + by)]?.focus();
	if (key === "?") {
		keys.open = !keys.open;
		one("summary", keys).focus();
	}
	all("[data-key]").find((link) => link.dataset.key === key)?.click();
};
}

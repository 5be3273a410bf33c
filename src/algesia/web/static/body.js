// Taps on the body figure go to the checkboxes; the figure follows them.
{
document.documentElement.className = "scripted";

// Names stand as in charts/body_map.py.
const place = (svg) => {
	const low = { true: 18, false: 18 }, far = ([x]) => Math.abs(x - 200);
	all(".name", svg).flatMap((name) => {
		const spots = all(".ar." + name.dataset.kind, svg).map((shape) => shape.dataset.at.split(" ").map(Number));
		name.classList.toggle("off", !spots[0]);
		return spots.sort((a, b) => far(b) - far(a)).slice(0, 1).map((spot) => [name, ...spot]);
	}).sort((a, b) => a[2] - b[2]).forEach(([name, x, y, edge, free]) => {
		const right = name.classList.toggle("right", x > 200);
		let to = Math.max(free, low[right] + 46);
		low[right] = to = to > 300 && to < 500 ? 500 : +to.toFixed(1);
		name.firstChild.setAttribute("d", `M${right ? 340 : 60} ${to}L${edge} ${y}`);
		name.lastChild.setAttribute("transform", `translate(${right ? 344 : 56} ${to})`);
	});
};

const form = one(".bodyform");
if (form) {
	const shapes = all(".ar"), n = shapes.length, past = [];
	const boxes = ["pain-", "touch-"].flatMap((kind) => shapes.map((shape) => form[kind + shape.dataset.area]));
	const [count, news, undo] = all(".count > *, [data-undo]"), { since } = count.parentNode.dataset;
	let last, before = [];
	const set = (to) => boxes.forEach((box, i) => { box.checked = to[i]; });

	const redraw = () => {
		last = boxes.map((box) => box.checked);
		shapes.forEach(({ classList }, i) => {
			classList.toggle("hurts", last[i]);
			classList.toggle("touch", last[i + n]);
			classList.toggle("new", last[i] && "new" in boxes[i].dataset);
		});
		all("svg").forEach(place);
		const marked = all(".hurts").length, fresh = all(".ar.new").length;
		count.textContent = `${marked} of ${n} areas.`;
		if (since) news.textContent = `${fresh || "None"} ${fresh > 1 ? "are" : "is"} new since ${since}.`;
		for (const line of all(".region summary")) {
			const on = all(".pain:checked", line.parentNode), [, number, words] = line.children;
			number.textContent = number.textContent.replace(/\d+/, on.length);
			words.textContent = on.map((box) => box.labels[0].textContent).join("; ");
		}
		form.everywhere.checked = marked === n;
		undo.ariaDisabled = !past[0];
		undo.textContent = past[0] ? "Undo last tap" : "Nothing to undo";
	};

	form.onchange = ({ target }) => {
		const i = boxes.indexOf(target), { checked } = target;
		if (target === form.everywhere) {
			if (checked) before = last;
			set(checked ? last.map((was, j) => j < n || was) : before);
		} else if (i < 0) return;
		else if (i < n) boxes[i + n].checked &&= checked;
		else boxes[i - n].checked ||= checked;
		past.push(last);
		redraw();
	};
	// Off, hurts, touch hurts too, off.
	shapes.forEach((shape, i) => { shape.onclick = () => boxes[last[i] && !last[i + n] ? i + n : i].click(); });
	undo.onclick = () => {
		if (past[0]) set(past.pop());
		redraw();
	};
	redraw();
}

const frames = all(".film li"), [earlier, words, later] = all(".film-steps > *");
let at = frames.length - 1;
const show = (by) => {
	if (!frames[at + by]) return;
	at += by;
	frames.forEach((frame, i) => { frame.hidden = i !== at; });
	words.textContent = `Map ${at + 1} of ${frames.length}`;
	earlier.ariaDisabled = !at;
	later.ariaDisabled = !frames[at + 1];
};
if (later) {
	earlier.onclick = () => show(-1);
	later.onclick = () => show(1);
	show(0);
}
}

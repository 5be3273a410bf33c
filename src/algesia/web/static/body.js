// Taps on the body figure go to the checkboxes; the figure follows them.
(() => {
  const all = (root, what) => [...root.querySelectorAll(what)];
  const off = (button, is) => button.setAttribute("aria-disabled", is);

  document.documentElement.classList.add("scripted");

  // Names stand as in charts/body_map.py.
  const place = (svg) => {
    const low = { true: 18, false: 18 }, far = (at) => Math.abs(at[0] - 200);
    all(svg, ".name").map((g) => {
      const on = all(svg, ".ar." + g.dataset.kind).map((s) => s.dataset.at.split(" ").map(Number));
      g.classList.toggle("off", !on[0]);
      return [g, on.sort((a, b) => far(b) - far(a))[0]];
    }).filter((pair) => pair[1]).sort((a, b) => a[1][1] - b[1][1]).forEach(([g, [x, y, edge, free]]) => {
      const right = g.classList.toggle("right", x > 200);
      let to = Math.max(free, low[right] + 46);
      if (to > 300 && to < 500) to = 500;
      low[right] = to = Number(to.toFixed(1));
      g.firstChild.setAttribute("d", `M${right ? 340 : 60} ${to}L${edge} ${y}`);
      g.lastChild.setAttribute("transform", `translate(${right ? 344 : 56} ${to})`);
    });
  };

  for (const form of all(document, ".bodyform")) {
    const get = (what) => form.querySelector(what);
    const every = get("#everywhere"), count = get(".count"), undo = get("[data-undo]"), { since } = count.dataset;
    const pains = all(form, ".pain"), touches = all(form, "input.touch"), boxes = [...pains, ...touches];
    const shapes = pains.map((p) => get(`[data-area="${p.value}"]`));
    const set = (old) => boxes.forEach((box, i) => { box.checked = old[i]; });
    const n = pains.length, past = [];
    let last, before = [];

    const redraw = () => {
      let marked = 0, fresh = 0;
      pains.forEach((p, i) => {
        const is = shapes[i].classList, isNew = p.checked && "fresh" in p.dataset;
        is.toggle("hurts", p.checked);
        is.toggle("touch", touches[i].checked);
        is.toggle("new", isNew);
        marked += p.checked;
        fresh += isNew;
      });
      all(form, "svg").forEach(place);
      count.firstChild.textContent = `${marked} of ${n} areas.`;
      if (since) count.lastChild.textContent = `${fresh || "None"} ${fresh > 1 ? "are" : "is"} new since ${since}.`;
      for (const region of all(form, "details")) {
        const on = all(region, ".pain:checked"), [, number, words] = region.firstElementChild.children;
        number.textContent = number.textContent.replace(/\d+/, on.length);
        words.textContent = on.map((p) => p.labels[0].textContent).join("; ");
      }
      every.checked = marked === n;
      off(undo, !past[0]);
      undo.textContent = past[0] ? "Undo last tap" : "Nothing to undo";
      last = boxes.map((box) => box.checked);
    };

    form.onchange = ({ target: t }) => {
      const i = boxes.indexOf(t);
      if (t === every) {
        if (t.checked) before = last;
        set(t.checked ? last.map((was, j) => j < n || was) : before);
      } else if (i < 0) return;
      else if (i >= n) pains[i - n].checked ||= t.checked;
      else touches[i].checked &&= t.checked;
      past.push(last);
      redraw();
    };
    form.onclick = ({ target: t }) => {
      const i = shapes.indexOf(t), pain = pains[i], touch = touches[i];
      if (pain) {
        [pain.checked, touch.checked] = [!touch.checked, pain.checked && !touch.checked];
        past.push(last);
      } else if (t === undo && past[0]) set(past.pop());
      else return;
      redraw();
    };
    redraw();
  }

  for (const film of all(document, ".bodyfilm")) {
    const frames = all(film, "li"), [earlier, words, later] = all(film, ".film-steps > *");
    let at = frames.length - 1;
    const show = (to) => {
      if (!frames[to]) return;
      at = to;
      frames.forEach((frame, i) => { frame.hidden = i !== at; });
      words.textContent = `Map ${at + 1} of ${frames.length}`;
      off(earlier, !at);
      off(later, !frames[at + 1]);
    };
    if (!later) continue;
    earlier.onclick = () => show(at - 1);
    later.onclick = () => show(at + 1);
    show(at);
  }
})();

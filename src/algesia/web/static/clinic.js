/* A crosshair, a plan that follows its controls, keys. All of it works without. */
(() => {
  "use strict";
  const one = (s, root = document) => root.querySelector(s);
  const all = (s, root = document) => [...root.querySelectorAll(s)];

  const figure = one("figure[data-days]");
  if (figure) {
    const data = JSON.parse(figure.dataset.days);
    const row = one(".cross", figure);
    const told = one("p", row);
    const last = data.pain.length - 1;
    let day = last;
    const named = (i) => {
      if (typeof data.first === "number") return `Day ${data.first + i}`;
      const [y, m, d] = data.first.split("-").map(Number);
      return new Date(Date.UTC(y, m - 1, d + i)).toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
    };
    const words = (i) => {
      const said = data.dose.map(({ unit, levels }) => {
        const level = levels.find(([from, to]) => from <= i && i < to);
        return level ? `${level[2]} ${unit.startsWith("MME") ? "MME a day" : unit}` : "";
      }).filter(Boolean);
      const pain = data.pain[i];
      return `${named(i)}: ${said.join(", ") || "dose not in numbers"}, ${pain === null ? "no pain entry" : `pain ${pain}`}.`;
    };
    const show = (i) => {
      day = Math.max(0, Math.min(last, i));
      told.textContent = words(day);
      for (const holder of all("[data-chart]", figure)) {
        const svg = one("svg.chart", holder);
        const [left, right] = data.scales[holder.dataset.chart];
        const x = left + ((day + 0.5) / (last + 1)) * (right - left);
        let line = one(".cross-line", svg);
        if (!line) {
          line = document.createElementNS("http://www.w3.org/2000/svg", "line");
          line.setAttribute("class", "cross-line");
          line.setAttribute("y1", "40");
          line.setAttribute("y2", String(svg.viewBox.baseVal.height - 30));
          svg.append(line);
        }
        line.setAttribute("x1", String(x));
        line.setAttribute("x2", String(x));
      }
    };
    row.hidden = false;
    for (const button of all("button", row)) button.addEventListener("click", () => show(day + Number(button.dataset.by)));
    row.addEventListener("keydown", (event) => {
      const by = { ArrowLeft: -1, ArrowRight: 1, PageUp: -28, PageDown: 28 }[event.key];
      if (!by) return;
      event.preventDefault();
      show(day + by);
    });
    for (const holder of all("[data-chart]", figure)) {
      holder.addEventListener("pointermove", (event) => {
        const svg = one("svg.chart", holder);
        const box = svg.getBoundingClientRect();
        const [left, right, width] = data.scales[holder.dataset.chart];
        const x = ((event.clientX - box.left) / box.width) * width;
        if (x >= left && x <= right) show(Math.floor(((x - left) / (right - left)) * (last + 1)));
      });
    }
  }

  const form = one("form[data-live]");
  if (form) {
    let asked = 0;
    const update = async () => {
      const mine = ++asked;
      const query = new URLSearchParams([...new FormData(form)].filter(([, value]) => value !== ""));
      const address = `${location.pathname}?${query}`;
      const bench = one(".bench");
      bench.setAttribute("aria-busy", "true");
      try {
        const answer = await fetch(address, { headers: { accept: "text/html" } });
        if (!answer.ok) throw new Error(String(answer.status));
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        if (mine !== asked) return;
        const typed = all("#plan-files input:not([type=hidden])");
        for (const part of all("[data-swap]")) {
          const fresh = page.getElementById(part.id);
          if (fresh) part.replaceChildren(...fresh.childNodes);
        }
        for (const old of typed) document.getElementById(old.id)?.replaceWith(old);
        history.replaceState(null, "", address);
        const said = one("#plan-said");
        one("#plan-told").textContent = said ? said.textContent : "";
      } catch {
        form.submit();
      } finally {
        bench.removeAttribute("aria-busy");
      }
    };
    form.addEventListener("change", update);
  }

  const keys = one("#keys");
  const typing = (node) => node.closest("input:not([type=radio]):not([type=checkbox]),textarea,select,[contenteditable]");
  document.addEventListener("keydown", (event) => {
    if (!keys || !keys.dataset.on || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (event.key === "?") {
      keys.open = !keys.open;
      if (keys.open) one("summary", keys).focus();
      return;
    }
    const people = all("a[data-person]");
    const by = { j: 1, k: -1 }[event.key];
    if (by && people.length) {
      const at = people.indexOf(document.activeElement);
      people[Math.max(0, Math.min(people.length - 1, at + by))].focus();
      return;
    }
    const link = one(`a[data-key="${CSS.escape(event.key)}"]`);
    if (link) link.click();
  });
})();

/* What a page adds when scripts run: the answers of the phone's outbox, today's date on a kept page, double taps. */
(() => {
  "use strict";
  const all = (what, act) => document.querySelectorAll(what).forEach(act);
  const hide = (part) => { part.hidden = true; };
  const kept = "kept" in document.documentElement.dataset;

  // A kept page says the day it was made, and answers of that day; the day of the phone is the right one.
  const day = document.querySelector("[data-day]"), now = new Date();
  if (kept) all("[data-fresh]", hide);
  if (kept && day && +day.dataset.day !== Math.round(Date.UTC(now.getFullYear(), now.getMonth(), now.getDate()) / 864e5) + 719163) {
    day.textContent = now.toLocaleDateString("en-GB", { weekday: "long", day: "numeric", month: "long" }).replace(",", "");
    all("[data-yesterday]", hide);
    all("[aria-pressed=true]", (key) => key.setAttribute("aria-pressed", "false"));
  }

  // A second tap on a button that is being sent does nothing.
  const busy = new Set();
  addEventListener("submit", (event) => {
    if (busy.has(event.target)) event.preventDefault();
    busy.add(event.target);
    setTimeout(() => busy.clear(), 4e3);
  });
  addEventListener("pageshow", () => busy.clear());

  all("input[data-fill]", (zone) => { zone.value ||= Intl.DateTimeFormat().resolvedOptions().timeZone || ""; });
  all("[data-print]", (button) => { button.hidden = false; button.onclick = () => print(); });
  all("[data-share]", (button) => {
    if (!navigator.canShare) return;
    button.hidden = false;
    button.onclick = async () => {
      const data = await (await fetch(button.dataset.share)).blob();
      const share = { files: [new File([data], button.dataset.name || "report.pdf", { type: data.type })] };
      if (navigator.canShare(share)) navigator.share(share).catch(() => {});
    };
  });

  const notice = document.getElementById("offline"), workers = navigator.serviceWorker;
  if (!workers || !notice) return;
  const ask = (words) => new Promise((done) => {
    const pipe = new MessageChannel();
    pipe.port1.onmessage = (event) => done(event.data || {});
    workers.controller ? workers.controller.postMessage(words, [pipe.port2]) : done({});
  });
  const count = (n) => (n === 1 ? "1 answer is" : n + " answers are") + " kept on this phone";
  const tell = (words, button, work) => {
    notice.textContent = words;
    notice.hidden = !words;
    if (!button) return;
    const made = document.createElement("button");
    made.className = "btn";
    made.textContent = button;
    made.onclick = () => ask(work).then(sync);
    notice.append(" ", made);
  };
  let later;
  const sync = async () => {
    const { waiting, refused, other } = await ask("drain");
    const up = waiting || refused || !kept || await fetch("/healthz").then((answer) => answer.ok, () => false);
    clearTimeout(later);
    if (waiting || !up) later = setTimeout(sync, 15e3);
    if (waiting && other) tell(count(waiting) + ". To send, sign in or open the diary they belong to.");
    else if (waiting) tell(count(waiting) + ". Sent when there is a connection.", "Undo the last", "undo");
    else if (refused) tell(count(refused) + " and could not be taken as they are. Enter them again.", "Remove them", "drop");
    else tell(up && navigator.onLine ? "" : "No connection. What you enter is kept on this phone.");
    if (up && !waiting && kept && location.pathname === "/today/saved") location.reload();
  };
  workers.onmessage = () => { busy.clear(); tell("No connection. This was not saved. Your words are still here: send them again when there is a connection."); };
  addEventListener("online", sync);
  addEventListener("offline", sync);
  workers.register("/sw.js").then(() => workers.ready).then(sync, () => {});
  if (location.pathname === "/today/saved" && !kept) ask("refresh");
})();

/* Keeps pages for when there is no network, and answers that could not be sent until they can be. */
"use strict";
const NAME = "algesia-" + "VERSION", KEEP = ["KEEP"], PAGES = KEEP.filter((url) => !url.startsWith("/assets/"));
const TAKES = /^\/(today\/(goal|pain|doses|same|bad)|body)$/;
const on = (name, act) => addEventListener(name, act);

on("install", (event) => event.waitUntil(refresh(KEEP).then(() => skipWaiting())));
on("activate", (event) => event.waitUntil(caches.keys().then((names) => Promise.all(names.filter((n) => n !== NAME).map((n) => caches.delete(n)))).then(() => clients.claim())));
on("sync", (event) => event.waitUntil(drain().then((state) => { if (state.waiting) throw state; })));
on("fetch", (event) => {
  const { request } = event, { origin, pathname } = new URL(request.url);
  if (origin !== location.origin) return;
  if (pathname.startsWith("/assets/")) event.respondWith(caches.match(request).then((kept) => kept || fetch(request)));
  else if (request.mode === "navigate") event.respondWith((request.method === "POST" ? send : page)(request, pathname));
});

async function refresh(urls) {
  const cache = await caches.open(NAME);
  await Promise.allSettled(urls.map(async (url) => keep(cache, url, await fetch(url))));
}
const keep = (cache, url, answer) => answer.ok && !answer.redirected && cache.put(url, answer);

/* An answer in time; a gateway's is none. */
async function net(request, patience) {
  const answer = await Promise.race([fetch(request), new Promise((_, no) => patience && setTimeout(no, patience))]);
  if (answer.status > 501) throw answer;
  return answer;
}

async function page(request, path) {
  if (path.startsWith("/data/deleted")) await forget(true);
  const kept = await caches.match({ "/": "/today/goal", "/today": "/today/goal", "/today/saved": "/today/saved?offline" }[path] || path);
  try {
    const answer = await net(request, kept && 6000);
    if (PAGES.includes(path)) keep(await caches.open(NAME), path, answer.clone());
    return answer;
  } catch {
    return shown(kept);
  }
}

/* A kept form gets a new id each time, so that every answer is written, and once. */
async function shown(kept) {
  const found = kept || await caches.match("/offline");
  if (!found) return Response.error();
  const text = (await found.text()).replace("<html", "<html data-kept").replace(/(name="id" value=")[^"]*/g, (_, name) => name + crypto.randomUUID());
  return new Response(text, { status: kept ? 200 : 503, headers: found.headers });
}

/* A form that cannot wait stays on the screen as it is; the page says so. */
async function stay() {
  for (const seen of await clients.matchAll()) if (seen.visibilityState === "visible") seen.postMessage("unsent");
  return new Response(null, { status: 204 });
}

async function send(request, path) {
  const copy = TAKES.test(path) && request.clone();
  if (path === "/logout") await forget();
  try {
    if (copy && (await drain()).waiting) throw 0;
    return await net(request, copy && 9000);
  } catch {
    if (!copy) return stay();
    const fields = [...await copy.formData()], then = new Map(fields).get("then"), whose = await owner(await caches.match("/today/goal"));
    await box((all) => all.add({ path, fields, at: Date.now(), whose }));
    registration.sync?.register("drain").catch(() => {});
    return Response.redirect(/^\/\w/.test(then) ? then : "/today/saved", 303);
  }
}

function box(act) {
  return new Promise((done, failed) => {
    const open = indexedDB.open("algesia", 1);
    open.onupgradeneeded = () => open.result.createObjectStore("outbox", { keyPath: "key", autoIncrement: true });
    open.onerror = failed;
    open.onsuccess = () => {
      const change = open.result.transaction("outbox", "readwrite"), asked = act(change.objectStore("outbox"));
      change.oncomplete = () => { open.result.close(); done(asked.result); };
      change.onabort = failed;
    };
  });
}
const owner = async (answer) => answer && (/data-person="([^"]+)/.exec(await answer.text()) || [])[1];
const forget = async (all) => {
  await Promise.all([caches.delete(NAME), all && box((list) => list.clear())]);
  refresh(KEEP.filter((url) => /^.(assets|help|offline)/.test(url)));
};

let draining;
const drain = () => draining ||= empty().finally(() => { draining = 0; });

/* Oldest first, and only into the diary that was open when it was answered. */
async function empty() {
  const state = { waiting: 0, refused: 0 };
  let open;
  for (const entry of await box((all) => all.getAll())) {
    if (entry.refused || state.waiting) { state[entry.refused ? "refused" : "waiting"] += 1; continue; }
    try {
      open ||= await owner(await net("/today/goal"));
      if (open !== entry.whose) { state.other = state.waiting = 1; continue; }
      const { status, type } = await fetch(entry.path, {
        method: "POST", redirect: "manual", body: new URLSearchParams(entry.fields),
        headers: { "X-Algesia-Age": Math.max(0, Math.round((Date.now() - entry.at) / 1000)), Accept: "application/json" },
      });
      if (status > 499 || status === 401 || status === 429) throw status;
      if (type === "opaqueredirect" || status < 300) await box((all) => all.delete(entry.key));
      else { state.refused += 1; await box((all) => all.put({ ...entry, refused: 1 })); }
    } catch { state.waiting = 1; }
  }
  return state;
}

const take = async (which) => { for (const entry of which(await box((all) => all.getAll()))) await box((all) => all.delete(entry.key)); };
const WORK = {
  drain: () => drain().then(async (state) => {
    const have = await (await caches.open(NAME)).keys();
    if (!state.waiting) refresh(KEEP.filter((url) => !have.some((kept) => kept.url === location.origin + url)));
    return state;
  }),
  refresh: () => refresh(PAGES),
  undo: () => take((list) => list.slice(-1)),
  drop: () => take((list) => list.filter((entry) => entry.refused)),
  forget,
};
on("message", (event) => {
  const tell = (value) => event.ports[0]?.postMessage(value);
  if (WORK[event.data]) event.waitUntil(WORK[event.data]().then((value) => tell(value || true), () => tell(null)));
});

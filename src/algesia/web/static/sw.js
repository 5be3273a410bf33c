/* Keeps pages for when there is no network, and answers until they can be sent. */
const NAME = "algesia-" + "VERSION", KEEP = ["KEEP"], TAKES = /^\/(today\/(goal|pain|doses|same|bad)|body)$/;
const on = (name, act) => addEventListener(name, (event) => event.waitUntil(act(event)));

on("install", () => refresh().then(skipWaiting));
on("activate", async () => {
	for (const name of await caches.keys()) if (![NAME, "outbox"].includes(name)) await caches.delete(name);
	await clients.claim();
});
on("sync", async () => { if ((await drain()).waiting) throw 0; });
on("message", async ({ data, source }) => {
	await WORK[data]?.();
	source.postMessage(await drain());
	await refresh();
});
addEventListener("fetch", (event) => {
	const { request } = event, { pathname } = new URL(request.url);
	if (pathname.startsWith("/assets/")) event.respondWith(caches.match(request).then((kept) => kept || fetch(request)));
	else if (request.mode === "navigate") event.respondWith((request.method === "POST" ? send : page)(request, pathname));
});

const keep = async (url, answer) => answer.ok && !answer.redirected && (await caches.open(NAME)).put(url, answer);
const refresh = (again) => Promise.allSettled(KEEP.map(async (url) => (again || !await caches.match(url, { cacheName: NAME })) && keep(url, await fetch(url))));

/* An answer in time; a gateway's is none. */
async function net(request, patience) {
	const answer = await Promise.race([fetch(request), new Promise((_, late) => patience && setTimeout(late, patience))]);
	if (answer.status > 501) throw answer;
	return answer;
}

async function page(request, path) {
	if (path.startsWith("/data/deleted")) {
		await forget(true);
		refresh();
	}
	const kept = await caches.match(path.replace(/^\/(today)?$/, "/today/goal"), { ignoreSearch: true });
	try {
		const answer = await net(request, kept && 6000);
		if (KEEP.includes(path)) keep(path, answer.clone());
		if (path === "/today/saved") refresh(true);
		return answer;
	} catch {
		const shown = kept || await caches.match("/offline");
		/* A new id each time: every answer is written, and once. */
		const text = (await shown.text()).replace("<html", "<html data-kept").replace(/(?<=name="id" value=")[^"]*/g, crypto.randomUUID());
		return new Response(text, { status: kept ? 200 : 503, headers: shown.headers });
	}
}

async function send(request, path) {
	const copy = TAKES.test(path) && request.clone();
	if (path === "/logout") await forget();
	try {
		if (copy && (await drain()).waiting) throw 0;
		return await net(request, copy && 9000);
	} catch {
		if (!copy) { /* It cannot wait: it stays on the screen, and the page says so. */
			(await clients.matchAll())[0]?.postMessage({ unsent: true });
			return new Response(null, { status: 204 });
		}
		const text = await copy.text(), then = new URLSearchParams(text).get("then");
		await put({ path, text, at: Date.now(), whose: await owner(await caches.match("/today/goal")) });
		registration.sync?.register("drain");
		return Response.redirect(/^\/\w/.test(then) ? then : "/today/saved", 303);
	}
}

/* The outbox is a cache, an answer a file in it, its time the name. */
const box = () => caches.open("outbox");
const put = async (entry) => (await box()).put("/" + entry.at, new Response(JSON.stringify(entry)));
const list = async () => Promise.all((await (await box()).matchAll()).map((file) => file.json()));
const remove = async (entries) => { for (const { at } of await entries) await (await box()).delete("/" + at); };
const owner = async (answer) => /data-person="([^"]+)/.exec(await answer?.text())?.[1];
const forget = (all) => Promise.all([caches.delete(NAME), all && caches.delete("outbox")]);
const WORK = {
	undo: () => remove(list().then((all) => all.slice(-1))),
	drop: () => remove(list().then((all) => all.filter((entry) => entry.refused))),
	forget,
};

/* Oldest first, and only into the diary that was open when it was answered. */
async function empty() {
	const state = { waiting: 0, refused: 0 };
	let open;
	for (const entry of await list()) try {
		if (entry.refused) state.refused += 1;
		else if (state.waiting) throw 0;
		else if (entry.whose !== (open ||= await owner(await net("/today/goal")))) throw state.other = true;
		else {
			const headers = { "X-Algesia-Age": Math.max(0, (Date.now() - entry.at) / 1e3).toFixed(), Accept: "application/json" };
			const { status } = await fetch(entry.path, { method: "POST", redirect: "manual", body: new URLSearchParams(entry.text), headers });
			if (status > 428 || status === 401) throw 0;
			if (status < 300) remove([entry]); // 0 is a redirect
			else await put({ ...entry, refused: true }).then(() => { state.refused += 1; });
		}
	} catch {
		state.waiting += 1;
	}
	return state;
}
let draining;
const drain = () => draining ||= empty().finally(() => { draining = 0; });

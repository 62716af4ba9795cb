// The service worker: the shell, and the last rooms for a page that is opened without a connection. Assets bear their hash
// in their name, so what is in the cache is right for ever. Pages come from the network; where there is none, the last
// room page is shown with what it kept of the room (static/js/after/keep.js), else one page that says so. Signing out
// throws away everything that was kept.

const SHELL = 'parley-shell-2';
const KEPT = 'parley-kept';
const OFFLINE = '/offline';
/** Files of older versions go when there are more than this. */
const FILES = 40;

self.addEventListener('install', (event) => event.waitUntil(prepare()));
self.addEventListener('activate', (event) => event.waitUntil(tidy()));
self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== location.origin) return;
  if (request.method === 'POST' && url.pathname === '/logout') event.waitUntil(caches.delete(KEPT));
  if (request.method !== 'GET') return;
  if (request.mode === 'navigate') event.respondWith(page(event, url.pathname));
  else if (/^\/static\/.+\.[0-9a-f]{10}\.\w+$/.test(url.pathname)) event.respondWith(asset(request));
});
self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(openRoom(event.notification.data?.room));
});

/** The offline page and what it is made of. */
async function prepare() {
  const cache = await caches.open(SHELL);
  const answer = await fetch(OFFLINE, { cache: 'no-cache' });
  const html = await answer.clone().text();
  await cache.put(OFFLINE, answer);
  const parts = [...html.matchAll(/(?:href|src)="(\/static\/[^"]+)"/g)].map((m) => m[1]);
  await cache.addAll(parts);
  await self.skipWaiting();
}

/** Older shells go. */
async function tidy() {
  for (const name of await caches.keys()) if (name !== SHELL && name !== KEPT) await caches.delete(name);
  await self.registration.navigationPreload?.enable();
  await self.clients.claim();
}

/** @param {FetchEvent} event @param {string} path */
async function page(event, path) {
  const isRoom = path === '/' || /^\/rooms\/\d+$/.test(path);
  try {
    const answer = (await event.preloadResponse) ?? (await fetch(event.request));
    // Whoever is asked to sign in has nothing to read here any more.
    if (path === '/login') event.waitUntil(caches.delete(KEPT));
    if (isRoom && answer.ok) event.waitUntil(keepPage(answer.clone()));
    // A proxy answers for a server that is away.
    if (isRoom && answer.status >= 502 && answer.status <= 504) return (await keptRoom(path)) ?? answer;
    return answer;
  } catch {
    return (isRoom && (await keptRoom(path))) || (await caches.match(OFFLINE)) || Response.error();
  }
}

/** The newest room page, with all files that it and its later scripts are made of. @param {Response} answer */
async function keepPage(answer) {
  const html = await answer.clone().text();
  const cache = await caches.open(KEPT);
  await cache.put('/kept/page', answer);
  const shell = await caches.open(SHELL);
  for (const [, part] of html.matchAll(/(?:href|src|data-more|data-after|data-fallback)="(\/static\/[^"]+)"/g)) {
    if (!(await shell.match(part))) await shell.add(part);
  }
  const files = (await shell.keys()).filter((k) => k.url.includes('/static/'));
  for (const old of files.slice(0, Math.max(0, files.length - FILES))) await shell.delete(old);
}

/** The kept page with the boot data of the room that was asked for. @param {string} path @returns {Promise<Response | undefined>} */
async function keptRoom(path) {
  const cache = await caches.open(KEPT);
  const [shell, boot] = await Promise.all([cache.match('/kept/page'), cache.match('/kept/boot')]);
  if (!shell || !boot) return undefined;
  const common = await boot.json();
  const room = await cache.match(`/kept/rooms/${/\d+$/.exec(path)?.[0] ?? common.last}`);
  if (!room) return undefined;
  const data = JSON.stringify({ ...common, ...(await room.json()) }).replace(/[<>&\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
  const html = (await shell.text()).replace(/(<script type="application\/json" id="boot">)[\s\S]*?(<\/script>)/, (_, open, close) => open + data + close);
  // The policy comes along; the body is neither compressed nor of the old length any more.
  const headers = new Headers(shell.headers);
  for (const name of ['Content-Encoding', 'Content-Length']) headers.delete(name);
  return new Response(html, { headers });
}

/** @param {Request} request */
async function asset(request) {
  const cache = await caches.open(SHELL);
  const kept = await cache.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) await cache.put(request, answer.clone());
  return answer;
}

/** A window that is open comes to the front and goes to the room; else one opens. @param {string} room */
async function openRoom(room) {
  const open = await self.clients.matchAll({ type: 'window' });
  const app = open.find((c) => c.focused) ?? open.find((c) => /^\/(rooms\/|$)/.test(new URL(c.url).pathname));
  if (!app) return self.clients.openWindow(`/rooms/${room}`);
  await app.focus();
  return app.postMessage({ type: 'go', room });
}

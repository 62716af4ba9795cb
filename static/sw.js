// The service worker: the shell only. Assets bear their hash in their name, so what is in the cache is right for ever;
// pages come from the network, and where there is none, one page says so. Nothing of anybody's messages is kept here.

const CACHE = 'parley-shell-1';
const OFFLINE = '/offline';

self.addEventListener('install', (event) => event.waitUntil(prepare()));
self.addEventListener('activate', (event) => event.waitUntil(tidy()));
self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== location.origin) return;
  if (request.mode === 'navigate') event.respondWith(page(event));
  else if (/^\/static\/.+\.[0-9a-f]{10}\.\w+$/.test(url.pathname)) event.respondWith(asset(request));
});

/** The offline page and what it is made of. */
async function prepare() {
  const cache = await caches.open(CACHE);
  const answer = await fetch(OFFLINE, { cache: 'no-cache' });
  const html = await answer.clone().text();
  await cache.put(OFFLINE, answer);
  const parts = [...html.matchAll(/(?:href|src)="(\/static\/[^"]+)"/g)].map((m) => m[1]);
  await cache.addAll(parts);
  await self.skipWaiting();
}

/** Older shells go. */
async function tidy() {
  for (const name of await caches.keys()) if (name !== CACHE) await caches.delete(name);
  await self.registration.navigationPreload?.enable();
  await self.clients.claim();
}

/** @param {FetchEvent} event */
async function page(event) {
  try {
    return (await event.preloadResponse) ?? (await fetch(event.request));
  } catch {
    return (await caches.match(OFFLINE)) ?? Response.error();
  }
}

/** @param {Request} request */
async function asset(request) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) await cache.put(request, answer.clone());
  return answer;
}

// The last rooms, kept in this browser for a page that is opened without a connection. The service worker puts them into
// the page's own boot data, so that the page finds nothing unusual; it throws them away when somebody signs out.

/** The same name stands in sw.js. */
const KEPT = 'parley-kept';
const ROOMS = 12;
/** As many messages as a page brings along. */
const MESSAGES = 50;
const EVERY_MS = 4000;

/** @param {import('../after.js').Lent} lent */
export function keepRooms({ app }) {
  if (!('caches' in globalThis) || !navigator.serviceWorker) return;
  /** What was written last, by room. @type {Map<string, Timeline>} */
  const written = new Map();
  /** @type {unknown} */
  let rooms;
  let busy = false;

  async function write() {
    const state = app.state.peek();
    if (busy || app.ui.link.peek().phase === 'signed-out') return;
    busy = true;
    try {
      const cache = await caches.open(KEPT);
      for (const [id, t] of state.timelines) {
        const r = state.rooms.get(id);
        // Only what reaches to the room's end: a page cannot say that it stands in the middle of history.
        if (!r?.me || t.status !== 'ready' || t.has_after || written.get(id) === t) continue;
        const messages = t.messages.slice(-MESSAGES);
        await put(cache, `/kept/rooms/${id}`, {
          room: { ...r, seq: t.cursor }, messages, has_before: t.has_before || t.messages.length > messages.length, has_after: false,
        });
        written.set(id, t);
      }
      if (rooms !== state.rooms) {
        rooms = state.rooms;
        const { lang, strings, team } = app.boot;
        await put(cache, '/kept/boot', { me: state.me, epoch: state.epoch, lang, strings, team, rooms: [...state.rooms.values()], last: state.current || last() });
      }
      const all = (await cache.keys()).filter((k) => k.url.includes('/kept/rooms/'));
      for (const key of all.slice(0, Math.max(0, all.length - ROOMS))) await cache.delete(key);
    } catch {
      // No room left, or storage switched off: then there is nothing to read offline.
    } finally {
      busy = false;
    }
  }

  function last() {
    return /(?:^|; )parley_room=(\d+)/.exec(document.cookie)?.[1] ?? '';
  }

  setInterval(write, EVERY_MS);
  document.addEventListener('visibilitychange', () => document.hidden && write());
  write();
}

/** @param {Cache} cache @param {string} path @param {object} what */
async function put(cache, path, what) {
  await cache.delete(path); // what was written last is the newest of the keys
  await cache.put(path, new Response(JSON.stringify(what), { headers: { 'Content-Type': 'application/json' } }));
}

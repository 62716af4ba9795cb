// Getting a room's messages: the latest, older and newer ones, always by seq.

/** @typedef {import('./app.js').App} App */

const PAGE = 50;

/** @param {App} app */
export function createHistory(app) {
  /** Pages on their way, so that scrolling asks once. @type {Set<string>} */
  const underway = new Set();

  /** What happens in a room while a page of it is under way. @type {Set<{roomId: string, events: ServerEvent[]}>} */
  const listening = new Set();
  app.watch((event) => {
    if (event.message) for (const one of listening) if (one.roomId === event.room_id) one.events.push(event);
  });

  /**
   * A page that is the whole of what is shown. Where the timeline is no longer waiting for it, a hello came in between
   * that did not name the room: what this page is too old for would be told by nobody, so it is asked for anew.
   * @param {string} roomId @param {'latest' | 'around'} where @param {string} query
   */
  async function whole(roomId, where, query) {
    for (;;) {
      app.dispatch({ type: 'local.loading', room_id: roomId });
      // What is known of the room before the request is certainly in its answer.
      const cursor = app.state.peek().rooms.get(roomId)?.seq ?? 0;
      const page = await app.api.get(`/rooms/${roomId}/messages?${query}`);
      if (app.state.peek().timelines.get(roomId)?.status === 'loading') {
        app.dispatch({ type: 'local.page', room_id: roomId, where, page, cursor });
        return page;
      }
      if (app.state.peek().current !== roomId) return page;
    }
  }

  /** A page beside what is shown. @param {string} roomId @param {'before' | 'after'} where @param {string} query */
  async function beside(roomId, where, query) {
    const meanwhile = { roomId, events: /** @type {ServerEvent[]} */ ([]) };
    listening.add(meanwhile);
    try {
      const page = await app.api.get(`/rooms/${roomId}/messages?${query}`);
      app.dispatch({ type: 'local.page', room_id: roomId, where, page, meanwhile: meanwhile.events });
    } finally {
      listening.delete(meanwhile);
    }
  }

  /** @param {string} key @param {() => Promise<void>} load */
  async function once(key, load) {
    if (underway.has(key)) return;
    underway.add(key);
    try {
      await load();
    } catch {
      // Without a connection the page stays as it is; the next scroll or the next hello asks again.
      if (key.startsWith('latest')) app.dispatch({ type: 'local.unanswered', room_id: key.slice(7) });
    } finally {
      underway.delete(key);
    }
  }

  return {
    /**
     * Makes sure that the room's latest messages are here, or those around the first unread one where that is further back.
     * @param {string} roomId @param {boolean} [anew] even if some are
     */
    latest(roomId, anew = false) {
      const known = app.state.peek().timelines.get(roomId);
      if (known?.status === 'ready' && !anew) return Promise.resolve();
      const r = app.state.peek().rooms.get(roomId);
      const back = r?.me && r.unread > PAGE - 10 && !known ? r.me.last_read_num + 1 : 0;
      return once(`latest ${roomId}`, async () => {
        await whole(roomId, back ? 'around' : 'latest', back ? `num=${back}&limit=${PAGE}` : `limit=${PAGE}`);
      });
    },
    /**
     * The messages around a place.
     * @param {string} roomId @param {{num?: number, seq?: number, since?: string}} place @returns {Promise<number>} the seq of what stands there; 0: it could not be had
     */
    async around(roomId, { num, seq, since }) {
      let found = 0;
      await once(`latest ${roomId}`, async () => {
        const got = await whole(roomId, 'around', `${since ? `at=${since}` : num ? `num=${num}` : `around=${seq}`}&limit=${PAGE}`);
        found = seq ?? (got.messages.find((/** @type {any} */ m) => (since ? m.created_at >= since : m.num === num)) ?? (since && got.messages.at(-1)))?.seq ?? 0;
      });
      return found;
    },
    /** @param {string} roomId */
    before(roomId) {
      const t = app.state.peek().timelines.get(roomId);
      if (!t?.has_before || t.status === 'loading') return Promise.resolve();
      return once(`before ${roomId}`, () => beside(roomId, 'before', `before=${t.messages[0].seq}&limit=${PAGE}`));
    },
    /** @param {string} roomId */
    after(roomId) {
      const t = app.state.peek().timelines.get(roomId);
      const last = t?.messages.at(-1);
      if (!t?.has_after || !last || t.status === 'loading') return Promise.resolve();
      return once(`after ${roomId}`, () => beside(roomId, 'after', `after=${last.seq}&limit=${PAGE}`));
    },
  };
}

/** @typedef {ReturnType<typeof createHistory>} History */

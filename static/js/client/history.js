// Getting a room's messages: the latest, older and newer ones, always by seq.

/** @typedef {import('./app.js').App} App */

const PAGE = 50;

/** @param {App} app */
export function createHistory(app) {
  /** Pages on their way, so that scrolling asks once. @type {Set<string>} */
  const underway = new Set();

  /**
   * @param {string} roomId @param {'latest' | 'before' | 'after' | 'around'} where @param {string} query
   */
  async function page(roomId, where, query) {
    // What is known of the room before the request is certainly in its answer.
    const cursor = app.state.peek().rooms.get(roomId)?.seq ?? 0;
    const got = await app.api.get(`/rooms/${roomId}/messages?${query}`);
    app.dispatch({ type: 'local.page', room_id: roomId, where, page: got, cursor: where === 'latest' || where === 'around' ? cursor : undefined });
  }

  /** @param {string} key @param {() => Promise<void>} load */
  async function once(key, load) {
    if (underway.has(key)) return;
    underway.add(key);
    try {
      await load();
    } catch {
      // Without a connection the page stays as it is; the next scroll or the next hello asks again.
      if (key.startsWith('latest')) app.dispatch({ type: 'local.unloaded', room_id: key.slice(7) });
    } finally {
      underway.delete(key);
    }
  }

  return {
    /** Makes sure that the room's latest messages are here. @param {string} roomId @param {boolean} [anew] even if some are */
    latest(roomId, anew = false) {
      const known = app.state.peek().timelines.get(roomId);
      if (known?.status === 'ready' && !anew) return Promise.resolve();
      const unread = app.state.peek().rooms.get(roomId)?.unread ?? 0;
      return once(`latest ${roomId}`, async () => {
        app.dispatch({ type: 'local.loading', room_id: roomId });
        // Enough to hold everything unread where one page can.
        await page(roomId, 'latest', `limit=${Math.min(200, Math.max(PAGE, unread + 20))}`);
      });
    },
    /** @param {string} roomId */
    before(roomId) {
      const t = app.state.peek().timelines.get(roomId);
      if (!t?.has_before || t.status === 'loading') return Promise.resolve();
      return once(`before ${roomId}`, () => page(roomId, 'before', `before=${t.messages[0].seq}&limit=${PAGE}`));
    },
    /** @param {string} roomId */
    after(roomId) {
      const t = app.state.peek().timelines.get(roomId);
      const last = t?.messages.at(-1);
      if (!t?.has_after || !last || t.status === 'loading') return Promise.resolve();
      return once(`after ${roomId}`, () => page(roomId, 'after', `after=${last.seq}&limit=${PAGE}`));
    },
  };
}

/** @typedef {ReturnType<typeof createHistory>} History */

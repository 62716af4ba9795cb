// What was typed and not sent, by room, in this browser.

/** @typedef {import('./app.js').App} App */

const PREFIX = 'parley.draft.';

/** @param {App} app */
export function createDrafts(app) {
  const mine = `${PREFIX}${app.state.peek().me.id}.`;
  app.ui.drafts.value = new Set(storedKeys().map((key) => key.slice(mine.length)));

  function storedKeys() {
    try {
      return Object.keys(localStorage).filter((key) => key.startsWith(mine));
    } catch {
      return []; // storage is switched off: drafts live as long as the page
    }
  }

  return {
    /** @param {string} roomId */
    get(roomId) {
      try {
        return localStorage.getItem(mine + roomId) ?? '';
      } catch {
        return '';
      }
    },
    /** @param {string} roomId @param {string} text */
    set(roomId, text) {
      const has = text.trim() !== '';
      try {
        if (has) localStorage.setItem(mine + roomId, text);
        else localStorage.removeItem(mine + roomId);
      } catch {
        return;
      }
      const known = app.ui.drafts.peek();
      if (known.has(roomId) === has) return;
      const next = new Set(known);
      if (has) next.add(roomId);
      else next.delete(roomId);
      app.ui.drafts.value = next;
    },
  };
}

/** @typedef {ReturnType<typeof createDrafts>} Drafts */

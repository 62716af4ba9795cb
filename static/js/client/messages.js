// What one does to a message that is there: edit, delete, link, mark; and to one that did not get away.

import { copyText } from '../view/clipboard.js';

/** @typedef {import('./app.js').App} App */

/**
 * @param {App} app @param {import('./sending.js').Sending} sending @param {import('./reading.js').Reading} reading
 * @param {import('./people.js').People} people @param {(m: Message) => void} thread opens the thread of a message
 * @param {() => {take: (text: string) => void, focus: () => void}} composer
 */
export function createMessages(app, sending, reading, people, thread, composer) {
  /** Back to the box that belongs to where the message was edited. */
  function back() {
    const inPane = app.ui.editing.peek().startsWith('t');
    const box = /** @type {HTMLElement | null} */ (inPane ? document.querySelector('#pane .compose textarea') : null);
    if (box) box.focus();
    else composer().focus();
  }

  function done() {
    back();
    app.ui.editing.value = '';
  }

  /** @param {Message} m @param {string} text */
  async function save(m, text) {
    if (!text.trim()) {
      app.ui.dialog.value = { name: 'delete', props: { message: m } };
      return;
    }
    if (text === m.text) return done();
    const which = app.ui.editing.peek();
    const edited = document.activeElement;
    back(); // at once: what is typed while the answer is on its way is the next message
    const box = /** @type {HTMLTextAreaElement} */ (document.activeElement);
    try {
      const { message } = await app.api.patch(`/messages/${m.id}`, { text });
      app.dispatch({ type: 'local.changed', message });
      if (app.ui.editing.peek() === which) app.ui.editing.value = '';
    } catch (err) {
      const say = /** @type {HTMLElement | null} */ (document.querySelector('.edit .field-error'));
      if (!say) return;
      say.textContent = app.l.fault(/** @type {import('../net/api.js').ApiError} */ (err));
      say.hidden = false;
      if (document.activeElement === box && !box.value) /** @type {HTMLElement | null} */ (edited)?.focus();
    }
  }

  /** A change whose answer is the message as it is now. @param {Promise<any>} asked */
  async function changed(asked) {
    try {
      app.dispatch({ type: 'local.changed', message: (await asked).message });
    } catch (err) {
      app.complain(err);
    }
  }

  /** @param {Message} m @param {string} emoji @param {boolean} on */
  function react(m, emoji, on) {
    return changed(app.api[on ? 'put' : 'delete'](`/messages/${m.id}/reactions/${encodeURIComponent(emoji)}`));
  }

  return {
    thread,
    /** @param {Message} m */
    pick(m) {
      app.ui.dialog.value = { name: 'emoji', props: { choose: (/** @type {string} */ emoji) => react(m, emoji, true) } };
    },
    /** @param {Message} m */
    pin: (m) => changed(app.api[m.pinned ? 'delete' : 'put'](`/messages/${m.id}/pin`)),
    /** For later. @param {Message} m */
    async keep(m) {
      try {
        await app.api.put(`/me/saved/${m.id}`);
        const run = () => app.api.delete(`/me/saved/${m.id}`).catch(app.complain);
        app.ui.toast.value = { text: app.t('toast.saved'), action: app.t('toast.undo'), run };
      } catch (err) {
        app.complain(err);
      }
    },
    /** @param {Message} m */
    history(m) {
      app.ui.dialog.value = { name: 'history', props: { message: m } };
    },
    /** @param {Message} m @param {boolean} [pane] in the thread's pane, where the same message may stand too */
    edit(m, pane = false) {
      app.ui.editing.value = pane ? `t${m.id}` : m.id;
    },
    /** @param {Message} m */
    remove(m) {
      app.ui.dialog.value = { name: 'delete', props: { message: m } };
    },
    /** @param {Message} m */
    copyLink: (m) => copyText(location.origin + place(m)),
    /** @param {Message} m */
    markUnread: (m) => reading.unseen(m.room_id, m.num),
    rowActions: {
      react,
      names: people.names,
      whose: (/** @type {Message} */ m) => people.learnOf(m.room_id, m.reactions.flatMap((r) => r.user_ids)),
      thread,
      save,
      cancel: done,
      /** @param {Pending} p */
      retry: (p) => sending.retry(p.client_id),
      /** @param {Pending} p */
      drop: (p) => sending.drop(p.client_id),
      /** Back into the composer; what is sent from there is a new message. @param {Pending} p */
      rewrite(p) {
        sending.drop(p.client_id);
        composer().take(p.text);
      },
    },
  };
}

/** Where a message is found: its own address, for a reply that of its thread. @param {{room_id: string, num: number, thread_id: string}} m */
export function place(m) {
  return m.num ? `/rooms/${m.room_id}/${m.num}` : `/rooms/${m.room_id}?thread=${m.thread_id}`;
}

/** @typedef {ReturnType<typeof createMessages>} Messages */

// What one does to a message that is there: edit, delete, link, mark; and to one that did not get away.

/** @typedef {import('./app.js').App} App */

/**
 * @param {App} app @param {import('./sending.js').Sending} sending @param {import('./reading.js').Reading} reading
 * @param {() => {take: (text: string) => void, focus: () => void}} composer
 */
export function createMessages(app, sending, reading, composer) {
  function done() {
    app.ui.editing.value = '';
    composer().focus();
  }

  /** @param {Message} m @param {string} text */
  async function save(m, text) {
    if (!text.trim()) {
      app.ui.dialog.value = { name: 'delete', props: { message: m } };
      return;
    }
    if (text === m.text) return done();
    try {
      const { message } = await app.api.patch(`/messages/${m.id}`, { text });
      app.dispatch({ type: 'local.changed', message });
      done();
    } catch (err) {
      const say = document.querySelector('.edit .field-error');
      if (!say) return;
      say.textContent = app.l.fault(/** @type {import('../net/api.js').ApiError} */ (err));
      /** @type {HTMLElement} */ (say).hidden = false;
    }
  }

  return {
    /** @param {Message} m */
    edit(m) {
      app.ui.editing.value = m.id;
    },
    /** @param {Message} m */
    remove(m) {
      app.ui.dialog.value = { name: 'delete', props: { message: m } };
    },
    /** @param {Message} m */
    copyLink: (m) => navigator.clipboard.writeText(`${location.origin}/rooms/${m.room_id}/${m.num}`),
    /** @param {Message} m */
    markUnread: (m) => reading.unseen(m.room_id, m.num),
    rowActions: {
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

// What an edited message said before.

/** @param {import('../dialogs/later.js').Kit} kit @returns {import('../dialogs/dialog.js').DialogMaker} */
export const historyDialog = ({ lit: { html, nothing } }) => (app, { message }, frame) => {
  const { t, l } = app;
  /** @type {{text: string, edited_at: string}[]} */
  let revisions = [];
  let wrong = '';
  app.api.get(`/messages/${message.id}/revisions`).then((got) => (revisions = got.revisions), (err) => (wrong = l.fault(err))).finally(frame.redraw);
  return () => ({
    title: t('history.title'), wide: true,
    content: html`<div class="dialog-body">${wrong ? html`<p class="form-error" role="alert">${wrong}</p>` : nothing}
      <ol class="finds">${revisions.map((r) => html`<li class="find">
        ${r.edited_at ? html`<small>${l.full(r.edited_at)}</small>` : nothing}<p class="plain" dir="auto">${r.text}</p></li>`)}</ol></div>`,
  });
};

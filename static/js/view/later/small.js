// Dialogs of one question or none: deleting a message, notifying a crowd, what a text will look like, the list of shortcuts.

/** @typedef {import('../dialogs/dialog.js').DialogMaker} DialogMaker */
/** @typedef {import('../dialogs/later.js').Kit} Kit */

/** What the list of shortcuts shows: keys, then the name of what they do. @type {[string, string][]} */
const KEYS = [
  ['Mod K', 'jump'], ['Alt ↑ ↓', 'rooms'], ['Alt Shift ↑ ↓', 'unread'], ['Esc', 'read'], ['Shift Esc', 'readAll'],
  ['↑', 'edit'], ['Enter', 'send'], ['Shift Enter', 'line'], ['F6', 'regions'], ['Mod /', 'list'],
];

/** @param {Kit} kit @returns {DialogMaker} */
export const deleteDialog = ({ lit: { html }, formError, formState }) => (app, { message }, frame) => {
  const { t } = app;
  const form = formState(app, frame);
  const remove = () => form.submit(async () => {
    const answer = await app.api.delete(`/messages/${message.id}`);
    if (answer.message) app.dispatch({ type: 'local.changed', message: answer.message });
    frame.close();
  });
  return () => ({
    title: t('delete.title'),
    content: html`<div class="dialog-body"><p>${t('delete.why')}</p>
      <blockquote class="quote" dir="auto">${[...message.text].slice(0, 240).join('')}</blockquote>${formError(form)}
      <div class="dialog-foot"><button class="button" type="button" @click=${frame.close}>${t('dialog.cancel')}</button>
        <button class="button danger" type="button" autofocus ?disabled=${form.busy} @click=${remove}>${t('message.delete')}</button></div></div>`,
  });
};

/** @param {Kit} kit @returns {DialogMaker} */
export const notifyDialog = ({ lit: { html } }) => ({ t }, { n, send }, frame) => {
  const yes = () => {
    frame.close();
    send();
  };
  return () => ({
    title: t('notify.title', { n }),
    content: html`<div class="dialog-body"><p>${t('notify.why')}</p>
      <div class="dialog-foot"><button class="button" type="button" @click=${frame.close}>${t('dialog.cancel')}</button>
        <button class="button primary" type="button" autofocus @click=${yes}>${t('notify.send')}</button></div></div>`,
  });
};

/** The server renders it, as it will render the message. @param {Kit} kit @returns {DialogMaker} */
export const previewDialog = ({ lit: { html, nothing }, body, formError, formState }) => (app, { room, text }, frame) => {
  const { t } = app;
  const form = formState(app, frame);
  /** @type {string | null} */
  let made = null;
  if (text.trim()) {
    form.submit(async () => {
      made = (await app.api.post(`/rooms/${room}/preview`, { text })).html ?? '';
    });
  }
  return () => ({
    title: t('preview.title'), wide: true,
    content: html`<div class="dialog-body">${formError(form)}
      ${made === null ? nothing : html`<div class="text" dir="auto" ${body({ text, html: made, me: app.state.peek().me.id, t })}></div>`}
      ${text.trim() ? nothing : html`<p class="field-hint">${t('preview.empty')}</p>`}</div>`,
  });
};

/** @param {Kit} kit @returns {DialogMaker} */
export const shortcutsDialog = ({ lit: { html }, mac }) => ({ t }) => () => ({
  title: t('shortcuts.title'),
  content: html`<dl class="dialog-body keys">${KEYS.map(([keys, name]) => html`<div><dt>${t(`shortcuts.${name}`)}</dt>
    <dd>${keys.split(' ').map((key) => html`<kbd>${key === 'Mod' ? (mac() ? '⌘' : 'Ctrl') : key}</kbd>`)}</dd></div>`)}</dl>`,
});

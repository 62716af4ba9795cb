// Dialogs of one question: signing in again, deleting a message, the list of shortcuts.
import { html } from '../../../vendor/lit-html.js';
import { mac } from '../sidebar.js';
import { LIST } from '../shortcuts.js';
import { field, formError, formState } from './dialog.js';

/** @typedef {import('./dialog.js').DialogMaker} DialogMaker */

/** The session ended: what is on the page stays, and goes on after signing in. @returns {DialogMaker} */
export const signInDialog = () => (app, _, frame) => {
  const { t } = app;
  const form = formState(app, frame);
  const me = app.state.peek().me;
  /** @param {SubmitEvent} e */
  const submit = (e) => {
    e.preventDefault();
    const { username, password } = Object.fromEntries(new FormData(/** @type {HTMLFormElement} */ (e.currentTarget)));
    form.submit(async () => {
      const { user } = await app.api.post('/login', { username, password });
      // What is on the page belongs to the one who was signed in before.
      if (user.id !== me.id) return location.replace('/');
      frame.close();
      return app.socket.again();
    });
  };
  return () => ({
    title: t('signin.title'), firm: true,
    content: html`<form class="dialog-body" @submit=${submit}>
      <p>${t('signin.why')}</p>
      ${field(form, { name: 'username', label: t('signin.username'), value: me.username, required: true, autocomplete: 'username' })}
      ${field(form, { name: 'password', label: t('signin.password'), type: 'password', required: true, autofocus: true, autocomplete: 'current-password' })}
      ${formError(form)}
      <div class="dialog-foot"><button class="button primary" ?disabled=${form.busy}>${t('signin.submit')}</button></div>
    </form>`,
  });
};

/** @returns {DialogMaker} */
export const deleteDialog = () => (app, { message }, frame) => {
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

/** @returns {DialogMaker} */
export const shortcutsDialog = () => ({ t }) => () => ({
  title: t('shortcuts.title'),
  content: html`<dl class="dialog-body keys">${LIST.map(([keys, name]) => html`<div><dt>${t(`shortcuts.${name}`)}</dt>
    <dd>${keys.split(' ').map((key) => html`<kbd>${key === 'Mod' ? (mac() ? '⌘' : 'Ctrl') : key}</kbd>`)}</dd></div>`)}</dl>`,
});

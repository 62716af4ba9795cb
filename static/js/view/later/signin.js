// Signing in again, over the page.

/**
 * The session ended: what is on the page stays, and goes on after signing in.
 * @param {import('../dialogs/later.js').Kit} kit @returns {import('../dialogs/dialog.js').DialogMaker}
 */
export const signInDialog = ({ lit: { html }, field, formError, formState }) => (app, _, frame) => {
  const { t } = app;
  const form = formState(app, frame);
  const me = app.state.peek().me;
  let coded = false; // the account has a second step
  /** @param {SubmitEvent} e */
  const submit = (e) => {
    e.preventDefault();
    const { username, password, code } = Object.fromEntries(new FormData(/** @type {HTMLFormElement} */ (e.currentTarget)));
    coded ||= form.error('code') !== '';
    form.submit(async () => {
      const { user } = await app.api.post('/login', { username, password, ...(code && { code }) });
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
      ${coded || form.error('code') ? field(form, { name: 'code', label: t('signin.code'), autocomplete: 'one-time-code' }) : ''}
      ${formError(form)}
      <div class="dialog-foot"><button class="button primary" ?disabled=${form.busy}>${t('signin.submit')}</button></div>
    </form>`,
  });
};

// Opening a room where it stood on a day.

/** @param {import('../dialogs/later.js').Kit} kit @returns {import('../dialogs/dialog.js').DialogMaker} */
export const dateDialog = ({ lit: { html }, at }) => (app, { room }, frame) => {
  const { t } = app;
  const now = new Date();
  const today = `${now.getFullYear()}-${String(now.getMonth() + 1).padStart(2, '0')}-${String(now.getDate()).padStart(2, '0')}`;
  /** @param {SubmitEvent} e */
  const submit = (e) => {
    e.preventDefault();
    const day = new FormData(/** @type {HTMLFormElement} */ (e.currentTarget)).get('day');
    frame.close();
    at(room.id, new Date(`${day}T00:00`).toISOString()); // the reader's midnight
  };
  return () => ({
    title: t('date.title'),
    content: html`<form class="dialog-body" @submit=${submit}>
      <label class="field"><span class="field-label">${t('date.day')}</span><input class="input" type="date" name="day" required autofocus max=${today} .defaultValue=${today}></label>
      <div class="dialog-foot"><button class="button" type="button" @click=${frame.close}>${t('dialog.cancel')}</button>
        <button class="button primary">${t('date.go')}</button></div></form>`,
  });
};

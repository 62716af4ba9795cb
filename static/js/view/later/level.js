// What of one room its member wants to be told of.

/** @param {import('../dialogs/later.js').Kit} kit @returns {import('../dialogs/dialog.js').DialogMaker} */
export const levelDialog = ({ lit: { html }, formError, formState, roomIcon, rooms }) => (app, { room }, frame) => {
  const { t } = app;
  const form = formState(app, frame);
  const me = () => app.state.peek().rooms.get(room.id)?.me ?? room.me;
  /** @param {object} wish */
  const prefer = (wish) => form.submit(() => rooms.prefer(room.id, wish));

  /** @param {string} level @param {boolean} first */
  const choice = (level, first) => html`<label class="choice"><input type="radio" name="notify" value=${level} ?autofocus=${first} .checked=${me().notify === level} @change=${() => prefer({ notify: level })}>
    <span><b>${t(`level.${level}`)}</b><small>${t(`level.${level}Hint`)}</small></span></label>`;

  return () => ({
    title: t('level.title'),
    content: html`<div class="dialog-body">
      <p class="level-room">${roomIcon(room)}<b dir="auto">${room.name}</b></p>
      <fieldset class="choices"><legend class="vh">${t('level.title')}</legend>
        ${['all', 'mentions', 'none'].map((level) => choice(level, me().notify === level))}</fieldset>
      ${formError(form)}
    </div>`,
  });
};

// Making, finding, changing and leaving rooms.
import { score } from '../../core/fuzzy.js';
import { room as shape } from '../../core/shapes.js';

/** @typedef {import('../dialogs/dialog.js').DialogMaker} DialogMaker */
/** @typedef {import('../dialogs/later.js').Kit} Kit */

/** @param {SubmitEvent} e @returns {Record<string, string>} */
function values(e) {
  e.preventDefault();
  return /** @type {Record<string, string>} */ (Object.fromEntries(new FormData(/** @type {HTMLFormElement} */ (e.currentTarget))));
}

/** @param {Kit} kit @returns {DialogMaker} */
export const createDialog = ({ lit: { html }, icon, field, formError, formState, rooms }) => (app, props, frame) => {
  const { t } = app;
  const form = formState(app, frame);
  /** @param {SubmitEvent} e */
  const submit = (e) => {
    const { name, topic, kind } = values(e);
    form.submit(async () => {
      const id = await rooms.create({ name: name.trim(), topic: topic.trim(), kind });
      frame.close(); // first: a room that opens under a dialog does not take the focus
      rooms.open(id);
    });
  };
  return () => ({
    title: t('create.title'),
    content: html`<form class="dialog-body" @submit=${submit}>
      ${field(form, { name: 'name', label: t('create.name'), value: props.name ?? '', required: true, max: 64, autofocus: true })}
      ${field(form, { name: 'topic', label: t('create.topic'), hint: t('create.topicHint'), max: 250 })}
      <fieldset class="choices"><legend class="field-label">${t('create.kind')}</legend>
        <label class="choice"><input type="radio" name="kind" value="open" checked><span><b>${icon('hash')}${t('create.open')}</b><small>${t('create.openHint')}</small></span></label>
        <label class="choice"><input type="radio" name="kind" value="private"><span><b>${icon('lock')}${t('create.private')}</b><small>${t('create.privateHint')}</small></span></label>
      </fieldset>
      ${formError(form)}
      <div class="dialog-foot"><button class="button" type="button" @click=${frame.close}>${t('dialog.cancel')}</button>
        <button class="button primary" ?disabled=${form.busy}>${t('create.submit')}</button></div>
    </form>`,
  });
};

/** @param {Kit} kit @returns {DialogMaker} */
export const browseDialog = ({ lit: { html, nothing, repeat }, icon, roomIcon, rooms }) => (app, _, frame) => {
  const { t } = app;
  /** @type {Room[] | null} */
  let all = null;
  let query = '';
  let failed = false;
  rooms.browse().then((list) => (all = list.map(shape)), () => (failed = true)).finally(frame.redraw);
  /** @param {InputEvent} e */
  const onInput = (e) => {
    query = /** @type {HTMLInputElement} */ (e.target).value;
    frame.redraw();
  };
  /** @param {Room} r */
  const row = (r) => html`<li class="pick">
    <span class="pick-text"><b>${roomIcon(r)}<span dir="auto">${r.name}</span></b>${r.topic ? html`<small dir="auto">${r.topic}</small>` : nothing}</span>
    <a class="button small" href="/rooms/${r.id}" @click=${frame.close}>${t('browse.open')}</a>
    ${r.me ? html`<span class="pick-note">${icon('check')}${t('browse.joined')}</span>` : html`<button class="button small primary" type="button" @click=${() => rooms.join(r.id).then(frame.close)}>${t('room.join')}</button>`}
  </li>`;
  return () => {
    const found = (all ?? [])
      .map((r) => ({ r, s: Math.max(score(query, r.name), score(query, r.topic) / 4) }))
      .filter((hit) => hit.s > 0 || !query)
      .sort((a, b) => b.s - a.s || app.l.collator.compare(a.r.name, b.r.name));
    return {
      title: t('browse.title'), wide: true,
      content: html`<div class="dialog-body">
        <label class="field"><span class="vh">${t('browse.filter')}</span><input class="input" type="search" dir="auto" autofocus placeholder=${t('browse.filter')} @input=${onInput}></label>
        ${failed ? html`<p class="form-error">${t('fault.offline')}</p>` : nothing}
        <ul class="picks" aria-busy=${String(!all && !failed)}>${repeat(found, (hit) => hit.r.id, (hit) => row(hit.r))}</ul>
        ${all && found.length === 0 ? html`<p class="empty">${t('browse.none')}</p>` : nothing}
        <div class="dialog-foot"><button class="button" type="button" @click=${() => (app.ui.dialog.value = { name: 'create', props: { name: query } })}>${icon('plus')}${t('rooms.create')}</button></div>
      </div>`,
    };
  };
};

/** @param {Kit} kit @returns {DialogMaker} */
export const roomDialog = ({ lit: { html }, icon, field, formError, formState, rooms }) => (app, { room }, frame) => {
  const { t } = app;
  const form = formState(app, frame);
  let sure = false;
  /** @param {SubmitEvent} e */
  const submit = (e) => {
    const { name, topic } = values(e);
    form.submit(async () => {
      await rooms.change(room.id, { name: name.trim(), topic: topic.trim() });
      frame.close();
    });
  };
  const archive = () => {
    if (!sure) {
      sure = true;
      return frame.redraw();
    }
    return form.submit(async () => {
      await rooms.archive(room.id);
      frame.close();
    });
  };
  return () => ({
    title: t('room.edit'),
    content: html`<form class="dialog-body" @submit=${submit}>
      ${field(form, { name: 'name', label: t('create.name'), value: room.name, required: true, max: 64, autofocus: true })}
      ${field(form, { name: 'topic', label: t('create.topic'), value: room.topic, max: 250 })}
      ${formError(form)}
      <div class="dialog-foot"><button class="button danger start" type="button" @click=${archive}>${icon('archive')}${t(sure ? 'room.archiveSure' : 'room.archive')}</button>
        <button class="button" type="button" @click=${frame.close}>${t('dialog.cancel')}</button><button class="button primary" ?disabled=${form.busy}>${t('edit.save')}</button></div>
    </form>`,
  });
};

/** @param {Kit} kit @returns {DialogMaker} */
export const leaveDialog = ({ lit: { html }, formError, formState, rooms }) => (app, { room }, frame) => {
  const { t } = app;
  const form = formState(app, frame);
  const leave = () => form.submit(async () => {
    await rooms.leave(room.id);
    frame.close();
  });
  return () => ({
    title: t('leave.title', { name: room.name }),
    content: html`<div class="dialog-body"><p>${t(room.kind === 'private' ? 'leave.private' : 'leave.open')}</p>${formError(form)}
      <div class="dialog-foot"><button class="button" type="button" @click=${frame.close}>${t('dialog.cancel')}</button>
        <button class="button danger" type="button" autofocus ?disabled=${form.busy} @click=${leave}>${t('room.leave')}</button></div></div>`,
  });
};

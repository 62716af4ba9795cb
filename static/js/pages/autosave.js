// Settings that save themselves: the form goes to the server as it would by its button, and of the answer, which is the
// whole page, what was said about the form is taken over. What is being typed meanwhile stays.

const policy = window.trustedTypes?.createPolicy('parley', { createHTML: (/** @type {string} */ html) => html });
/** Every answer names the language that it is written in. */
const lang = document.documentElement.lang;

/** @param {HTMLFormElement} form */
export function autosave(form) {
  const button = form.querySelector('button');
  if (button) button.hidden = true;
  let turn = Promise.resolve();
  form.addEventListener('change', () => {
    const values = new URLSearchParams(/** @type {any} */ (new FormData(form)));
    turn = turn.then(() => save(form, values));
  });
  form.addEventListener('submit', (e) => {
    e.preventDefault(); // Enter in a field: its change has been sent
  });
}

/** @param {HTMLFormElement} form @param {URLSearchParams} values */
async function save(form, values) {
  const answer = await fetch(form.action, { method: 'POST', body: values, headers: { Accept: 'text/html' } }).catch(() => null);
  if (!answer || answer.status >= 500) return form.submit(); // without scripts it would say why
  if (new URL(answer.url).pathname === '/login') return location.reload();
  const html = await answer.text();
  const page = new DOMParser().parseFromString(/** @type {string} */ (/** @type {unknown} */ (policy ? policy.createHTML(html) : html)), 'text/html');
  if (page.documentElement.lang !== lang) return location.reload();
  for (const name of ['data-theme', 'data-density']) document.documentElement.setAttribute(name, page.documentElement.getAttribute(name) ?? '');
  const fresh = /** @type {HTMLFormElement | undefined} */ ([...page.forms].find((f) => f.getAttribute('action') === form.getAttribute('action')));
  if (fresh) takeOver(form, fresh);
}

/** @param {HTMLFormElement} form @param {HTMLFormElement} fresh */
function takeOver(form, fresh) {
  for (const old of form.querySelectorAll('.saved, .form-error, .field-error')) old.remove();
  for (const said of fresh.querySelectorAll('.saved, .form-error')) form.prepend(document.adoptNode(said));
  for (const field of fresh.querySelectorAll('.field > .input')) {
    const mine = form.querySelector(`#${field.id}`);
    for (const name of ['aria-invalid', 'aria-describedby']) {
      const value = field.getAttribute(name);
      if (value === null) mine?.removeAttribute(name);
      else mine?.setAttribute(name, value);
    }
    const error = field.parentElement?.querySelector('.field-error');
    if (error) mine?.parentElement?.append(document.adoptNode(error));
  }
  const faces = fresh.querySelectorAll('.avatar');
  form.querySelectorAll('.avatar').forEach((face, i) => face.replaceWith(document.adoptNode(faces[i].cloneNode(true))));
}

// What scripts add to the plain pages. All of them work without it.
import { autosave } from './pages/autosave.js';
import { copying } from './pages/copy.js';
import { choosingNotices } from './pages/notices.js';

// A form is sent once, however often its button is pressed.
for (const form of document.querySelectorAll('form')) {
  form.addEventListener('submit', () => {
    setTimeout(() => {
      for (const button of form.querySelectorAll('button')) button.disabled = true;
    });
  });
}
// Back from the next page finds the buttons alive.
addEventListener('pageshow', () => {
  for (const button of document.querySelectorAll('button')) button.disabled = false;
});

for (const form of /** @type {NodeListOf<HTMLFormElement>} */ (document.querySelectorAll('form[data-autosave]'))) autosave(form);

for (const fresh of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('.fresh[data-copy]'))) copying(fresh);

// Times in the reader's own zone.
const moment = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: 'medium', timeStyle: 'short' });
for (const el of /** @type {NodeListOf<HTMLTimeElement>} */ (document.querySelectorAll('time[data-local]'))) el.textContent = moment.format(new Date(el.dateTime));

const notices = document.getElementById('notices');
if (notices) choosingNotices(notices);

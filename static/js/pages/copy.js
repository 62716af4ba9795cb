// A button that copies what is shown once.
import { copyText } from '../view/clipboard.js';

/** @param {HTMLElement} fresh holds the text in a code element, and the button's words */
export function copying(fresh) {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'button small';
  button.textContent = fresh.dataset.copy ?? '';
  button.addEventListener('click', async () => {
    await copyText(fresh.querySelector('code')?.textContent ?? '');
    button.textContent = fresh.dataset.copied ?? '';
  });
  fresh.append(button);
}

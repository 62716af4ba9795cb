// Into the clipboard.

/** @param {string} text */
export async function copyText(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  // Plain http from another machine has no clipboard, but copies what is selected.
  const before = /** @type {HTMLElement | null} */ (document.activeElement);
  const box = document.createElement('textarea');
  box.value = text;
  box.className = 'vh';
  document.body.append(box);
  box.select();
  document.execCommand('copy');
  box.remove();
  before?.focus({ preventScroll: true });
}

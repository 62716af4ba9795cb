// What every text box of messages does with text that is put into it.
import { pasteLink } from '../core/editing.js';

/** Puts a text where the selection is. insertText keeps the box's own undo history. @param {HTMLTextAreaElement} box @param {string} text */
export function insert(box, text) {
  if (document.activeElement === box && document.execCommand('insertText', false, text)) return;
  box.setRangeText(text, box.selectionStart, box.selectionEnd, 'end');
  box.dispatchEvent(new InputEvent('input', { bubbles: true }));
}

/** A web address pasted over a selection becomes a link on it. @param {ClipboardEvent} e */
export function onPaste(e) {
  const box = /** @type {HTMLTextAreaElement} */ (e.currentTarget);
  const link = pasteLink(box.value.slice(box.selectionStart, box.selectionEnd), e.clipboardData?.getData('text/plain') ?? '');
  if (!link) return;
  e.preventDefault();
  insert(box, link);
}

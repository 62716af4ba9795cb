// The second script: dialogs that are opened now and then. It has no copy of what the room page has already.
import { directDialog } from './view/later/direct.js';
import { emojiDialog } from './view/later/emoji.js';
import { historyDialog } from './view/later/history.js';
import { listDialog } from './view/later/list.js';

/** @param {import('./view/dialogs/later.js').Kit} kit @returns {Record<string, import('./view/dialogs/dialog.js').DialogMaker>} */
export function makers(kit) {
  return { direct: directDialog(kit), emoji: emojiDialog(kit), history: historyDialog(kit), list: listDialog(kit) };
}

// The second script: the thread's pane, the search, and dialogs that are opened now and then. It has no copy of what the room page has already.
import { dateDialog } from './view/later/date.js';
import { directDialog } from './view/later/direct.js';
import { emojiDialog } from './view/later/emoji.js';
import { historyDialog } from './view/later/history.js';
import { levelDialog } from './view/later/level.js';
import { listDialog } from './view/later/list.js';
import { membersDialog } from './view/later/members.js';
import { browseDialog, createDialog, leaveDialog, roomDialog } from './view/later/rooms.js';
import { signInDialog } from './view/later/signin.js';
import { deleteDialog, notifyDialog, previewDialog, shortcutsDialog } from './view/later/small.js';

export { completing } from './view/later/complete.js';
export { openSearch } from './view/later/search.js';
export { mountThread } from './view/later/thread.js';

/** @param {import('./view/dialogs/later.js').Kit} kit @returns {Record<string, import('./view/dialogs/dialog.js').DialogMaker>} */
export function makers(kit) {
  return {
    date: dateDialog(kit), direct: directDialog(kit), emoji: emojiDialog(kit), history: historyDialog(kit), level: levelDialog(kit), list: listDialog(kit), members: membersDialog(kit),
    browse: browseDialog(kit), create: createDialog(kit), leave: leaveDialog(kit), room: roomDialog(kit),
    delete: deleteDialog(kit), notify: notifyDialog(kit), preview: previewDialog(kit), 'sign-in': signInDialog(kit), shortcuts: shortcutsDialog(kit),
  };
}

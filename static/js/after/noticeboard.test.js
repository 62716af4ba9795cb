import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { noticeBoard } from './noticeboard.js';

/** Chromium's own rule: whoever looks drops what was stored before the look and was not on the screen then. */
function chromium() {
  /** @type {{title: string, tag: string, onScreen: boolean}[]} */
  let stored = [];
  const worker = /** @type {any} */ ({
    active: true,
    async showNotification(/** @type {string} */ title, /** @type {any} */ { tag }) {
      const notice = { title, tag, onScreen: false };
      stored = [...stored.filter((n) => n.tag !== tag), notice];
      await turnOfTheLoop();
      notice.onScreen = true;
    },
    async getNotifications(/** @type {any} */ { tag }) {
      const missing = stored.filter((n) => !n.onScreen);
      await turnOfTheLoop();
      stored = stored.filter((n) => !missing.includes(n));
      return stored.filter((n) => n.tag === tag).map((n) => ({ close: () => { stored = stored.filter((one) => one !== n); } }));
    },
  });
  return { registration: async () => worker, titles: () => stored.map((n) => n.title) };
}

/** One turn after the other, over all windows. */
function lockManager() {
  /** @type {Promise<unknown>} */
  let last = Promise.resolve();
  return /** @type {any} */ ({
    request: (/** @type {string} */ _, /** @type {() => Promise<unknown>} */ act) => (last = last.then(act, act)),
  });
}

const never = () => assert.fail('nobody pressed anything');
const saying = (/** @type {string} */ title) => () => ({ title, options: {} });

test('a notice that comes while another is taken away is not lost, whichever window does what', async () => {
  const locks = lockManager();
  for (const [what, windows, locked] of /** @type {[string, number, any][]} */ ([['one window', 1, locks], ['two windows', 2, locks], ['no locks', 1, undefined]])) {
    const browser = chromium();
    const boards = Array.from({ length: windows }, () => noticeBoard({ registration: browser.registration, locks: locked }, never));
    await boards[0].show('1', saying('old'));
    await Promise.all([boards[0].show('2', saying('two')), boards.at(-1)?.withdraw('1'), boards[0].show('3', saying('three'))]);
    assert.deepEqual(browser.titles(), ['two', 'three'], what);
  }
});

test('what is read while its notice is under way leaves none', async () => {
  const browser = chromium();
  const board = noticeBoard({ registration: browser.registration }, never);
  await Promise.all([board.show('1', saying('being shown')), board.withdraw('1')]);
  assert.deepEqual(browser.titles(), []);
  await board.show('1', () => null);
  assert.deepEqual([browser.titles(), board.rooms()], [[], []]);
});

test('the newest words of a room stand in its one notice, and a refusal holds up nobody', async () => {
  const browser = chromium();
  const board = noticeBoard({ registration: browser.registration }, never);
  const refused = board.show('1', () => { throw new Error('not allowed'); });
  await Promise.all([board.show('1', saying('first')), board.show('1', saying('second')), assert.rejects(refused, /not allowed/)]);
  assert.deepEqual([browser.titles(), board.rooms()], [['second'], ['1']]);
});

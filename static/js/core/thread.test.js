import assert from 'node:assert/strict';
import test from 'node:test';
import { user } from './shapes.js';
import { binds, filled, opening, received } from './thread.js';
import { loading, receive, replace } from './timeline.js';

const root = { id: '1', room_id: '9', seq: 1, num: 1, text: 'root' };
const reply = (/** @type {string} */ id, /** @type {number} */ seq, text = 'reply') => ({ id, room_id: '9', seq, thread_id: '1', text, thread: { reply_count: seq - 1, last_reply_at: `2026-01-01T00:00:0${seq}.000Z` } });

test('a reply that came while the thread was loading is in it, once', () => {
  const t = filled(received(opening('1', null), reply('3', 3)), root, [reply('2', 2), reply('3', 3)]);
  assert.deepEqual(t.replies.map((m) => m.id), ['2', '3']);
});

test('replies stand in the order of their seq and change in place', () => {
  let t = filled(opening('1', null), root, []);
  for (const raw of [reply('3', 3), reply('2', 2), reply('3', 3, 'edited'), { ...reply('7', 7), thread_id: '5' }]) t = received(t, raw);
  assert.deepEqual(t.replies.map((m) => [m.id, m.text]), [['2', 'reply'], ['3', 'edited']]);
});

test('a reply tells the room what its root counts, and stays out of the room itself', () => {
  const t = receive(replace(loading(), { messages: [root] }, 1), { type: 'message.created', room_id: '9', seq: 2, message: reply('2', 2) });
  assert.equal(t.messages.length, 1);
  assert.equal(t.messages[0].reply_count, 1);
  assert.equal(t.messages[0].last_reply_at, '2026-01-01T00:00:02.000Z');
});

test('my own reply makes me follow, as do one that names me and the first to what I said', () => {
  const me = user({ id: '7', username: 'ada' });
  const bob = { id: '8', username: 'bob' };
  /** @type {[string, any, boolean][]} */
  const table = [
    ['my own', { sender: me }, true],
    ["another's", { sender: bob }, false],
    ['one that names me', { sender: bob, mentions: { user_ids: ['9', '7'] } }, true],
    ['one that calls all', { sender: bob, mentions: { all: true } }, false],
    ['the first to what I said', { sender: bob, thread: { sender_id: '7', reply_count: 1 } }, true],
    ['the second to what I said', { sender: bob, thread: { sender_id: '7', reply_count: 2 } }, false],
    ['the first to what another said', { sender: bob, thread: { sender_id: '9', reply_count: 1 } }, false],
    ['of nobody that is known', {}, false],
  ];
  for (const [what, reply, want] of table) assert.equal(binds(reply, me), want, what);
});

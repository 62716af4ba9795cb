import assert from 'node:assert/strict';
import { test } from 'node:test';
import { calls, glance } from './notify.js';
import { message, room, user } from './shapes.js';

const me = user({ id: '1', username: 'ada' });
const of = (/** @type {any} */ more) => message({ id: '9', room_id: '5', num: 3, sender: { id: '2', username: 'bob' }, text: 'x', ...more });
const named = { mentions: { user_ids: ['1'] } };
const all = { mentions: { all: true } };

test('a notice comes for mentions, direct messages and rooms that were chosen, never from muted ones', () => {
  /** @type {[string, any, any, boolean][]} */
  const table = [
    ['an ordinary message', { me: { notify: 'mentions' } }, {}, false],
    ['a mention', { me: { notify: 'mentions' } }, named, true],
    ['a call to all', { me: { notify: 'mentions' } }, all, true],
    ['everything of a chosen room', { me: { notify: 'all' } }, {}, true],
    ['a reply in a chosen room', { me: { notify: 'all' } }, { thread_id: '7' }, false],
    ['a reply that names me', { me: { notify: 'mentions' } }, { thread_id: '7', ...named }, true],
    ['a direct message', { kind: 'direct', me: { notify: 'all' } }, {}, true],
    ['a mention in a room that wants none', { me: { notify: 'none' } }, named, false],
    ['a mention in a muted room', { me: { notify: 'all', muted: true } }, named, false],
    ['a direct message of a muted room', { kind: 'direct', me: { notify: 'all', muted: true } }, {}, false],
    ['my own', { me: { notify: 'all' } }, { sender: { id: '1', username: 'ada' } }, false],
    ['a room that is only looked at', { me: null }, named, false],
    ['a tombstone', { me: { notify: 'all' } }, { deleted: true }, false],
  ];
  for (const [what, r, m, want] of table) assert.equal(calls(room({ id: '5', ...r }), of(m), me), want, what);
  assert.equal(calls(undefined, of(named), me), false);
});

test('a notice shows the words of a message in one short line', () => {
  assert.equal(glance('**Thursday** at `10`\n\n> see [the list](https://example.org)'), 'Thursday at 10 see the list');
  assert.equal(glance('```go\nx := 1\n```'), 'x := 1');
  assert.equal([...glance('长'.repeat(400))].length, 160);
});

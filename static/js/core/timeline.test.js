import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WINDOW, append, loading, prepend, receive, replace } from './timeline.js';

const m = (seq, text = `t${seq}`) => ({ id: `m${seq}`, room_id: 'r', seq, num: seq, sender: { id: '2', username: 'ken' }, text });
const range = (from, to) => Array.from({ length: to - from + 1 }, (_, i) => m(from + i));
const ready = (from, to, extra = {}) => replace(loading(), { messages: range(from, to), ...extra }, to);
const ends = (t) => [t.messages[0].seq, t.messages.at(-1).seq, t.messages.length];

test('live messages slide the window and what falls off can be paged in again', () => {
  let t = ready(1, WINDOW);
  t = receive(t, { type: 'message.created', seq: WINDOW + 1, message: m(WINDOW + 1) });
  assert.deepEqual(ends(t), [2, WINDOW + 1, WINDOW]);
  assert.equal(t.has_before, true);
});

test('paging back beyond the window lets the newest rows go', () => {
  const t = prepend(ready(301, 600, { has_before: true }), { messages: range(251, 300), has_before: true });
  assert.deepEqual(ends(t), [251, 550, WINDOW]);
  assert.equal(t.has_after, true);
});

test('away from the end a live message is counted and not shown', () => {
  let t = ready(1, 50, { has_after: true });
  t = receive(t, { type: 'message.created', seq: 900, message: m(900) });
  assert.deepEqual(ends(t), [1, 50, 50]);
  assert.equal(t.missed, 1);
});

test('a page that was read before a message came does not claim to be the end', () => {
  let t = ready(1, 50, { has_after: true });
  t = receive(t, { type: 'message.created', seq: 61, message: m(61) });
  t = append(t, { messages: range(51, 60), has_after: false });
  assert.equal(t.has_after, true);
  t = append(t, { messages: range(61, 61), has_after: false });
  assert.equal(t.has_after, false);
  assert.deepEqual(ends(t), [1, 61, 61]);
  assert.equal(t.missed, 0);
});

test('overlapping pages hold each message once', () => {
  assert.deepEqual(ends(prepend(ready(10, 20), { messages: range(5, 12) })), [5, 20, 16]);
  assert.deepEqual(ends(append(ready(10, 20, { has_after: true }), { messages: range(18, 25) })), [10, 25, 16]);
});

test('a change of a message that is not loaded moves the cursor only', () => {
  const t = receive(ready(100, 150, { has_before: true }), { type: 'message.updated', seq: 151, message: m(3, 'edited') });
  assert.deepEqual(ends(t), [100, 150, 51]);
  assert.equal(t.cursor, 151);
});

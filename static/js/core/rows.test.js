import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loading, replace } from './timeline.js';
import { lastOwn, rows } from './rows.js';

const me = { id: '1', username: 'ada', display_name: 'Ada', role: '', avatar_url: '', status: '' };
const at = (minutes) => new Date(2026, 10, 21, 9, minutes).toISOString();
const m = (seq, sender, minutes, extra = {}) => ({ id: `m${seq}`, room_id: 'r', seq, num: seq, sender: { id: sender, username: `u${sender}` }, client_id: `c${seq}`, text: 'x', created_at: at(minutes), ...extra });
const line = (messages, extra = {}) => ({ ...replace(loading(), { messages }, 0), ...extra });
const shape = (list) => list.map((r) => (r.kind === 'message' || r.kind === 'pending' ? `${r.key}${r.grouped ? '+' : ''}` : r.kind));

test('rows of one author within five minutes share a heading', () => {
  assert.deepEqual(shape(rows(line([m(1, '2', 0), m(2, '2', 4), m(3, '2', 9), m(4, '3', 9)]), [], me)), ['day', 'm1', 'm2+', 'm3', 'm4']);
});

test('a new day draws a line and starts a heading', () => {
  const tomorrow = new Date(2026, 10, 22, 0, 1).toISOString();
  const late = new Date(2026, 10, 21, 23, 59).toISOString();
  assert.deepEqual(shape(rows(line([m(1, '2', 0, { created_at: late }), m(2, '2', 0, { created_at: tomorrow })]), [], me)), ['day', 'm1', 'day', 'm2']);
});

test('the New line stands before the first message above the mark', () => {
  assert.deepEqual(shape(rows(line([m(1, '2', 0), m(2, '2', 1), m(3, '2', 2)], { divider: 1 }), [], me)), ['day', 'm1', 'new', 'm2', 'm3+']);
  assert.deepEqual(shape(rows(line([m(1, '2', 0)], { divider: 5 }), [], me)), ['day', 'm1']);
});

test('my own rows are keyed by client_id, so the pending row becomes the real one', () => {
  const pending = { client_id: 'c9', user_id: '1', room_id: 'r', text: 'x', created_at: at(1), status: 'waiting', code: '', detail: '' };
  assert.deepEqual(shape(rows(line([m(1, '1', 0)]), [pending], me)), ['day', 'c1', 'c9+']);
  assert.deepEqual(shape(rows(line([m(1, '1', 0), m(2, '1', 1, { client_id: 'c9' })]), [pending], me)), ['day', 'c1', 'c9+']);
});

test('somebody else’s client_id never takes the place of mine', () => {
  const pending = { client_id: 'c2', user_id: '1', room_id: 'r', text: 'x', created_at: at(1), status: 'waiting', code: '', detail: '' };
  assert.deepEqual(shape(rows(line([m(2, '2', 0)]), [pending], me)), ['day', 'm2', 'c2']);
});

test('what waits is not shown in the middle of history', () => {
  const pending = { client_id: 'c9', user_id: '1', room_id: 'r', text: 'x', created_at: at(1), status: 'waiting', code: '', detail: '' };
  assert.deepEqual(shape(rows(line([m(1, '2', 0)], { has_after: true }), [pending], me)), ['day', 'm1']);
});

test('the message to edit is my last that was not deleted', () => {
  const t = line([m(1, '1', 0), m(2, '1', 1, { deleted: true }), m(3, '2', 2)]);
  assert.equal(lastOwn(t, me).id, 'm1');
  assert.equal(lastOwn(undefined, me), undefined);
});

import assert from 'node:assert/strict';
import test from 'node:test';
import { filters, isFilter, quoted, within, words } from './searching.js';

test('a search is parted at spaces, but not within quotes', () => {
  assert.deepEqual(words('  tea "two words" in:"my room" from:ada "open'), ['tea', '"two words"', 'in:"my room"', 'from:ada', '"open']);
  assert.deepEqual(words(''), []);
});

test('a word with an operator and a value is a filter', () => {
  assert.deepEqual(['from:ada', 'IN:x', 'has:', 'at:x', 'x', 'before:2026-11-01'].map(isFilter), [true, true, false, false, false, true]);
});

test('filters can be taken out one by one, and what is lacking is offered', () => {
  const offers = [{ label: 'From me', word: 'from:me' }, { label: 'Links', word: 'has:link' }];
  assert.deepEqual(filters('tea From:ada in:"my room"', offers), {
    on: [{ label: 'From:ada', rest: 'tea in:"my room"' }, { label: 'in:"my room"', rest: 'tea From:ada' }],
    off: [{ label: 'Links', query: 'tea From:ada in:"my room" has:link' }],
  });
  assert.equal(quoted('my room'), '"my room"');
  assert.equal(quoted('general'), 'general');
});

test('a search is kept in a room by its name, and in a direct room of two by the other one', () => {
  const person = (id, username) => ({ id, username });
  assert.equal(within({ kind: 'private', name: 'big room', users: [] }, '1'), 'in:"big room"');
  assert.equal(within({ kind: 'direct', name: 'Bob', users: [person('1', 'ada'), person('2', 'bob')] }, '1'), 'in:@bob');
  assert.equal(within({ kind: 'direct', name: 'Bob, Cyd', users: [person('1', 'ada'), person('2', 'bob'), person('3', 'cyd')] }, '1'), '');
});

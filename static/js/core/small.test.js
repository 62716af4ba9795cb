import assert from 'node:assert/strict';
import { test } from 'node:test';
import { afterClose, delay } from './backoff.js';
import { composing, fault, hue, initials, pasteLink, sends } from './editing.js';
import { emojiOnly } from './emoji.js';
import { score } from './fuzzy.js';
import { locale } from './locale.js';
import { badge, jumps, neighbour, sections } from './order.js';
import { room } from './shapes.js';

const key = (name, extra = {}) => ({ key: name, isComposing: false, keyCode: 13, shiftKey: false, ctrlKey: false, metaKey: false, altKey: false, ...extra });

test('Enter sends, Shift+Enter makes a line, Ctrl+Enter always sends', () => {
  assert.equal(sends(key('Enter'), false), true);
  assert.equal(sends(key('Enter', { shiftKey: true }), false), false);
  assert.equal(sends(key('Enter'), true), false);
  assert.equal(sends(key('Enter', { ctrlKey: true }), true), true);
  assert.equal(sends(key('a'), false), false);
});

test('the Enter of an input method never sends, also where only keyCode tells', () => {
  assert.equal(sends(key('Enter', { isComposing: true }), false), false);
  assert.equal(sends(key('Enter', { keyCode: 229, ctrlKey: true }), false), false);
  assert.equal(composing({ isComposing: false, keyCode: 229 }), true);
});

test('a web address over selected words becomes a link on them', () => {
  assert.equal(pasteLink('the notes', ' https://example.org/a_(b) '), '[the notes](https://example.org/a_%28b%29)');
  assert.equal(pasteLink('a [b]', 'https://e.org'), '[a \\[b\\]](https://e.org)');
  for (const [selected, pasted] of [['', 'https://e.org'], ['word', 'no address'], ['word', 'javascript:alert(1)'], ['https://a.b', 'https://c.d'], ['two\nlines', 'https://e.org'], ['word', 'https://a.b c']]) {
    assert.equal(pasteLink(selected, pasted), null, `${selected} + ${pasted}`);
  }
});

test('a message is not empty and at most 16,384 characters, however many units they take', () => {
  assert.equal(fault(' \n'), 'empty');
  assert.equal(fault('😀'.repeat(16_384)), '');
  assert.equal(fault('😀'.repeat(16_385)), 'long');
});

test('initials of two words, of one, and of Chinese names', () => {
  assert.deepEqual(['Ada Lovelace', 'ken', '李小龙', 'a.b-c', '', '  '].map(initials), ['AL', 'K', '李', 'AC', '?', '?']);
});

test('people who signed up one after the other have different colours', () => {
  const hues = new Set(Array.from({ length: 24 }, (_, i) => hue(String(249856306167414784n + BigInt(i) * 4096n))));
  assert.ok(hues.size >= 8, `${hues.size} colours for 24 people`);
  assert.equal(hue('249856306167414784'), hue('249856306167414784'));
});

test('waiting grows from under a second to thirty and never ends', () => {
  assert.ok(delay(0, () => 0) >= 200 && delay(0, () => 1) <= 1000);
  for (let attempt = 1; attempt < 40; attempt++) {
    for (const random of [0, 0.5, 0.999]) {
      const ms = delay(attempt, () => random);
      assert.ok(ms >= 1000 && ms <= 30_000, `${attempt}: ${ms}`);
    }
  }
  assert.ok(delay(20, () => 0) >= 15_000);
});

test('close codes say what to do', () => {
  assert.deepEqual([1006, 1012, 4408, 4401, 4429].map(afterClose), ['again', 'again', 'again', 'sign-in', 'later']);
});

test('better matches score higher, accents do not matter, nonsense is nothing', () => {
  assert.ok(score('design', 'design') > score('des', 'design'));
  assert.ok(score('des', 'design') > score('sig', 'design'));
  assert.ok(score('review', 'code-review') > score('iew', 'code-review'));
  assert.ok(score('cr', 'code-review') > 0);
  assert.ok(score('cafe', 'Café') >= 1000);
  assert.ok(score('讨论', '产品讨论') > 0);
  assert.equal(score('xyz', 'design'), 0);
});

const en = locale('en', { 'js.a': 'Hello {name}', 'js.n': { one: '{n} room', other: '{n} rooms' }, 'js.fault.taken': 'Taken.', 'js.fault.email.invalid': 'No address.' });

test('words take values, plurals their form, and an unknown key shows itself', () => {
  assert.equal(en.t('a', { name: '{n}' }), 'Hello {n}');
  assert.deepEqual([0, 1, 2, 1200].map((n) => en.t('n', { n })), ['0 rooms', '1 room', '2 rooms', '1,200 rooms']);
  assert.equal(en.t('missing'), 'missing');
});

test('a refusal is said in the reader’s words where there are any', () => {
  assert.equal(en.fault({ code: 'taken', field: 'name', detail: 'x' }), 'Taken.');
  assert.equal(en.fault({ code: 'invalid', field: 'email', detail: 'x' }), 'No address.');
  assert.equal(en.fault({ code: 'odd', detail: 'The server’s own words.' }), 'The server’s own words.');
});

test('days are today, yesterday, then their name', () => {
  const now = new Date(2026, 10, 21, 0, 30);
  assert.equal(en.day(new Date(2026, 10, 21, 23, 0).toISOString(), now), 'Today');
  assert.equal(en.day(new Date(2026, 10, 20, 23, 59).toISOString(), now), 'Yesterday');
  assert.equal(en.day(new Date(2026, 10, 18).toISOString(), now), 'Wednesday, November 18');
  assert.equal(en.day(new Date(2025, 10, 18).toISOString(), now), 'November 18, 2025');
});

const rooms = new Map(
  [
    { id: '1', name: 'zoo', me: {} },
    { id: '2', name: 'Alpha', me: {}, unread: 3 },
    { id: '3', name: 'room 10', me: {} },
    { id: '4', name: 'room 9', me: { favourite: true } },
    { id: '5', name: 'old', me: {}, archived: true },
    { id: '6', name: 'Ken', kind: 'direct', me: {}, unread: 1, last_message_at: '2026-01-02' },
    { id: '7', name: 'Zoe', kind: 'direct', me: {}, last_message_at: '2026-01-03' },
    { id: '8', name: 'muted', me: { muted: true }, unread: 9, mentions: 2 },
  ].map((r) => [r.id, room(r)]),
);
const list = sections(rooms, new Intl.Collator('en', { numeric: true }));

test('favourites first, rooms from A to Z, direct rooms by the latest', () => {
  assert.deepEqual(list.map((s) => [s.key, s.rooms.map((r) => r.name)]), [['favourites', ['room 9']], ['rooms', ['Alpha', 'muted', 'room 10', 'zoo']], ['direct', ['Zoe', 'Ken']]]);
});

test('a number stands where I was called: mentions, and every message of a direct room', () => {
  assert.deepEqual(['2', '6', '8'].map((id) => badge(rooms.get(id))), [0, 1, 2]);
});

test('Alt and arrows walk all rooms round, with Shift only the unread', () => {
  assert.equal(neighbour(list, '4', 1, false), '2');
  assert.equal(neighbour(list, '4', -1, false), '6');
  assert.equal(neighbour(list, '4', 1, true), '2');
  assert.equal(neighbour(list, '2', 1, true), '8');
  assert.equal(neighbour([], '4', 1, false), undefined);
});

test('the jump box offers unread rooms first, and the best match when something is typed', () => {
  assert.deepEqual(jumps(rooms, '', '1', 3).map((r) => r.name), ['Ken', 'muted', 'Alpha']);
  assert.deepEqual(jumps(rooms, 'zo', '', 9).map((r) => r.name), ['zoo', 'Zoe']);
});

test('a few emoji and nothing else are shown large', () => {
  for (const text of ['😀', '🎉🎉 🎉', '👨‍👩‍👧‍👦 🇳🇴 ❤️', '👍🏽\n']) assert.equal(emojiOnly(text), true, text);
  for (const text of ['🎉 done', '1️⃣', '10', 'ok', '-', '🎉'.repeat(20)]) assert.equal(emojiOnly(text), false, text);
});

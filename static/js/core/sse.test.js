import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sseParser } from './sse.js';

/** @param {string[]} pieces */
function parsed(...pieces) {
  const events = [];
  const feed = sseParser((e) => events.push(`${e.id}|${e.data}`));
  pieces.forEach(feed);
  return events;
}

test('events come out whole, wherever the text was cut', () => {
  const text = 'retry: 1000\n\nid: a1\ndata: {"x":1}\n\n:\n\ndata: two\ndata: lines\n\nid: b2\ndata: end\n\n';
  const want = ['a1|{"x":1}', 'a1|two\nlines', 'b2|end'];
  assert.deepEqual(parsed(text), want);
  for (let cut = 1; cut < text.length; cut++) assert.deepEqual(parsed(text.slice(0, cut), text.slice(cut)), want, `cut at ${cut}`);
  assert.deepEqual(parsed(...text), want);
});

test('what has no data is no event, and an unfinished one is held', () => {
  assert.deepEqual(parsed('id: x\n\n: beat\n\n', 'data: half'), []);
});

test('a carriage return before the line break is no part of the line', () => {
  assert.deepEqual(parsed('id: 1\r\ndata:tight\r\n\r\n'), ['1|tight']);
});

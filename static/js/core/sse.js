// Server-sent events, read from text that comes in pieces (HTML Living Standard, section 9.2.6). EventSource would do
// it too, but tells neither the status of a refusal nor that a heartbeat came.

/**
 * @param {(event: {id: string, data: string}) => void} onEvent called for each event with data
 * @returns {(text: string) => void} takes the next piece
 */
export function sseParser(onEvent) {
  let rest = '';
  let id = '';
  /** @type {string[]} */
  let data = [];

  /** @param {string} line */
  function take(line) {
    if (line === '') {
      if (data.length) onEvent({ id, data: data.join('\n') });
      data = [];
      return;
    }
    const colon = line.indexOf(':');
    if (colon === 0) return; // a comment: the heartbeat
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + (line[colon + 1] === ' ' ? 2 : 1));
    if (name === 'id') id = value;
    else if (name === 'data') data.push(value);
  }

  return (text) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) take(line.endsWith('\r') ? line.slice(0, -1) : line);
  };
}

// What a copied stretch of the timeline says.

export function copying() {
  const log = document.getElementById('timeline');
  log?.addEventListener('copy', (e) => {
    const text = copied(log, getSelection());
    if (!text) return;
    e.preventDefault();
    e.clipboardData?.setData('text/plain', text);
  });
}

/**
 * A selection over several messages reads "Name, time: text", one a line, and no button.
 * @param {HTMLElement} log @param {Selection | null} selection
 */
function copied(log, selection) {
  if (!selection || selection.rangeCount === 0) return '';
  const range = selection.getRangeAt(0);
  const rows = [...log.querySelectorAll('.row')].filter((row) => range.intersectsNode(row));
  if (rows.length < 2) return '';
  return rows
    .map((row) => {
      const name = (row.querySelector('.name, .gutter > .vh')?.textContent ?? '').replace(/: $/, '');
      const time = row.querySelector('time')?.textContent ?? '';
      return `${name}, ${time}: ${spoken(row.querySelector('.text')).trim()}`;
    })
    .join('\n');
}

/** A text as it looks, with its lines, without the buttons in it. @param {HTMLElement | null} el */
function spoken(el) {
  const buttons = el?.querySelectorAll('button') ?? [];
  for (const b of buttons) b.style.display = 'none';
  const text = el?.innerText ?? '';
  for (const b of buttons) b.style.display = '';
  return text;
}

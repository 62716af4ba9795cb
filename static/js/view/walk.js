// The timeline under the keyboard: one tab stop, walked with arrows.

/** @param {HTMLElement} log @param {(row: HTMLElement) => void} onOpen Enter on a row */
export function walkable(log, onOpen) {
  const rowOf = (/** @type {EventTarget | null} */ el) => /** @type {HTMLElement | null} */ (/** @type {Element} */ (el).closest('.row'));

  /** @param {HTMLElement} row */
  function stop(row) {
    for (const old of log.querySelectorAll('.row[tabindex="0"]')) if (old !== row) /** @type {HTMLElement} */ (old).tabIndex = -1;
    row.tabIndex = 0;
  }

  log.addEventListener('focusin', (e) => {
    const row = rowOf(e.target);
    if (row) stop(row);
  });

  log.addEventListener('keydown', (e) => {
    const target = /** @type {HTMLElement} */ (e.target);
    if (target === log && (e.key === 'ArrowUp' || e.key === 'ArrowDown')) {
      const last = [...log.querySelectorAll('.row')].at(-1);
      if (last) move(/** @type {HTMLElement} */ (last), e);
      return;
    }
    // From a button in a row the arrows lead on to the next row; in a text they belong to the caret.
    const row = rowOf(target);
    if (!row || target.matches('textarea, input')) return;
    const all = /** @type {HTMLElement[]} */ ([...log.querySelectorAll('.row')]);
    const at = all.indexOf(row);
    const to = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: all.length - 1 }[e.key];
    if (to !== undefined && all[to]) move(all[to], e);
    else if (e.key === 'Enter' && target === row) {
      e.preventDefault();
      onOpen(target);
    }
  });

  /** @param {HTMLElement} row @param {KeyboardEvent} e */
  function move(row, e) {
    e.preventDefault();
    stop(row);
    row.focus({ preventScroll: true });
    row.scrollIntoView({ block: 'nearest' });
  }
}

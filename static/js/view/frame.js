// Drawing once a frame, however many events a catch-up brings.
import { effect } from '../../vendor/signals-core.js';

/** A hidden page has no frames; its timeline is still kept in step, without haste. */
const HIDDEN_MS = 250;

/** @param {() => unknown[]} track everything that the drawing depends on: where all of it is the same, nothing is drawn @param {() => void} draw */
export function drawOn(track, draw) {
  let due = false;
  /** @type {unknown[] | undefined} */
  let drawn;
  const run = () => {
    if (!due) return;
    due = false;
    draw();
  };
  effect(() => {
    const now = track();
    const same = drawn && now.every((value, i) => value === drawn?.[i]);
    const first = !drawn;
    drawn = now;
    if (first) draw();
    else if (same) return;
    else if (!due) {
      due = true;
      if (document.hidden) setTimeout(run, HIDDEN_MS);
      else requestAnimationFrame(run);
    }
  });
}

// Drawing once a frame, however many events a catch-up brings.
import { effect } from '../../vendor/signals-core.js';

/** A hidden page has no frames; its timeline is still kept in step, without haste. */
const HIDDEN_MS = 250;

/** @param {() => unknown} track reads every signal that the drawing depends on @param {() => void} draw */
export function drawOn(track, draw) {
  let due = false;
  let first = true;
  const run = () => {
    if (!due) return;
    due = false;
    draw();
  };
  effect(() => {
    track();
    if (first) {
      first = false;
      draw();
    } else if (!due) {
      due = true;
      if (document.hidden) setTimeout(run, HIDDEN_MS);
      else requestAnimationFrame(run);
    }
  });
}

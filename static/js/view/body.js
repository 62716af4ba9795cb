// A message's body. The one place where HTML that came from outside enters the page: the server made it from Markdown
// and sanitised it; the policy's name is the one that the Content-Security-Policy allows.
import { Directive, PartType, directive, noChange } from '../../vendor/lit-html.js';
import { emojiOnly } from '../core/emoji.js';

const policy = globalThis.window?.trustedTypes?.createPolicy('parley', {
  createHTML: (/** @type {string} */ html) => html,
  createScriptURL(/** @type {string} */ url) {
    if (url === '/sw.js') return url;
    throw new TypeError('no such script');
  },
});

/** @param {string} html sanitised by the server @returns {any} */
export function trustedHTML(html) {
  return policy ? policy.createHTML(html) : html;
}

/** @param {string} url @returns {any} */
export function trustedScript(url) {
  return policy ? policy.createScriptURL(url) : url;
}

/** @typedef {{text: string, html: string, me: string, t: (key: string) => string}} Shown */

class Body extends Directive {
  /** @param {any} part */
  constructor(part) {
    super(part);
    if (part.type !== PartType.ELEMENT) throw new TypeError('body() stands in an element');
    this.shown = '';
  }

  /** @param {Shown} _ */
  render(_) {
    return noChange;
  }

  /** @param {import('../../vendor/lit-html.js').ElementPart} part @param {[Shown]} args */
  update({ element }, [{ text, html, me, t }]) {
    const key = `${html}\n${text}`;
    if (key === this.shown) return noChange;
    this.shown = key;
    element.classList.toggle('plain', !html);
    element.classList.toggle('signs', emojiOnly(html ? (/^<p>([^<]+)<\/p>$/.exec(html)?.[1] ?? '-') : text));
    if (!html) element.textContent = text;
    else {
      element.innerHTML = trustedHTML(html);
      dress(element, me, t);
    }
    return noChange;
  }
}

export const body = directive(Body);

/**
 * What the reader's own page adds: his name stands out, code can be copied, boxes say what they mean.
 * @param {Element} el @param {string} me @param {(key: string) => string} t
 */
function dress(el, me, t) {
  for (const mention of el.querySelectorAll('.mention')) {
    if (mention.classList.contains('mention-all') || mention.getAttribute('data-user-id') === me) mention.classList.add('mention-me');
  }
  for (const box of /** @type {NodeListOf<HTMLInputElement>} */ (el.querySelectorAll('input[type=checkbox]'))) {
    const task = document.createElement('span');
    task.className = box.checked ? 'task done' : 'task';
    task.role = 'img';
    task.ariaLabel = t(box.checked ? 'body.done' : 'body.todo');
    box.replaceWith(task);
  }
  for (const table of el.querySelectorAll('table')) table.tabIndex = 0; // what is wide scrolls by keyboard too
  for (const pre of el.querySelectorAll('pre')) {
    pre.tabIndex = 0;
    const frame = document.createElement('div');
    frame.className = 'code';
    pre.replaceWith(frame);
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'code-copy';
    button.textContent = t('code.copy');
    frame.append(pre, button);
  }
}

// The one object that the use cases and views share: state, what only this page knows, and the ways to the server.
import { batch, signal } from '../../vendor/signals-core.js';
import { locale } from '../core/locale.js';
import { ordering } from '../core/order.js';
import { cursors, fromBoot, reduce } from '../core/state.js';
import { createApi } from '../net/api.js';
import { createLink } from '../net/link.js';
import { createOutboxDb } from '../net/outboxdb.js';
import { script } from '../net/script.js';
import { overSocket } from '../net/socket.js';

/** @typedef {{name: string, props: any}} OpenDialog */
/** @typedef {{text: string, action: string, run: () => void}} Toast */

/** @param {Boot} boot */
export function createApp(boot) {
  const l = locale(boot.lang, boot.strings);
  const state = signal(fromBoot(boot));
  /** @type {Set<(event: ServerEvent, before: State) => void>} */
  const watchers = new Set();

  /** @param {ServerEvent} event */
  function dispatch(event) {
    const before = state.peek();
    batch(() => {
      state.value = reduce(before, event, Date.now());
    });
    for (const watch of watchers) watch(event, before);
  }

  /** What this page knows and no server does. */
  const ui = {
    /** @type {import('../../vendor/signals-core.js').Signal<import('../net/link.js').Link>} */
    link: signal({ phase: 'connecting', since: Date.now(), retryAt: 0, way: '', why: '' }),
    /** The message being edited in place, by id, with a t before it in the thread's pane. */
    editing: signal(''),
    /** Long messages that were opened out, by row key. */
    unfolded: signal(/** @type {ReadonlySet<string>} */ (new Set())),
    /** Rooms with a draft. */
    drafts: signal(/** @type {ReadonlySet<string>} */ (new Set())),
    /** @type {import('../../vendor/signals-core.js').Signal<OpenDialog | null>} */
    dialog: signal(null),
    /** @type {import('../../vendor/signals-core.js').Signal<Toast | null>} */
    toast: signal(null),
    /** The phone shows the list of rooms instead of one. */
    home: signal(false),
    /**
     * A place of the room on screen to be shown next: in the middle, with a flash, or as far from the top as it was; seq 0 is the end.
     * @type {import('../../vendor/signals-core.js').Signal<{seq: number, top?: number} | null>}
     */
    target: signal(null),
    /** The root of the thread in the right pane, "" while that is closed. */
    thread: signal(''),
    /** Counts up when more names are known. */
    people: signal(0),
    /** Replies that I have not seen in the threads that I follow, and those of them that call me. */
    threads: signal({ unread: 0, mentions: 0 }),
    /** Sections of the sidebar that are folded. */
    folded: signal(/** @type {ReadonlySet<string>} */ (new Set(storedFolds()))),
  };

  ui.folded.subscribe((folded) => {
    try {
      localStorage.setItem(FOLDS, [...folded].join(' '));
    } catch {
      // Storage is switched off: what is folded stays so as long as the page.
    }
  });

  const api = createApi(() => socket.halt());
  /** It is kept for what it learnt. @type {import('../net/command.js').OpenCarrier | undefined} */
  let http;
  const fallback = script('fallback');
  const socket = createLink({
    socket: overSocket(),
    http: () => fallback().then(({ overHttp }) => (http ??= overHttp(() => [state.peek().current].filter(Boolean)))),
    hello: () => ({ epoch: state.peek().epoch, rooms: cursors(state.peek()) }),
    onEvent: dispatch,
    onLink: (link) => {
      ui.link.value = link;
    },
    onRefused: () => {
      api.get('/me').catch(() => undefined);
    },
    now: Date.now,
    random: Math.random,
  });

  return {
    boot, l, t: l.t, state, ui, dispatch, api, socket,
    /** What is unread, by root, of the threads that I follow. @type {Map<string, {unread: number, mentions: number}>} */
    followed: new Map(),
    outboxDb: createOutboxDb(state.peek().me.id),
    /** @param {(event: ServerEvent, before: State) => void} watch */
    watch: (watch) => watchers.add(watch),
    /** A refusal that stands beside no field. @param {unknown} err */
    complain(err) {
      const { code = 'internal', detail } = /** @type {any} */ (err);
      ui.toast.value = { text: l.fault({ code, detail }), action: l.t('dialog.close'), run: () => undefined };
    },
    /** The rooms in the order of the sidebar. */
    sections: ordering(l.collator),
    /** The first message in view and how far below the edge it stands; null at the end. The timeline's view knows. @type {() => {seq: number, top: number} | null} */
    place: () => null,
    /** The room on screen. @returns {Room | undefined} */
    room: () => state.peek().rooms.get(state.peek().current),
    touch: matchMedia('(hover: none) and (pointer: coarse)'),
    phone: matchMedia('(max-width: 719px)'),
  };
}

const FOLDS = 'parley.folded';

/** Sections that were folded at the last visit. */
function storedFolds() {
  try {
    return (localStorage.getItem(FOLDS) ?? '').split(' ').filter(Boolean);
  } catch {
    return [];
  }
}

/** @typedef {ReturnType<typeof createApp>} App */

// Which threads I follow, and what of them I have not seen: the server's list, kept up by the events.
import { binds } from '../core/thread.js';

/** Who was here before a cut has other things to ask for first. */
const AFTER_MS = 1500;

/** @param {import('../after.js').Lent} lent */
export function following({ app }) {
  const { followed } = app;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let asking;
  ask();

  async function ask() {
    try {
      const { threads } = await app.api.get('/me/threads?limit=50');
      followed.clear();
      for (const thread of threads) followed.set(thread.root.id, left(thread));
      tell();
    } catch {
      // The next hello asks again.
    }
  }

  function askLater() {
    clearTimeout(asking);
    asking = setTimeout(ask, AFTER_MS);
  }

  function tell() {
    const all = { unread: 0, mentions: 0 };
    for (const { unread, mentions } of followed.values()) {
      all.unread += unread;
      all.mentions += mentions;
    }
    const told = app.ui.threads.peek();
    if (told.unread === all.unread && told.mentions === all.mentions) return;
    app.ui.threads.value = all;
    app.dispatch({ type: 'local.followed' }); // who has one of them open has seen it
  }

  /** My own reply shows that I have seen the thread; another's is unread. @param {any} m */
  function replied(m) {
    const { me, blocked } = app.state.peek();
    const known = followed.get(m.thread_id);
    if (!known && !binds(m, me)) return;
    if (m.sender?.id === me.id) {
      followed.set(m.thread_id, left({}));
      return;
    }
    const { unread, mentions } = known ?? left({});
    const called = (m.mentions?.user_ids?.includes(me.id) || m.mentions?.all) && !blocked.has(m.sender?.id);
    followed.set(m.thread_id, { unread: unread + 1, mentions: mentions + (called ? 1 : 0) });
  }

  /** A reply that was counted is gone or says something else: whether it was unread, the server knows. @param {any} m */
  function changed(m) {
    const named = m.mentions?.user_ids?.includes(app.state.peek().me.id);
    if ((m.deleted || m.edited_at) && (named || followed.get(m.thread_id)?.unread)) askLater();
  }

  app.watch((event, before) => {
    const m = event.message;
    if (m?.thread_id && event.seq > (before.rooms.get(event.room_id)?.seq ?? 0)) {
      if (event.type === 'message.created') replied(m);
      else changed(m);
      tell();
    } else if (event.type === 'thread.read') {
      followed.set(event.thread_id, left(/** @type {any} */ (event)));
      tell();
    } else if (event.type === 'thread.left') {
      followed.delete(event.thread_id);
      tell();
    } else if (event.type === 'hello' || event.type === 'blocks') askLater();
  });
}

/** @param {{unread?: number, mentions?: number}} told */
const left = ({ unread = 0, mentions = 0 }) => ({ unread, mentions });

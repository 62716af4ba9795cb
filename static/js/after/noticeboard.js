// The notices of this browser on the desktop, one a room. Showing and taking away wait for one another, in all windows: a
// look at the notices is none to Chromium, which takes what was stored and is not yet on the screen for closed, and drops
// it. Of a hundred notices that were shown while another script looked, 63 were lost.

/** The turn that windows wait for. */
const TURN = 'parley-notices';

/**
 * @typedef {object} Desk what a browser has for notices
 * @property {() => Promise<ServiceWorkerRegistration | undefined>} registration
 * @property {LockManager} [locks] without them the turns are this window's own
 */

/** @typedef {{title: string, options: NotificationOptions}} Words */

/** @param {Desk} desk @param {(roomId: string) => void} press where the page shows a notice itself, for want of a service worker */
export function noticeBoard({ registration, locks }, press) {
  /** Rooms with a notice of this window. @type {Map<string, Notification | null>} */
  const shown = new Map();
  /** @type {Promise<unknown>} */
  let last = Promise.resolve();

  /** @template T @param {() => Promise<T>} act @returns {Promise<T>} */
  function inTurn(act) {
    if (locks) return locks.request(TURN, act);
    const mine = last.then(act);
    last = mine.catch(() => undefined);
    return mine;
  }

  return {
    /** @param {string} roomId @param {() => Words | null} word asked when its turn has come: by then it may have been read */
    show: (roomId, word) => inTurn(async () => {
      const worker = await registration();
      const words = word();
      if (!words) return;
      const options = { ...words.options, tag: tag(roomId) };
      if (worker?.active) {
        shown.set(roomId, null);
        await worker.showNotification(words.title, options);
        return;
      }
      const notice = new Notification(words.title, options);
      notice.onclick = () => press(roomId);
      shown.set(roomId, notice);
    }),
    /** Whoever showed it. @param {string} roomId */
    withdraw(roomId) {
      const notice = shown.get(roomId);
      shown.delete(roomId); // asked again before its turn, there is nothing more to do
      return inTurn(async () => {
        for (const one of [notice, shown.get(roomId)]) one?.close(); // one may have been shown since
        shown.delete(roomId);
        const worker = await registration();
        for (const one of (await worker?.getNotifications({ tag: tag(roomId) })) ?? []) one.close();
      }).catch(() => undefined); // the page is going away
    },
    /** The rooms with a notice that this window showed. */
    rooms: () => [...shown.keys()],
  };
}

/** @param {string} roomId */
const tag = (roomId) => `parley-room-${roomId}`;

// The room page: everything is put together here, and nowhere else.
import * as lit from '../vendor/lit-html.js';
import { effect } from '../vendor/signals-core.js';
import { createApp } from './client/app.js';
import { createDrafts } from './client/drafts.js';
import { createHistory } from './client/history.js';
import { createMessages } from './client/messages.js';
import { createNavigation } from './client/navigation.js';
import { createPeople } from './client/people.js';
import { createReading } from './client/reading.js';
import { createRooms } from './client/rooms.js';
import { createSending } from './client/sending.js';
import { createThreads } from './client/threads.js';
import { createWarning } from './client/warning.js';
import { BELIEVED_MS } from './core/typing.js';
import { script } from './net/script.js';
import { mountActions } from './view/actions.js';
import { trustedScript } from './view/body.js';
import { mountComposer } from './view/composer.js';
import { mountConnection } from './view/connection.js';
import { mountDialogs } from './view/dialogs/dialog.js';
import { jumpDialog } from './view/dialogs/jump.js';
import { later, searching } from './view/dialogs/later.js';
import { mountHeader } from './view/header.js';
import { icon } from './view/icons.js';
import { lendParts } from './view/pane.js';
import { mountShortcuts } from './view/shortcuts.js';
import { mountSidebar } from './view/sidebar.js';
import { mountTimeline } from './view/timeline.js';
import { mountToast } from './view/toast.js';
import { walkable } from './view/walk.js';

/** @type {Boot} */
const boot = JSON.parse(document.getElementById('boot')?.textContent ?? '{}');
// On its way since the page's head was read, or here since an earlier visit.
boot.strings ??= await (await fetch(document.getElementById('app')?.dataset.strings ?? '')).json();
const app = createApp(boot);
const pages = createHistory(app);
const navigation = createNavigation(app, pages);
const reading = createReading(app);
const sending = createSending(app);
const drafts = createDrafts(app);
const rooms = createRooms(app, navigation);
const people = createPeople(app);
const threads = createThreads(app);
const guarded = createWarning(app);
const log = /** @type {HTMLElement} */ (document.getElementById('timeline'));

navigation.start();
/** @type {{take: (text: string) => void, focus: () => void}} */
let composer;
const messages = createMessages(app, sending, reading, people, threads.of, () => composer);
const timeline = mountTimeline(app, pages, reading, messages.rowActions);
const ways = { go: (/** @type {string} */ id) => void navigation.go(id), at: navigation.at, thread: (/** @type {string} */ id) => (id ? threads.show(id) : threads.close()), rooms };
const search = searching(app, ways);
mountSidebar(app);
mountHeader(app, rooms, search);
composer = mountComposer(app, sending, drafts, guarded, timeline);
const complete = lendParts({ app, threads, sending, drafts, messages, people, guarded });
complete(/** @type {HTMLTextAreaElement} */ (document.getElementById('composer')));
const actions = mountActions(app, log, messages, () => app.state.peek().timelines.get(app.state.peek().current)?.messages ?? []);
walkable(log, (row) => actions.menu(row, row));
mountConnection(app);
mountToast(app);
mountShortcuts(app, navigation, reading, timeline);
mountDialogs(app, { jump: jumpDialog(navigation, search) }, (name) => later(name, ways));
const linked = /^\d+$/.exec(new URLSearchParams(location.search).get('thread') ?? '')?.[0];
if (linked) threads.show(linked);
// On a phone the page says by a class which of its two screens is shown.
app.ui.home.subscribe((home) => {
  const screen = document.getElementById('app');
  if (screen) screen.dataset.view = home ? 'home' : 'room';
});

sending.restore();
app.socket.start();
// A typist is gone as soon as he is no longer believed, and not at the next tick of some clock.
app.watch((event) => event.type === 'typing' && setTimeout(() => app.dispatch({ type: 'local.tick' }), BELIEVED_MS + 20));
navigator.serviceWorker?.register(trustedScript('/sw.js')).catch(() => undefined);
// What nobody waits for comes last; without it the room works all the same. Where the server is away just then, it is asked for again with the next hello.
const after = script('after');
const last = () => after().then(({ start }) => !begun && (begun = true) && start({ app, lit, effect, icon, go: ways.go }), () => undefined);
let begun = false;
setTimeout(() => {
  last();
  app.watch((event) => event.type === 'hello' && !begun && last());
}, 1500);

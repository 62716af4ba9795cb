// What scripts add to the plain pages. All of them work without it.

// A form is sent once, however often its button is pressed.
for (const form of document.querySelectorAll('form')) {
  form.addEventListener('submit', () => {
    setTimeout(() => {
      for (const button of form.querySelectorAll('button')) button.disabled = true;
    });
  });
}
// Back from the next page finds the buttons alive.
addEventListener('pageshow', () => {
  for (const button of document.querySelectorAll('button')) button.disabled = false;
});

// Settings that need no thought save themselves.
for (const form of /** @type {NodeListOf<HTMLFormElement>} */ (document.querySelectorAll('form[data-autosave]'))) {
  form.addEventListener('change', () => form.requestSubmit());
  const button = form.querySelector('button');
  if (button) button.hidden = true;
}

// Times in the reader's own zone.
const moment = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: 'medium', timeStyle: 'short' });
for (const el of /** @type {NodeListOf<HTMLTimeElement>} */ (document.querySelectorAll('time[data-local]'))) el.textContent = moment.format(new Date(el.dateTime));

const facts = document.getElementById('facts');
if (facts) watchConnection(facts);

/** The connection page: how this browser reaches the server, measured now. @param {HTMLElement} list */
function watchConnection(list) {
  const words = JSON.parse(document.getElementById('boot')?.textContent ?? '{}');
  /** @param {string} name @param {string} text */
  const say = (name, text) => {
    const el = list.querySelector(`[data-fact="${name}"]`);
    if (el) el.textContent = text;
  };
  const socket = new WebSocket(location.origin.replace(/^http/, 'ws') + '/ws', 'parley.v1');
  let asked = 0;
  const ask = () => {
    asked = performance.now();
    socket.send('{"type":"ping"}');
  };
  socket.onopen = () => socket.send('{"type":"hello"}');
  socket.onmessage = (e) => {
    const { type } = JSON.parse(e.data);
    if (type === 'hello') {
      say('transport', 'WebSocket');
      say('since', new Intl.DateTimeFormat(document.documentElement.lang, { timeStyle: 'medium' }).format(new Date()));
      ask();
      setInterval(ask, 5000);
    } else if (type === 'pong') say('latency', `${Math.max(1, Math.round(performance.now() - asked))} ms`);
  };
  socket.onclose = () => say('transport', words.down);
}

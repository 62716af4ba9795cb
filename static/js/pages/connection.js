/** The connection page: how this browser reaches the server, measured now. @param {HTMLElement} list */
export function watchConnection(list) {
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

// Follows a room in the namespace /chat, sends some messages of its own, is cut now and then, and prints the ids of all
// the messages that it got, in their order. Arguments: address, transports with commas, token, room, how many messages
// to wait for, how many to send.
import { io } from "socket.io-client";

const [address, transports, token, room, count, sends] = process.argv.slice(2);
const ids = [];
let last = Number(process.env.SINCE ?? 0);

const socket = io(`${address}/chat`, {
  transports: transports.split(","), reconnectionDelay: 10, reconnectionDelayMax: 40,
  auth: (give) => give({ token, since: { [room]: last } }),
});
socket.on("connect_error", (error) => { console.error(error); process.exit(1); });
socket.on("reset", (event) => { console.error("reset", event); process.exit(1); });
socket.on("message", (message) => {
  if (message.room_id !== room) return;
  ids.push(message.id);
  last = message.seq;
  if (ids.length === Number(count)) {
    console.log(JSON.stringify(ids));
    process.exit(0);
  }
});
socket.once("connect", async () => {
  console.error("ready");
  await new Promise((go) => process.stdin.once("data", go)); // everybody begins together
  for (let i = 0; i < Number(sends); i++) {
    const message = { room_id: room, text: `node ${transports} ${i}`, client_id: `node-${transports}-${i}` };
    for (;;) { // until it is acked: the same client_id makes one message
      try {
        const ack = await socket.timeout(500).emitWithAck("message", message);
        if (ack.ok) break;
      } catch { /* cut: once more */ }
    }
    if (Math.random() < 0.1) socket.io.engine.close();
  }
});

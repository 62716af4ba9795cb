// What socket.io-client must be able to do with Parley, over the transports that are named. It ends with an error, or
// prints "ok". Arguments: address, transports with commas, token of ada, token of bob.
import assert from "node:assert/strict";
import { io } from "socket.io-client";

const [address, transports, ada, bob] = process.argv.slice(2);

function connect(token, namespace = "/", more = {}) {
  const socket = io(address + namespace, {
    transports: transports.split(","), auth: { token, ...more }, forceNew: true, reconnectionDelay: 50, reconnectionDelayMax: 100,
  });
  socket.got = [];
  socket.onAny((name, ...args) => socket.got.push([name, ...args]));
  return socket;
}

const ready = (socket) => new Promise((resolve, reject) => {
  socket.once("connect", resolve);
  socket.once("connect_error", reject);
});

async function until(what, test) {
  for (const end = Date.now() + 10_000; Date.now() < end; await new Promise((r) => setTimeout(r, 5))) {
    const found = test();
    if (found) return found;
  }
  throw new Error("waited in vain: " + what);
}

const heard = (socket, what, test) => until(what, () => socket.got.find(([name, arg]) => name === "message" && test(arg)));
const ask = (socket, ...event) => socket.timeout(10_000).emitWithAck(...event);

const a = connect(ada), b = connect(bob), full = connect(bob, "/chat");
await Promise.all([ready(a), ready(b), ready(full)]);

// Texts, objects and acks, each in its own shape.
const text = "grüß dich, мир, 世界 \u{1F600} \"'\\ \u2028";
const sent = await ask(a, "message", text);
assert.equal(sent.ok, true);
assert.match(sent.id, /^\d+$/);
await heard(a, "the sender's own text", (m) => m === text);
await heard(b, "the text", (m) => m === text);
const [, whole] = await heard(full, "the Message object", (m) => m.text === text);
assert.equal(whole.id, sent.id);
assert.equal(whole.sender.username, "ada");

const shape = { nick: "ada", msg: "an object", nested: { list: [1, null, true] } };
a.emit("message", shape);
assert.deepEqual((await heard(b, "the object", (m) => m.nick === "ada"))[1], shape);
await heard(full, "the object's text", (m) => m.text === "an object");
assert.equal((await ask(b, "json", { data: "json too" })).ok, true);
await heard(a, "json", (m) => m.data === "json too");

// The same client_id is the same message.
const once = await ask(a, "message", { text: "once", client_id: "mine-" + transports });
const twice = await ask(a, "message", { text: "once", client_id: "mine-" + transports });
assert.equal(once.id, twice.id);

// What is refused is said so.
assert.deepEqual(Object.keys(await ask(a, "message", "   ")).slice(0, 2), ["ok", "code"]);
assert.equal((await ask(a, "join", "no such room")).code, "not_found");

// Rooms.
const rooms = await ask(a, "rooms");
assert.deepEqual(rooms.rooms.map((r) => r.name), ["general"]);
const joined = await ask(a, "join", "lounge");
assert.equal(joined.room.name, "lounge");
assert.equal((await ask(b, "join", { room: joined.room.id })).ok, true);
await ask(a, "message", { room_id: joined.room.id, text: "in the lounge" });
await heard(b, "the lounge", (m) => m.text === "in the lounge");
assert.equal(full.got.some(([, m]) => m?.text === "in the lounge"), false, "a socket that did not join hears a room");
await ask(b, "leave", "lounge");
await ask(a, "message", { room: "lounge", text: "without bob" });
await heard(a, "the own one", (m) => m.text === "without bob");

// Typing, and events of other names, with binaries: to the others in the room and not back.
assert.equal((await ask(a, "typing", "general")).ok, true);
await until("typing", () => b.got.find(([name, t]) => name === "typing" && t.user.username === "ada"));
const bytes = new Uint8Array(500_000).map((_, i) => i * 7);
assert.equal((await ask(a, "draw", { room: "general", at: 3 }, Buffer.from(bytes))).ok, true);
const drawn = await until("draw", () => b.got.find(([name]) => name === "draw"));
assert.equal(drawn[1].at, 3);
assert.ok(Buffer.from(drawn[2]).equals(Buffer.from(bytes)), "500 KB of binary differ");
assert.equal(a.got.some(([name]) => name === "draw"), false, "an event came back to its sender");
assert.equal((await ask(a, "read", { room: "general", num: 1 })).ok, true);

// Order.
for (let i = 0; i < 500; i++) a.emit("message", `#${i}`);
const mine = () => b.got.filter(([name, m]) => name === "message" && typeof m === "string" && m.startsWith("#")).map(([, m]) => m);
await until("500 messages", () => mine().length >= 500);
assert.deepEqual(mine(), Array.from({ length: 500 }, (_, i) => `#${i}`));

// A cut connection comes back, and goes on where it was told to.
const seq = (await ask(a, "rooms")).rooms.find((r) => r.name === "general");
a.io.engine.close();
await until("the reconnect", () => !a.connected);
await ready(a);
await ask(b, "message", "while away");
const resumed = connect(ada, "/", { since: { [seq.id]: seq.seq } });
await ready(resumed);
await heard(resumed, "what was missed", (m) => m === "while away" || m.text === "while away");
await until("synced", () => resumed.got.find(([name]) => name === "synced"));

// Who may not, is told so.
for (const token of ["wrong", ""]) {
  await assert.rejects(ready(connect(token)), { message: "not authorized" });
}
await assert.rejects(ready(connect(ada, "/nowhere")), { message: "Invalid namespace" });

console.log("ok");
process.exit(0);

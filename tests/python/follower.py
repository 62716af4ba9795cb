"""Follows a room in the namespace /chat as tests/node/clients/follower.mjs does, with python-socketio."""
import json
import os
import random
import sys
import threading

import socketio

address, transport, token, room, count, sends = sys.argv[1:]
got, lock, done = {}, threading.Lock(), threading.Event()
begin = int(os.environ.get("SINCE", "0"))
# The library hands each message to a thread of its own, so that they overtake each other by a few: what a new connection
# asks for overlaps with what the last one brought, and the order is the seq's.
OVERLAP = 60


def since():
    with lock:
        return max([begin, *(seq - OVERLAP for seq in got)])


def client():
    sio = socketio.Client(reconnection=False)

    @sio.on("message", namespace="/chat")
    def message(m):
        with lock:
            if m["room_id"] == room:
                got[m["seq"]] = m["id"]
            if len(got) == int(count):
                done.set()

    sio.connect(address, transports=[transport], namespaces=["/chat"], wait_timeout=10,
                auth={"token": token, "since": {room: since()}})
    return sio


sio = client()
print("ready", file=sys.stderr, flush=True)
sys.stdin.readline()  # everybody begins together
for i in range(int(sends)):
    body = {"room_id": room, "text": f"python {transport} {i}", "client_id": f"python-{transport}-{i}"}
    ack = sio.call("message", body, namespace="/chat", timeout=10)
    assert ack["ok"], ack
    if random.random() < 0.1:
        sio.disconnect()
        sio = client()
if not done.wait(40):
    sys.exit(f"{len(got)} of {count} messages")
print(json.dumps([got[seq] for seq in sorted(got)]), flush=True)
os._exit(0)

"""Follows a room in the namespace /chat as tests/node/clients/follower.mjs does, with python-socketio."""
import json
import os
import random
import sys
import threading

import socketio

address, transport, token, room, count, sends = sys.argv[1:]
ids, last, lock, done = [], int(os.environ.get("SINCE", "0")), threading.Lock(), threading.Event()


def client():
    sio = socketio.Client(reconnection=False)

    @sio.on("message", namespace="/chat")
    def message(m):
        global last
        with lock:
            if m["room_id"] != room or m["seq"] <= last:
                return
            ids.append(m["id"])
            last = m["seq"]
            if len(ids) == int(count):
                done.set()

    sio.connect(address, transports=[transport], namespaces=["/chat"], wait_timeout=10,
                auth={"token": token, "since": {room: last}})
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
    sys.exit(f"{len(ids)} of {count} messages")
print(json.dumps(ids), flush=True)
os._exit(0)

package tests

import "parley/tests/testkit"

// commanded is a row of the truth table for a command of the socket: "ack" or "pong", "quiet" (nothing answers but the
// fence), or an error's code. The columns are those of asked, without nobody, who gets no socket.
type commanded struct {
	command       testkit.Object
	open, private string
}

var socketAuthorization = []commanded{
	{
		testkit.Object{"type": "hello"},
		"bad_request bad_request bad_request bad_request bad_request bad_request", "bad_request bad_request bad_request bad_request bad_request bad_request",
	},
	{
		testkit.Object{"type": "message.send", "room_id": "ROOM", "client_id": "CLIENT", "text": "x"},
		"not_a_member not_a_member ack ack not_a_member ack", "not_found not_found ack ack not_found ack",
	},
	{
		testkit.Object{"type": "message.send", "room_id": "ROOM", "thread_id": "MESSAGE", "client_id": "CLIENT", "text": "x"},
		"not_a_member not_a_member ack ack not_a_member ack", "not_found not_found ack ack not_found ack",
	},
	{
		testkit.Object{"type": "typing", "room_id": "ROOM"},
		"not_a_member not_a_member quiet quiet not_a_member quiet", "not_found not_found quiet quiet not_found quiet",
	},
	{
		testkit.Object{"type": "read", "room_id": "ROOM", "num": 1},
		"not_a_member not_a_member quiet quiet not_a_member quiet", "not_found not_found quiet quiet not_found quiet",
	},
	{
		testkit.Object{"type": "open", "room_id": "ROOM"},
		"not_a_member not_a_member quiet quiet not_a_member quiet", "not_found not_found quiet quiet not_found quiet",
	},
	{
		testkit.Object{"type": "open", "room_id": "ROOM", "since": 0},
		"not_a_member not_a_member quiet quiet not_a_member quiet", "not_found not_found quiet quiet not_found quiet",
	},
	{
		testkit.Object{"type": "close", "room_id": "ROOM"},
		"not_a_member not_a_member quiet quiet not_a_member quiet", "not_found not_found quiet quiet not_found quiet",
	},
	{testkit.Object{"type": "ping"}, "pong pong pong pong pong pong", "pong pong pong pong pong pong"},
}

// emitted is the same for an event of Socket.IO: "ok", or the code of its ack.
type emitted struct {
	event         string
	arg           testkit.Object
	joined        bool // whoever is in the room joins it first, for the event is about what the client hears
	open, private string
}

// relayedEvent stands for every name that is not Parley's own.
const relayedEvent = "wave"

var socketIOAuthorization = []emitted{
	{"message", testkit.Object{"room_id": "ROOM", "client_id": "CLIENT", "text": "x"}, false, "not_a_member not_a_member ok ok not_a_member ok", "not_found not_found ok ok not_found ok"},
	{"message", testkit.Object{"room_id": "ROOM", "thread_id": "MESSAGE", "client_id": "CLIENT", "text": "x"}, false, "not_a_member not_a_member ok ok not_a_member ok", "not_found not_found ok ok not_found ok"},
	{"json", testkit.Object{"room_id": "ROOM", "pot": 1}, false, "not_a_member not_a_member ok ok not_a_member ok", "not_found not_found ok ok not_found ok"},
	{"typing", testkit.Object{"room": "ROOM"}, true, "not_a_member not_a_member ok ok not_a_member ok", "not_found not_found ok ok not_found ok"},
	{"read", testkit.Object{"room": "ROOM", "num": 1}, false, "not_a_member not_a_member ok ok not_a_member ok", "not_found not_found ok ok not_found ok"},
	{relayedEvent, testkit.Object{"room": "ROOM", "high": true}, true, "not_a_member not_a_member ok ok not_a_member ok", "not_found not_found ok ok not_found ok"},
	{"leave", testkit.Object{"room": "ROOM"}, false, "ok ok ok ok ok ok", "not_found not_found ok ok not_found ok"},
	{"rooms", testkit.Object{}, false, "ok ok ok ok ok ok", "ok ok ok ok ok ok"},
	// The last, for it makes members of an open room.
	{"join", testkit.Object{"room": "ROOM"}, false, "ok ok ok ok ok ok", "not_found not_found ok ok not_found ok"},
	{"join", testkit.Object{"room": "ROOM", "since": 0}, false, "ok ok ok ok ok ok", "not_found not_found ok ok not_found ok"},
}

// Package ws carries the event stream over WebSocket (RFC 6455): frames to commands, events to frames, heartbeats,
// bounds and close codes. It decides nothing about rooms and messages, and knows no database.
//
// gorilla does the handshake and the reading. Everything that is written goes through conn, in whole frames made here,
// because gorilla's own control handlers write from the reader and its writers block.
package ws

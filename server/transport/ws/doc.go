// Package ws carries the event stream over WebSocket (RFC 6455): frames to commands, events to frames, heartbeats,
// bounds and close codes. It decides nothing about rooms and messages, and knows no database.
//
// gorilla does the handshake. Frames are read by Reader, to the letter of the RFC, and written by conn, whole and without
// waiting: gorilla's own control handlers write from the reader, and its writers block.
package ws

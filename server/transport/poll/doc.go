// Package poll carries the event stream over plain HTTP answers: server-sent events, which never end, and long polls,
// which end with the first event. Both are fed by the hub like every other connection, and both tell the client after
// each event where it stands, in a cursor that needs no memory of the server's. It decides nothing about rooms and
// messages, and reads no request but for its context.
package poll

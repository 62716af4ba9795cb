// Package wire owns the JSON of the public contract: the shapes that REST answers, the commands that clients send and
// the events that they receive. Message events are encoded by hand, once for everybody in a room; the rest goes through
// encoding/json. It knows no transport, no database and no permission.
package wire

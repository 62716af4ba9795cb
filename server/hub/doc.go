// Package hub knows who is connected to which room. It hands every event of a room, encoded once for each protocol, to
// all sessions in it, keeps a short ring of what was handed out so that a cut connection can go on without a gap, and
// carries presence and typing. It knows no database, no socket and no HTTP: what it needs of them it is given as a
// Sink for each session and as a Source for what the ring has forgotten.
//
// Locks, always taken in this order: room.mu, then Session.mu, then whatever the Sink has. Hub.mu is never held while
// another is taken. No query and no waiting happens under any of them.
package hub

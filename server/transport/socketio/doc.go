// Package socketio carries the event stream over Socket.IO 5 on Engine.IO 4: long polls and WebSocket, and the change
// from one to the other. Three layers stand on each other, and the lower ones know nothing of the higher:
//
//   - engine_packet.go and packet.go read and write packets, and do nothing else;
//   - Engine and Conn keep connections, Server and Client the namespaces on them;
//   - Chat binds the namespaces / and /chat to the hub and to the use cases.
//
// It decides nothing about rooms and messages, and knows no database.
package socketio

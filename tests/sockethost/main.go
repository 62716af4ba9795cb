// Command sockethost is what the official test suites of Engine.IO and Socket.IO expect to find at their address: it
// echoes, and asks nobody to sign in. It stands on the very package that Parley's own endpoint stands on.
//
//	go run ./tests/sockethost 127.0.0.1:3000
package main

import (
	"encoding/json"
	"errors"
	"log"
	"net"
	"net/http"
	"os"
	"time"

	"parley/server/transport/socketio"
)

func main() {
	if len(os.Args) != 2 {
		log.Fatal("usage: sockethost HOST:PORT, on a loopback address")
	}
	if err := serve(os.Args[1]); err != nil {
		log.Fatal(err)
	}
}

func serve(address string) error {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return err
	}
	if ip := net.ParseIP(host); host != "localhost" && !ip.IsLoopback() {
		return errors.New("anybody could use it: a loopback address only")
	}
	options := socketio.EngineOptions{
		PingInterval: 300 * time.Millisecond, PingTimeout: 200 * time.Millisecond, MaxPayload: 1_000_000, MaxWaiting: 4 << 20,
	}
	engine := socketio.NewEngine(options, func(c *socketio.Conn) socketio.Peer { return echo{c} })
	sockets := socketio.NewServer(socketio.Options{Engine: options, ConnectTimeout: time.Second}, app{})
	mux := http.NewServeMux()
	mux.HandleFunc("/engine.io/", func(w http.ResponseWriter, r *http.Request) { engine.Serve(w, r, nil) })
	mux.HandleFunc("/socket.io/", func(w http.ResponseWriter, r *http.Request) { sockets.Serve(w, r, nil) })
	s := http.Server{Addr: address, Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	return s.ListenAndServe()
}

// echo sends every message of Engine.IO back.
type echo struct{ conn *socketio.Conn }

func (e echo) Text(data []byte) error {
	e.conn.Send(socketio.TextMessage(data))
	return nil
}

func (e echo) Binary(data []byte) error {
	e.conn.Send(socketio.BinaryMessage(data))
	return nil
}

func (echo) Drained() {}
func (echo) Ended()   {}

// app has two namespaces that tell what they were sent at the connect, and send events and acks back.
type app struct{}

func (app) Has(namespace string) bool { return namespace == "/" || namespace == "/custom" }

func (app) Connect(c *socketio.Client, auth json.RawMessage, greet func()) (socketio.Listener, error) {
	greet()
	// The suites listen for one frame at a time, and lose one that comes in the same tick of their loop.
	time.AfterFunc(3*time.Millisecond, func() { c.Emit("auth", []json.RawMessage{auth}) })
	return listener{c}, nil
}

type listener struct{ client *socketio.Client }

func (l listener) Event(e socketio.Event) {
	switch e.Name {
	case "message":
		l.client.Emit("message-back", e.Args, e.Attachments...)
	case "message-with-ack":
		if e.Ack != nil {
			e.Ack(e.Args, e.Attachments...)
		}
	case "ask-me": // the server wants an ack, and tells what it was
		l.client.Ask("question", e.Args, func(args []json.RawMessage) { l.client.Emit("answered", args) })
	}
}

func (listener) Drained() {}
func (listener) Left()    {}

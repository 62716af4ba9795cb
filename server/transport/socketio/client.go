package socketio

import (
	"encoding/json"
	"sync"
)

// maxAcks is how many answers of one client may be due.
const maxAcks = 1000

// Client is one connection's place in a namespace. Its methods are safe for concurrent use and never wait.
type Client struct {
	ID        string
	Namespace string

	conn     *Conn
	peer     *peer
	listener Listener

	mu   sync.Mutex
	last uint64
	due  map[uint64]func(args []json.RawMessage)
}

// Send queues frames that were made for this namespace, all or none; false means that the client takes too little.
func (c *Client) Send(frames []byte) bool { return c.conn.Send(frames) }

// Emit sends an event. A client that takes too little is given up.
func (c *Client) Emit(name string, args []json.RawMessage, attachments ...[]byte) {
	c.must(appendPacket(nil, eventKind(packetEvent, attachments), c.Namespace, noID, eventData(name, args...), attachments...))
}

// Ask is Emit for an event that the client answers; answered is called once, or never.
func (c *Client) Ask(name string, args []json.RawMessage, answered func(args []json.RawMessage)) {
	c.mu.Lock()
	if len(c.due) >= maxAcks {
		c.mu.Unlock()
		return
	}
	if c.due == nil {
		c.due = map[uint64]func([]json.RawMessage){}
	}
	id := c.last
	c.last++
	c.due[id] = answered
	c.mu.Unlock()
	c.must(appendPacket(nil, packetEvent, c.Namespace, id, eventData(name, args...)))
}

func (c *Client) answered(id uint64, args []json.RawMessage) {
	c.mu.Lock()
	answered := c.due[id]
	delete(c.due, id)
	c.mu.Unlock()
	if answered != nil {
		answered(args)
	}
}

// reply sends an ack.
func (c *Client) reply(id uint64, args []json.RawMessage, attachments [][]byte) {
	c.must(appendPacket(nil, eventKind(packetAck, attachments), c.Namespace, id, list(args), attachments...))
}

// must sends what may not be left out.
func (c *Client) must(frames []byte) {
	if !c.Send(frames) {
		c.conn.Close(1008, "too slow")
	}
}

// Disconnect puts the client out of the namespace; libraries do not connect again by themselves after it.
func (c *Client) Disconnect() {
	c.conn.Send(appendPacket(nil, packetDisconnect, c.Namespace, noID, nil))
}

func eventKind(kind byte, attachments [][]byte) byte {
	if len(attachments) > 0 {
		return kind + packetBinaryEvent - packetEvent
	}
	return kind
}

func list(args []json.RawMessage) []byte {
	b := []byte{'['}
	for i, a := range args {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, a...)
	}
	return append(b, ']')
}

package main

import (
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// bytesWork is loaded twice, for one length and for twice that: the difference is deliveries and nothing else.
var bytesWork = work{name: "bytes of a delivery", args: []string{"-n", "50", "-rooms", "1", "-rate", "20"}}

// bytesEach finds how many bytes a server sends for one delivery, acks included (one in 50), by counting between the
// server and the load. A server that says more in a delivery has more to write, which a ratio of deliveries hides.
func (b *bench) bytesEach(s server) (float64, error) {
	var bytes, deliveries [2]float64
	for i := range bytes {
		length := time.Duration(i+1) * 2 * time.Second
		f, n, err := b.counted(s, bytesWork, length)
		if err != nil {
			return 0, err
		}
		bytes[i], deliveries[i] = n, f.Deliveries*length.Seconds()
	}
	return (bytes[1] - bytes[0]) / max(deliveries[1]-deliveries[0], 1), nil
}

// counted is one run through a counter of what the server sends.
func (b *bench) counted(s server, w work, length time.Duration) (figures, float64, error) {
	c, err := newCounter()
	if err != nil {
		return figures{}, 0, err
	}
	defer c.close()
	f, err := b.load(s, w, length, c.through)
	return f, float64(c.sent.Load()), err
}

// counter stands between clients and a server and counts the bytes of the server.
type counter struct {
	l    net.Listener
	sent atomic.Int64
	to   atomic.Value // string, the server's address
	open sync.WaitGroup
}

func newCounter() (*counter, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	c := &counter{l: l}
	c.open.Go(c.accept)
	return c, nil
}

// through begins to forward to a server and answers where the clients are to connect.
func (c *counter) through(server string) string {
	c.to.Store(server)
	return c.l.Addr().String()
}

func (c *counter) accept() {
	for {
		client, err := c.l.Accept()
		if err != nil {
			return // the listener is closed
		}
		server, err := net.Dial("tcp", c.to.Load().(string))
		if err != nil {
			client.Close()
			continue
		}
		c.open.Go(func() { c.forward(client, server) })
	}
}

// forward copies both ways until one side ends, which ends the other.
func (c *counter) forward(client, server net.Conn) {
	defer client.Close()
	c.open.Go(func() {
		defer server.Close()
		_, _ = io.Copy(server, client) // its end is the end, whatever it was
	})
	_, _ = io.Copy(io.MultiWriter(client, c), server)
}

func (c *counter) Write(p []byte) (int, error) {
	c.sent.Add(int64(len(p)))
	return len(p), nil
}

func (c *counter) close() {
	c.l.Close()
	c.open.Wait()
}

// bytesLine says it in a sentence for below the table.
func (b *bench) bytesLine() string {
	var said []string
	for _, s := range b.servers {
		n, err := b.bytesEach(s)
		if err != nil {
			fmt.Println("a run failed:", err)
			continue
		}
		said = append(said, fmt.Sprintf("%s %.0f", s.name, n))
	}
	return "\nBytes of one delivery of 128 characters: " + strings.Join(said, ", ") + ".\n"
}

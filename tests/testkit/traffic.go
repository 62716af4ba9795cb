package testkit

import (
	"strings"
	"sync"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// Traffic is what a tab has asked the network for since Count.
type Traffic struct {
	mu    sync.Mutex
	asked map[network.RequestID]string
	bytes map[string]int
}

// Count begins to count what the tab loads, with the headers of the answers. Sockets are not counted.
func (p *Tab) Count() *Traffic {
	p.t.Helper()
	c := &Traffic{asked: map[network.RequestID]string{}, bytes: map[string]int{}}
	if err := chromedp.Listen(p.ctx, c.hear); err != nil {
		p.t.Fatalf("%s: listen to the network: %v", p.Name, err)
	}
	command(p, network.Enable, network.EnableParams{})
	return c
}

func (c *Traffic) hear(event any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		if strings.HasPrefix(e.Request.URL, "http") {
			c.asked[e.RequestID] = e.Request.Method + " " + e.Request.URL
			c.bytes[e.Request.Method+" "+e.Request.URL] = 0
		}
	case *network.EventLoadingFinished:
		if what, ok := c.asked[e.RequestID]; ok {
			c.bytes[what] += int(e.EncodedDataLength)
		}
	}
}

// Sum returns how many requests there were, how many bytes came, and both request by request.
func (c *Traffic) Sum() (requests, bytes int, each map[string]int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	each = map[string]int{}
	for what, n := range c.bytes {
		each[what] = n
		bytes += n
	}
	return len(c.asked), bytes, each
}

// Reset begins to count from nothing.
func (c *Traffic) Reset() {
	c.mu.Lock()
	defer c.mu.Unlock()
	clear(c.asked)
	clear(c.bytes)
}

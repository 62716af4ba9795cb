package bench

import (
	"context"
	"sync"
	"time"
)

// Phase is what one stretch of load has shown.
type Phase struct {
	Connections        int     `json:"connections"`
	Rooms              int     `json:"rooms"`
	Seconds            float64 `json:"seconds"`
	Sent               int64   `json:"sent"`
	Refused            int64   `json:"refused"`
	Missing            int64   `json:"missing"` // deliveries that acknowledged messages should have had and did not
	Cut                int     `json:"cut"`     // connections that ended by themselves
	SentPerSecond      float64 `json:"messages_per_second"`
	Deliveries         int64   `json:"deliveries"`
	DeliveriesPer      float64 `json:"deliveries_per_second"`
	Ack                Latency `json:"ack"`
	Delivery           Latency `json:"delivery"`
	ServerCPU          float64 `json:"server_cpu_percent"`         // of one core
	ServerMicros       float64 `json:"server_cpu_us_per_delivery"` // 0 where the server does not tell its CPU time
	ServerMiB          float64 `json:"server_rss_mib"`
	ClientCPU          float64 `json:"client_cpu_percent"`
	FirstRefusal       string  `json:"first_refusal,omitempty"`
	Interrupted        bool    `json:"interrupted,omitempty"`
	perRoom            float64
	window             int
	length, warm, tail time.Duration
	run                string
}

// plan is how a phase is driven: perRoom messages a second in each room, or, at 0, as fast as acks allow with window
// messages of a room under way.
func plan(run string, rooms int, perRoom float64, length time.Duration) Phase {
	return Phase{run: run, Rooms: rooms, perRoom: perRoom, window: saturation, length: length, warm: min(length/5, 2*time.Second), tail: 3 * time.Second}
}

// saturation is how many messages of a room are under way at a time: enough that the server never waits for the client,
// and not so many that the queue alone makes the latency.
const saturation = 16

// drive runs a phase on the crowd: a warm-up that is not counted, the time that is, and a wait for what is under way.
func (c *crowd) drive(ctx context.Context, p Phase, look func() process, progress func(delivered int64)) Phase {
	c.reset()
	p.Connections = len(c.connected())
	senders, stop := context.WithCancel(ctx)
	defer stop()
	var sending sync.WaitGroup
	for i, r := range c.rooms[:p.Rooms] {
		sending.Go(func() { c.keepSaying(senders, r, p, time.Duration(i)) })
	}
	rest(ctx, p.warm)
	before, began := look(), time.Now()
	self := ownCPU()
	sentBefore, heardBefore, _ := c.totals(p.Rooms)
	c.counting.Store(true)
	tick := every(time.Second, func() {
		_, heard, _ := c.totals(p.Rooms)
		progress(heard - heardBefore)
	})
	rest(ctx, p.length)
	tick()
	c.counting.Store(false)
	sent, heard, _ := c.totals(p.Rooms)
	p.Seconds = time.Since(began).Seconds()
	after := look()
	p.ClientCPU = (ownCPU() - self).Seconds() / p.Seconds * 100
	stop()
	sending.Wait()
	c.settle(ctx, p.Rooms, p.tail)
	p.Interrupted = ctx.Err() != nil
	p.sum(c, sent-sentBefore, heard-heardBefore, before, after)
	return p
}

// rest waits, or returns early when ctx ends.
func rest(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}

func (p *Phase) sum(c *crowd, sent, heard int64, before, after process) {
	p.Sent, p.Deliveries = sent, heard
	p.SentPerSecond, p.DeliveriesPer = float64(sent)/p.Seconds, float64(heard)/p.Seconds
	all := new(histogram)
	for i := range c.delivery {
		all.merge(&c.delivery[i])
	}
	p.Delivery, p.Ack = all.latency(), c.ack.latency()
	if after.known && before.known {
		spent := (after.cpu - before.cpu).Seconds()
		p.ServerCPU = spent / p.Seconds * 100
		p.ServerMicros = spent * 1e6 / float64(max(heard, 1))
		p.ServerMiB = float64(after.resident) / (1 << 20)
	}
	for _, r := range c.rooms[:p.Rooms] {
		r.mu.Lock()
		members := int64(len(r.clients))
		r.mu.Unlock()
		p.Refused += r.refused.Load()
		p.Missing += max(0, r.acked.Load()*members-r.heard.Load())
	}
	for _, cl := range c.connected() {
		if cl.ended.Load() {
			p.Cut++
		}
	}
	if text := c.refusal.Swap(nil); text != nil {
		p.FirstRefusal = *text
	}
}

func (c *crowd) totals(rooms int) (sent, heard, answered int64) {
	for _, r := range c.rooms[:rooms] {
		sent += r.sent.Load()
		heard += r.heard.Load()
		answered += r.acked.Load() + r.refused.Load()
	}
	return sent, heard, answered
}

// settle waits until every send was answered and every acknowledged message was heard by all, or until the time is up.
func (c *crowd) settle(ctx context.Context, rooms int, atMost time.Duration) {
	deadline := time.Now().Add(atMost)
	for time.Now().Before(deadline) && ctx.Err() == nil {
		quiet := true
		for _, r := range c.rooms[:rooms] {
			r.mu.Lock()
			members := int64(len(r.clients))
			r.mu.Unlock()
			if r.sent.Load() > r.acked.Load()+r.refused.Load() || r.heard.Load() < r.acked.Load()*members {
				quiet = false
				break
			}
		}
		if quiet {
			return
		}
		rest(ctx, 10*time.Millisecond)
	}
}

// keepSaying sends in one room until ctx ends. A send that fails is a connection that was cut, and is counted there.
func (c *crowd) keepSaying(ctx context.Context, r *room, p Phase, place time.Duration) {
	if p.perRoom <= 0 {
		c.sayOnAcks(ctx, r, p)
		return
	}
	interval := time.Duration(float64(time.Second) / p.perRoom)
	next := time.Now().Add(interval * place / time.Duration(p.Rooms)) // so that the rooms do not speak in chorus
	for {
		rest(ctx, time.Until(next))
		if ctx.Err() != nil {
			return
		}
		_ = c.say(r, next, p.run)
		next = next.Add(interval)
	}
}

// sayOnAcks keeps window messages under way, counting one as arrived when it is acknowledged and, on average, every
// member has it: acks alone would let a fast writer run away from its readers.
func (c *crowd) sayOnAcks(ctx context.Context, r *room, p Phase) {
	for {
		r.mu.Lock()
		members := int64(max(1, len(r.clients)))
		r.mu.Unlock()
		for ctx.Err() == nil {
			arrived := min(r.acked.Load(), r.heard.Load()/members) + r.refused.Load()
			if r.sent.Load()-arrived >= int64(p.window) {
				break
			}
			if c.say(r, time.Now(), p.run) != nil {
				rest(ctx, 10*time.Millisecond)
			}
		}
		select {
		case <-r.moved:
		case <-ctx.Done():
			return
		}
	}
}

package bench

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// The people of the ramp: what "about N people" stands for.
const (
	personRoom     = 100 // people in a room
	personMinute   = 4   // messages that each writes in a minute
	rampStart      = 250
	rampStep       = 4 * time.Second
	goodLatency    = 50 // ms, at p99, from the intended time of sending to each member's arrival
	accountsARoom  = 10
	maxClientShare = 95 // percent of a core: beyond it the client would measure itself
	missed         = 3  // messages in each room that a connection which comes back has missed
)

// Report is what a run has shown. Parts that were not reached are nil.
type Report struct {
	Server     string      `json:"server"`
	Load       *Phase      `json:"load,omitempty"`
	ComingBack *ComingBack `json:"coming_back,omitempty"`
	Ramp       []Phase     `json:"ramp,omitempty"`
	People     int         `json:"people"` // how many were served at p99 under 50 ms; 0: not measured
	Bound      string      `json:"bound,omitempty"`
	Sentence   string      `json:"sentence"`
}

// ComingBack is a cut of all connections at once and their return with cursors.
type ComingBack struct {
	Connections  int     `json:"connections"`
	Seconds      float64 `json:"seconds"` // until the last was caught up
	ServerMicros float64 `json:"server_cpu_us_per_connection"`
}

// Run drives a server. When ctx ends early the report has what was measured until then, and the error is nil.
func Run(ctx context.Context, o Options) (Report, error) {
	if err := o.Check(); err != nil {
		return Report{}, err
	}
	d := &driver{Options: o, http: newHTTP()}
	defer d.http.CloseIdleConnections()
	stop, err := d.begin(ctx)
	if err != nil {
		return Report{}, err
	}
	d.measure(ctx)
	d.crowd.leave(0, false)
	d.report.conclude()
	return d.report, errors.Join(d.failed, stop())
}

// driver is one run under way.
type driver struct {
	Options
	http   *http.Client
	base   string
	crowd  *crowd
	report Report
	failed error
}

// begin gets a server with rooms in it; stop undoes that.
func (d *driver) begin(ctx context.Context) (stop func() error, err error) {
	rooms := max(d.Rooms, (d.Ramp+personRoom-1)/personRoom)
	if d.Address == "" {
		d.say("starting an own server with %d rooms", rooms)
		own, made, err := startOwn(ctx, d.Program, rooms, accountsARoom)
		if err != nil {
			return nil, err
		}
		d.base, d.report.Server = "http://"+own.addr, "own"
		d.crowd = newCrowd(own.addr, made)
		return own.stop, nil
	}
	addr, err := hostPort(d.Address)
	if err != nil {
		return nil, err
	}
	d.base, d.report.Server = "http://"+addr, addr
	v := &visitor{base: d.base, client: d.http, set: "bench-" + strings.ToLower(rand.Text()[:6])}
	each := max(1, (max(d.Connections/d.Rooms, personRoom)+connectionsPerAccount-1)/connectionsPerAccount)
	d.say("making %d rooms and %d accounts named %s-…", rooms, rooms*each, v.set)
	made, err := v.prepare(ctx, rooms, each)
	if err != nil {
		return nil, errors.Join(err, v.leave(context.WithoutCancel(ctx), made))
	}
	d.crowd = newCrowd(addr, made)
	return func() error {
		d.say("the rooms named %s-… are archived; the accounts stay", v.set)
		return v.leave(context.WithoutCancel(ctx), made)
	}, nil
}

func (d *driver) say(format string, args ...any) { fmt.Fprintf(d.Progress, format+"\n", args...) }

func (d *driver) look() process { return lookAt(context.Background(), d.http, d.base) }

// measure runs the parts in their order. An error ends it; what was measured before stays in the report.
func (d *driver) measure(ctx context.Context) {
	for _, part := range []func(context.Context) error{d.load, d.comeBack, d.ramp} {
		if ctx.Err() != nil {
			return
		}
		if err := part(ctx); err != nil && ctx.Err() == nil {
			d.failed = err
			return
		}
	}
}

// load is the phase that the options ask for.
func (d *driver) load(ctx context.Context) error {
	d.say("connecting %d in %d rooms", d.Connections, d.Rooms)
	if err := d.crowd.connect(ctx, d.Connections, d.Rooms); err != nil {
		return err
	}
	p := d.crowd.drive(ctx, plan("l", d.Rooms, d.Rate, d.Duration), d.look, func(heard int64) {
		d.say("%d deliveries", heard)
	})
	d.report.Load = &p
	return nil
}

// comeBack cuts every connection at once, says something in each room meanwhile, and lets all return.
func (d *driver) comeBack(ctx context.Context) error {
	gone := d.crowd.connected()
	d.crowd.leave(0, true)
	v := &visitor{base: d.base, client: d.http}
	for _, r := range d.crowd.rooms[:d.Rooms] {
		for n := range missed {
			in := map[string]string{"text": "said meanwhile", "client_id": fmt.Sprintf("m%s-%d", r.id, n)}
			if err := v.call(ctx, "POST", "/api/v1/rooms/"+r.id+"/messages", r.tokens[0], in, nil); err != nil {
				return err
			}
		}
	}
	before, began := d.look(), time.Now()
	if err := d.crowd.comeBack(ctx, gone); err != nil {
		return err
	}
	took := time.Since(began)
	after := d.look()
	d.report.ComingBack = &ComingBack{Connections: len(gone), Seconds: took.Seconds()}
	if before.known && after.known {
		d.report.ComingBack.ServerMicros = float64((after.cpu - before.cpu).Microseconds()) / float64(len(gone))
	}
	d.say("%d connections came back in %.2f s", len(gone), took.Seconds())
	return nil
}

// ramp doubles the people until they are not served well any more, then halves the doubt twice.
func (d *driver) ramp(ctx context.Context) error {
	if d.Ramp == 0 {
		return nil
	}
	d.crowd.leave(0, false)
	good, bad := 0, 0
	for n := min(rampStart, d.Ramp); ; n = min(2*n, d.Ramp) {
		ok, err := d.serve(ctx, n)
		if err != nil || ctx.Err() != nil {
			return err
		}
		if !ok {
			bad = n
			break
		}
		good = n
		d.report.People = good
		if n == d.Ramp {
			d.report.Bound = "the ramp ended there"
			return nil
		}
	}
	for range 2 {
		n := (good + bad) / 2 / 50 * 50
		if n <= good {
			break
		}
		ok, err := d.serve(ctx, n)
		if err != nil || ctx.Err() != nil {
			return err
		}
		if ok {
			good = n
		} else {
			bad = n
		}
		d.report.People = good
	}
	return nil
}

// serve measures n people and says whether they were served well. One bad moment, for which something else on the
// machine may be to blame, does not count.
func (d *driver) serve(ctx context.Context, n int) (ok bool, err error) {
	for try := 0; try < 2 && !ok && err == nil && ctx.Err() == nil; try++ {
		ok, err = d.serveOnce(ctx, n, fmt.Sprintf("r%d-%d-", n, try))
	}
	return ok, err
}

func (d *driver) serveOnce(ctx context.Context, n int, run string) (bool, error) {
	rooms := (n + personRoom - 1) / personRoom
	d.crowd.leave(0, false) // spread anew, so that each room is full
	if err := d.crowd.connect(ctx, n, rooms); err != nil {
		return false, err
	}
	perRoom := float64(n) / float64(rooms) * personMinute / 60
	p := d.crowd.drive(ctx, plan(run, rooms, perRoom, rampStep), d.look, func(int64) {})
	if ctx.Err() != nil {
		return false, nil
	}
	d.report.Ramp = append(d.report.Ramp, p)
	d.say("%d people: %.0f deliveries a second, p99 %.1f ms", n, p.DeliveriesPer, p.Delivery.P99)
	ok := p.Delivery.P99 < goodLatency && p.Refused == 0 && p.Missing == 0 && p.Cut == 0 && p.Delivery.Count > 0
	switch {
	case ok:
	case p.ClientCPU > maxClientShare:
		d.report.Bound = "the client needed a whole core of its own by then"
	case p.Refused+p.Missing > 0 || p.Cut > 0:
		d.report.Bound = "beyond, messages were refused or connections cut"
	default:
		d.report.Bound = ""
	}
	return ok, nil
}

// conclude makes the sentence that a run ends with.
func (r *Report) conclude() {
	what := fmt.Sprintf("(each connected, in a room of %d, writing %d messages a minute)", personRoom, personMinute)
	switch {
	case len(r.Ramp) == 0:
		r.Sentence = "how many people this machine serves was not measured"
	case r.People == 0:
		r.Sentence = fmt.Sprintf("this machine: fewer than %d people at p99 under %d ms %s", rampStart, goodLatency, what)
	case r.Bound != "":
		r.Sentence = fmt.Sprintf("this machine: at least %d people at p99 under %d ms %s; %s", r.People, goodLatency, what, r.Bound)
	default:
		r.Sentence = fmt.Sprintf("this machine: about %d people at p99 under %d ms %s", r.People, goodLatency, what)
	}
}

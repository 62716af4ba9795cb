package tests

import (
	"context"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"parley/tests/testkit"
)

// faults is how often each fault strikes in one run.
type faults struct{ kills, stops, pauses, fullDisks, cuts int }

// TestUnderTortureEveryPromiseHolds lets writers and readers work on through kill -9, SIGTERM, SIGSTOP, a full disk and
// cut connections, resending what was not acknowledged and resuming from their cursors. In the end nothing that was
// acknowledged or seen may be missing, and nothing may be there twice. PARLEY_TORTURE=long makes it some minutes.
func TestUnderTortureEveryPromiseHolds(t *testing.T) {
	t.Parallel()
	plan := faults{kills: 3, stops: 1, pauses: 1, fullDisks: 1, cuts: 10}
	disk := "64m"
	if os.Getenv("PARLEY_TORTURE") == "long" {
		plan, disk = faults{kills: 60, stops: 20, pauses: 20, fullDisks: 20, cuts: 200}, "512m"
	}
	data, err := testkit.TrySmallDisk(t, disk)
	if err != nil {
		t.Logf("no disk is filled in this run: %v", err)
		plan.fullDisks, data = 0, t.TempDir()
	}
	srv := testkit.Start(t, testkit.Data(data))
	tr := newTorture(t, srv)
	began := time.Now()
	tr.start()
	for _, strike := range tr.schedule(plan) {
		// Not a wait for anything: the moment at which the next fault strikes is the point.
		<-time.After(time.Duration(50+rand.IntN(250)) * time.Millisecond)
		strike()
	}
	testkit.EventuallyWithin(t, time.Minute+time.Duration(plan.cuts)*time.Second, "enough connections are cut before their ack", func() bool {
		return int(tr.cuts.Load()) >= plan.cuts
	})
	ledger := tr.finish()
	verdict := ledger.Judge()
	t.Logf("%+v in %v: %d acknowledged, %d there, %d connections cut before the ack, %d resets", plan, time.Since(began).Round(time.Second),
		len(ledger.Acked), len(ledger.Stored), tr.cuts.Load(), tr.resets.Load())
	for i, f := range verdict.Faults() {
		if i == 20 {
			t.Error("and more")
			break
		}
		t.Error(f)
	}
	if len(ledger.Acked) < 20*plan.kills {
		t.Errorf("only %d messages were acknowledged: the run proves little", len(ledger.Acked))
	}
}

// torture is one run under way.
type torture struct {
	t       *testing.T
	srv     *testkit.Server
	room    string
	writers []*testkit.Client
	readers []*reader

	ctx    context.Context
	stop   context.CancelFunc
	work   sync.WaitGroup
	cuts   atomic.Int64
	resets atomic.Int64

	mu     sync.Mutex
	ledger testkit.Ledger
}

const tortureWriters, tortureReaders = 6, 3

func newTorture(t *testing.T, srv *testkit.Server) *torture {
	owner := srv.SignUp("owner")
	tr := &torture{t: t, srv: srv, room: owner.CreateRoom("Tea", "open").ID, ledger: testkit.Ledger{Sent: map[string]string{}}}
	for i := range tortureWriters + tortureReaders {
		c := srv.SignUp(ids("member", i))
		c.Join(tr.room)
		if i < tortureWriters {
			tr.writers = append(tr.writers, c)
		}
	}
	head := owner.Room(tr.room).Seq
	for i := range tortureReaders {
		tr.readers = append(tr.readers, &reader{torture: tr, client: srv.Login(ids("member", tortureWriters+i)), cursor: head})
	}
	tr.ctx, tr.stop = context.WithCancel(context.Background())
	t.Cleanup(tr.stop)
	return tr
}

func (tr *torture) start() {
	for w, c := range tr.writers {
		tr.work.Go(func() { tr.write(w, c) })
	}
	for _, r := range tr.readers {
		tr.work.Go(r.follow)
	}
}

// schedule is every fault as often as the plan has it, in an order that no two runs share.
func (tr *torture) schedule(plan faults) []func() {
	var all []func()
	for _, f := range []struct {
		times  int
		strike func()
	}{{plan.kills, tr.kill}, {plan.stops, tr.terminate}, {plan.pauses, tr.pause}, {plan.fullDisks, tr.fillDisk}, {plan.cuts / 10, tr.cutReaders}} {
		all = append(all, slices.Repeat([]func(){f.strike}, f.times)...)
	}
	rand.Shuffle(len(all), func(i, k int) { all[i], all[k] = all[k], all[i] })
	return all
}

func (tr *torture) kill() {
	tr.srv.Kill()
	tr.srv.Restart()
}

func (tr *torture) terminate() { tr.srv.Restart() }

// pause stops the process for one to three seconds, as a laptop's lid or a busy hypervisor does.
func (tr *torture) pause() {
	tr.srv.Signal(syscall.SIGSTOP)
	<-time.After(time.Second + time.Duration(rand.IntN(2000))*time.Millisecond)
	tr.srv.Signal(syscall.SIGCONT)
}

// fillDisk leaves not one byte free until the server has refused something.
func (tr *torture) fillDisk() {
	ballast := testkit.Fill(tr.t, tr.srv.Data)
	<-time.After(300 * time.Millisecond)
	if err := os.Remove(ballast); err != nil {
		tr.t.Errorf("freeing %s: %v", filepath.Base(ballast), err)
	}
}

func (tr *torture) cutReaders() {
	for _, r := range tr.readers {
		r.cut()
	}
}

// write sends one message after another, over the socket and over REST in turn, each until it is acknowledged. Every
// eighth attempt over the socket is cut before its ack can come.
func (tr *torture) write(w int, c *testkit.Client) {
	var socket *testkit.Socket
	attempts := 0
	for n := 0; tr.ctx.Err() == nil; n++ {
		clientID, text := ids("w", w, n), ids("text", w, n)
		tr.mu.Lock()
		tr.ledger.Sent[clientID] = text
		tr.mu.Unlock()
		for acked := false; !acked && tr.ctx.Err() == nil; attempts++ {
			var m testkit.Message
			if (n+w)%3 == 0 {
				m, acked = tr.postOnce(c, clientID, text)
			} else {
				if socket == nil || socket.Closed() {
					socket = tr.dial(c)
				}
				m, acked = tr.sayOnce(socket, clientID, text, attempts%8 == 7)
			}
			if acked {
				tr.mu.Lock()
				tr.ledger.Acked = append(tr.ledger.Acked, testkit.FactOf(m))
				tr.mu.Unlock()
			}
			tr.breathe()
		}
	}
}

// breathe keeps the load at a few hundred messages a second, so that most of what a reader misses is a delta.
func (tr *torture) breathe() {
	select {
	case <-tr.ctx.Done():
	case <-time.After(10 * time.Millisecond):
	}
}

func (tr *torture) postOnce(c *testkit.Client, clientID, text string) (testkit.Message, bool) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	m, status, err := c.TrySend(ctx, tr.room, clientID, text)
	return m, err == nil && (status == http.StatusOK || status == http.StatusCreated)
}

func (tr *torture) sayOnce(s *testkit.Socket, clientID, text string, cut bool) (testkit.Message, bool) {
	if s == nil {
		return testkit.Message{}, false
	}
	ref := s.NewRef()
	s.Write(testkit.Object{"type": "message.send", "ref": ref, "room_id": tr.room, "client_id": clientID, "text": text})
	if cut {
		s.Abort()
		tr.cuts.Add(1)
		return testkit.Message{}, false
	}
	f, err := s.TryAwait(func(f testkit.Frame) bool { return f.Ref == ref })
	if err != nil || f.Type != "ack" || f.Message == nil {
		return testkit.Message{}, false
	}
	return *f.Message, true
}

// dial returns a greeted socket, or nil where the server is not there.
func (tr *torture) dial(c *testkit.Client) *testkit.Socket {
	s, _, err := c.TryDial(testkit.Dialing{})
	if err != nil {
		return nil
	}
	s.Write(testkit.Object{"type": "hello"})
	if _, err := s.TryAwait(func(f testkit.Frame) bool { return f.Type == "hello" }); err != nil {
		return nil
	}
	return s
}

// finish ends the work, lets every reader follow to the end, and reads back what is there.
func (tr *torture) finish() *testkit.Ledger {
	tr.t.Helper()
	tr.stop()
	tr.work.Wait()
	for _, r := range tr.readers {
		r.catchUp()
		tr.ledger.Seen = append(tr.ledger.Seen, r.seen)
	}
	tr.srv.Restart() // what is read back comes from the disk, and from no memory of the process
	for _, m := range tr.writers[0].History(tr.room) {
		tr.ledger.Stored = append(tr.ledger.Stored, testkit.FactOf(m))
	}
	return &tr.ledger
}

// TestTheTortureOrdersEveryFault keeps the plan honest: each fault stands in the schedule as often as it is asked for.
func TestTheTortureOrdersEveryFault(t *testing.T) {
	t.Parallel()
	tr := &torture{}
	plan := faults{kills: 3, stops: 2, pauses: 1, fullDisks: 4, cuts: 20}
	if got := len(tr.schedule(plan)); got != 3+2+1+4+2 {
		t.Errorf("the schedule has %d strikes", got)
	}
}

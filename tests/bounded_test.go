package tests

import (
	"os"
	"strconv"
	"sync"
	"testing"

	"parley/tests/testkit"
)

// crowdSize is how many sockets the tests of boundedness open. PARLEY_TEST_SOCKETS raises it: 10,000 sockets need some
// 25,000 file descriptors, for both ends are here.
func crowdSize(t *testing.T) int {
	t.Helper()
	n := 600
	if testkit.Race || testing.Short() {
		n = 200
	}
	if text := os.Getenv("PARLEY_TEST_SOCKETS"); text != "" {
		var err error
		if n, err = strconv.Atoi(text); err != nil {
			t.Fatalf("PARLEY_TEST_SOCKETS: %v", err)
		}
	}
	return n
}

// crowd opens n greeted connections of a few accounts, without a goroutine or a decoder on this side.
func crowd(t *testing.T, people []*testkit.Client, n int) []*testkit.RawConn {
	t.Helper()
	conns := make([]*testkit.RawConn, n)
	faults := make([]error, n)
	var opening sync.WaitGroup
	const atOnce = 16
	for w := range atOnce {
		opening.Go(func() {
			for i := w; i < n; i += atOnce {
				conns[i], faults[i] = people[i%len(people)].TryRawHello()
			}
		})
	}
	opening.Wait()
	for i, c := range conns {
		if c == nil {
			t.Fatalf("connection %d of %d did not get its hello: %v", i, n, faults[i])
		}
	}
	return conns
}

// TestAReconnectStormLeavesNothingBehind lets a crowd come, vanish without a word, and come again, three times: each
// round must cost the server what the first did, and in the end nothing.
func TestAReconnectStormLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	// With Go's own pace of collecting: what garbage may gather between two collections would hide what is kept.
	srv := testkit.Start(t, testkit.Env("GOGC=100"))
	n := crowdSize(t)
	var people []*testkit.Client
	for i := range 8 {
		people = append(people, srv.SignUp(ids("user", i)))
	}
	srv.Restart() // the memory of the password hashes would hide the crowd's
	crowd(t, people, 1)[0].Abort()
	baseline := srv.Goroutines()
	quiet := srv.RSS(t)
	var held []int64
	for round := range 3 {
		conns := crowd(t, people, n)
		up := srv.Goroutines()
		held = append(held, srv.RSS(t))
		if up > baseline+3*n {
			t.Errorf("round %d: %d connections cost %d goroutines", round, n, up-baseline)
		}
		for _, c := range conns {
			c.Abort()
		}
		testkit.Eventually(t, "the goroutines of the crowd are gone", func() bool { return srv.Goroutines() <= baseline+10 })
	}
	t.Logf("%d connections: %d KiB each at first; resident memory %d, %d, %d MiB in three rounds", n, (held[0]-quiet)/1024/int64(n), held[0]>>20, held[1]>>20, held[2]>>20)
	// What a round leaves to the collector is not given back at once; what it leaked would be there once more each round.
	if grown := held[2] - held[1]; grown > max(0, held[0]-quiet)/2+8<<20 {
		t.Errorf("the third storm needed %d MiB more than the second", grown>>20)
	}
	people[0].Send(people[0].General().ID, "after", "still here")
}

// TestIdleConnectionsCostLittle holds a crowd that says nothing. The bound is wide; the figure is what to look at.
func TestIdleConnectionsCostLittle(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	n := crowdSize(t)
	ada := srv.SignUp("ada")
	people := []*testkit.Client{ada, srv.SignUp("bob"), srv.SignUp("cyd")}
	srv.Restart() // the memory of the password hashes would hide the crowd's
	crowd(t, people, 1)[0].Abort()
	quiet, before := srv.RSS(t), srv.Goroutines()
	conns := crowd(t, people, n)
	each := (srv.RSS(t) - quiet) / int64(n)
	t.Logf("%d idle connections: %.1f KiB and %.2f goroutines each", n, float64(each)/1024, float64(srv.Goroutines()-before)/float64(n))
	if each > 64<<10 && !testkit.Race {
		t.Errorf("an idle connection costs %d KiB", each>>10)
	}
	// They are idle, not dead: a message still reaches the first and the last of them.
	ada.Send(ada.General().ID, "1", "is anybody there?")
	for _, c := range []*testkit.RawConn{conns[0], conns[n-1]} {
		c.ExpectText(`"message.created"`)
	}
	for _, c := range conns {
		c.Abort()
	}
}

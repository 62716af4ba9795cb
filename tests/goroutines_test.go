package tests

import (
	"testing"

	"parley/tests/testkit"
)

func TestGoroutinesReturnToTheBaselineAfterDisconnects(t *testing.T) {
	t.Parallel()
	srv := testkit.Start(t)
	var people []*testkit.Client
	for i := range 10 {
		people = append(people, srv.SignUp(ids("user", i)))
	}
	people[0].Connect().Cut()
	baseline := srv.Goroutines()
	var open []*testkit.Socket
	for i := range 200 {
		open = append(open, people[i%len(people)].Connect())
	}
	if up := srv.Goroutines(); up < baseline+100 {
		t.Logf("200 sockets cost only %d goroutines", up-baseline)
	}
	for i, s := range open {
		if i%2 == 0 {
			s.Cut()
		} else {
			s.Bye()
		}
	}
	testkit.Eventually(t, "the goroutines of 200 sockets are gone", func() bool { return srv.Goroutines() <= baseline+10 })
}

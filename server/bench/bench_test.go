package bench

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

func good() Options {
	return Options{Connections: 10, Rooms: 2, Rate: 5, Duration: time.Second, Ramp: 100}
}

func TestOptionsOutOfBoundsAreRefusedInASentence(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*Options)
		says   string // "": it is fine
	}{
		{"the defaults of this test", func(*Options) {}, ""},
		{"no connections", func(o *Options) { o.Connections = 0 }, "--connections"},
		{"too many connections", func(o *Options) { o.Connections = MaxConnections + 1 }, "--connections"},
		{"more rooms than connections", func(o *Options) { o.Rooms = 11 }, "--rooms"},
		{"a rate that is no number", func(o *Options) { o.Rate = -1 }, "--rate"},
		{"no time", func(o *Options) { o.Duration = 0 }, "--duration"},
		{"an hour", func(o *Options) { o.Duration = time.Hour }, "--duration"},
		{"a ramp beyond the bound", func(o *Options) { o.Ramp = MaxConnections + 1 }, "--ramp"},
		{"loopback", func(o *Options) { o.Address = "127.0.0.1:8080" }, ""},
		{"loopback as a URL", func(o *Options) { o.Address = "http://localhost:8080/" }, ""},
		{"loopback of IPv6", func(o *Options) { o.Address = "http://[::1]:8080" }, ""},
		{"somebody else's", func(o *Options) { o.Address = "chat.example.org:80" }, "--yes-i-own-it"},
		{"a name that only begins like ours", func(o *Options) { o.Address = "localhost.example.org:80" }, "--yes-i-own-it"},
		{"one's own elsewhere", func(o *Options) { o.Address, o.Foreign = "chat.example.org:80", true }, ""},
		{"https", func(o *Options) { o.Address = "https://127.0.0.1:8443" }, "https"},
		{"no port", func(o *Options) { o.Address = "127.0.0.1" }, "host:port"},
	} {
		o := good()
		c.change(&o)
		err := o.Check()
		if (err == nil) != (c.says == "") || err != nil && !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want it to say %q", c.name, err, c.says)
		}
	}
}

func TestFramesAreTakenApartWhereverTheyWereCut(t *testing.T) {
	var stream []byte
	var want []string
	for _, n := range []int{0, 1, 125, 126, 70_000} {
		text := strings.Repeat("x", n)
		masked := maskedFrame(opText, []byte(text))
		head := 2
		if n > 125 {
			head = 4
		}
		if n > 1<<16 {
			head = 10
		}
		masked[1] &= 0x7f // as a server sends it: without the key
		stream = append(append(stream, masked[:head]...), text...)
		want = append(want, text)
	}
	for _, step := range []int{1, 7, 1000, len(stream)} {
		var got []string
		c := &client{}
		take := func(_ *client, payload []byte, _ time.Time) { got = append(got, string(payload)) }
		for rest := stream; len(rest) > 0; {
			n := min(step, len(rest))
			if !c.feed(bytes.Clone(rest[:n]), time.Time{}, take) {
				t.Fatal("a text frame ended the connection")
			}
			rest = rest[n:]
		}
		if strings.Join(got, "|") != strings.Join(want, "|") {
			t.Errorf("in steps of %d, %d frames come out, want %d", step, len(got), len(want))
		}
	}
}

func TestAMarkTellsWhenItWasSent(t *testing.T) {
	at, ok := marked([]byte(`{"text":"~T00000000000003e8 the quick brown"`))
	if !ok || at.UnixNano() != 1000 {
		t.Errorf("the mark is %v, %t", at, ok)
	}
	for _, text := range []string{"no mark", "~T", "~T0000000000000", "~TXXXXXXXXXXXXXXXX"} {
		if _, ok := marked([]byte(text)); ok {
			t.Errorf("%q has a mark", text)
		}
	}
	if n, ok := number([]byte(`{"type":"synced","room_id":"5","seq":4711}`), seqKey); !ok || n != 4711 {
		t.Errorf("the seq is %d, %t", n, ok)
	}
}

func TestTheSentenceSaysNoMoreThanWasMeasured(t *testing.T) {
	for _, c := range []struct {
		report Report
		says   string
	}{
		{Report{}, "was not measured"},
		{Report{Ramp: make([]Phase, 1)}, "fewer than 250 people"},
		{Report{Ramp: make([]Phase, 3), People: 3000}, "about 3000 people at p99 under 50 ms"},
		{Report{Ramp: make([]Phase, 3), People: 16000, Bound: "the ramp ended there"}, "at least 16000 people at p99 under 50 ms"},
	} {
		c.report.conclude()
		if !strings.Contains(c.report.Sentence, c.says) {
			t.Errorf("the sentence is %q, want %q in it", c.report.Sentence, c.says)
		}
	}
}

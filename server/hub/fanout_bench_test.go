package hub

import (
	"context"
	"strconv"
	"sync/atomic"
	"testing"

	"parley/server/wire"
)

// nothing is a sink that takes everything and keeps nothing: what is left is the hub's own work.
type nothing struct{ taken *atomic.Int64 }

func (n nothing) Write(frames []byte) bool    { n.taken.Add(int64(len(frames))); return true }
func (nothing) WriteEphemeral([]byte)         {}
func (nothing) NotifyDrained()                {}
func (nothing) Close(code int, reason string) {}

// BenchmarkFanOut is one message to a room: encode once, append to each member's queue. ns/delivery is what it costs
// for one member, apart from the system call.
func BenchmarkFanOut(b *testing.B) {
	for _, members := range []int{1, 20, 1000} {
		b.Run(strconv.Itoa(members), func(b *testing.B) {
			h := New(Options{})
			defer h.Close()
			var taken atomic.Int64
			for i := range members {
				s := h.Open(Identity{UserID: wire.ID(i + 1)}, lines{}, nothing{&taken})
				s.Start(context.Background(), nil, []Joined{{RoomID: 1}}, nil, true)
			}
			m := &wire.Message{ID: 7, RoomID: 1, Sender: wire.Person{ID: "1", Username: "ada"}, ClientID: "c-1", Text: "The quick brown fox jumps over the lazy dog."}
			r := h.room(1)
			b.ReportAllocs()
			b.ResetTimer()
			for i := range b.N {
				m.Seq, m.Num = int64(i+1), int64(i+1)
				r.fanOut([]*wire.Event{{Type: wire.MessageCreated, RoomID: 1, Seq: m.Seq, Message: m}})
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*members), "ns/delivery")
			if taken.Load() == 0 {
				b.Fatal("nothing was delivered")
			}
		})
	}
}

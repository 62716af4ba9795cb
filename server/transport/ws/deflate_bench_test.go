package ws

import (
	"fmt"
	"strings"
	"testing"
)

func BenchmarkFrameOfAnEvent(b *testing.B) {
	for _, words := range []int{8, 60} {
		json := []byte(`{"type":"message.created","room_id":"249872088410619904","seq":32,"message":{"id":"249872088410619905","room_id":"249872088410619904","seq":32,"num":31,"sender":{"id":"249871982944845824","username":"ada","display_name":"Ada Lovelace"},"client_id":"01h2xcejqtf2nbrexx3vqjhp41","text":"` +
			strings.Repeat("plain words of a chat ", words/5) + `","created_at":"2026-11-21T12:05:59.354Z"}}`)
		z := newDeflated()
		b.Run(fmt.Sprintf("plain/%d", len(json)), func(b *testing.B) {
			var out []byte
			for b.Loop() {
				out = plain{}.Append(out[:0], nil, json)
			}
			b.ReportMetric(float64(len(out)), "wire-B")
		})
		b.Run(fmt.Sprintf("deflated/%d", len(json)), func(b *testing.B) {
			var out []byte
			for b.Loop() {
				out = z.Append(out[:0], nil, json)
			}
			b.ReportMetric(float64(len(out)), "wire-B")
		})
	}
}

package bench

import (
	"fmt"
	"io"
	"strings"
)

// Text writes a report for people. The last line is the sentence.
func (r *Report) Text(w io.Writer) error {
	var b strings.Builder
	if p := r.Load; p != nil {
		p.text(&b)
	}
	if c := r.ComingBack; c != nil {
		fmt.Fprintf(&b, "reconnect    all %d cut and caught up again in %.2f s", c.Connections, c.Seconds)
		if c.ServerMicros > 0 {
			fmt.Fprintf(&b, ", %.0f us of server CPU each", c.ServerMicros)
		}
		b.WriteString("\n")
	}
	for i := range r.Ramp {
		p := &r.Ramp[i]
		fmt.Fprintf(&b, "ramp         %6d people  %8.0f deliveries/s  p99 %7.1f ms  server CPU %4.0f %%\n",
			p.Connections, p.DeliveriesPer, p.Delivery.P99, p.ServerCPU)
	}
	b.WriteString(r.Sentence + "\n")
	_, err := io.WriteString(w, b.String())
	return err
}

func (p *Phase) text(b *strings.Builder) {
	fmt.Fprintf(b, "load         %d connections in %d rooms for %.1f s\n", p.Connections, p.Rooms, p.Seconds)
	fmt.Fprintf(b, "messages     %d, %.0f/s, each on disk before its ack\n", p.Sent, p.SentPerSecond)
	fmt.Fprintf(b, "deliveries   %d, %.0f/s\n", p.Deliveries, p.DeliveriesPer)
	fmt.Fprintf(b, "ack          %s\n", p.Ack)
	fmt.Fprintf(b, "delivery     %s\n", p.Delivery)
	if p.ServerMiB > 0 {
		fmt.Fprintf(b, "server       %.0f %% of a core, %.2f us a delivery, %.0f MiB resident\n", p.ServerCPU, p.ServerMicros, p.ServerMiB)
	}
	fmt.Fprintf(b, "client       %.0f %% of a core\n", p.ClientCPU)
	if p.Refused > 0 || p.Missing > 0 || p.Cut > 0 {
		fmt.Fprintf(b, "NOT WELL     %d sends refused, %d deliveries missing, %d connections cut %s\n", p.Refused, p.Missing, p.Cut, p.FirstRefusal)
	}
	if p.Interrupted {
		b.WriteString("             interrupted: this is what there was until then\n")
	}
}

// String is the quantiles on a line.
func (l Latency) String() string {
	return fmt.Sprintf("p50 %.2f  p99 %.2f  p999 %.2f  max %.1f ms", l.P50, l.P99, l.P999, l.Max)
}

// Text writes what a seed took for people.
func (s *Seeded) Text(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, `filled       %d messages of %d people in %d rooms in %.0f s, %.0f/s, %.0f bytes each
open         %.0f ms to the first answer
history      %s (50 from a random place)
newest       %s (the last 50 of a room)
changes      %s (catching up on 100)
hello        %s (all rooms with their unread counts)
`, s.Messages, s.People, s.Rooms, s.Seconds, s.PerSecond, s.BytesPerRow, s.OpenMillis, s.History, s.HistoryNewest, s.Changes, s.Hello)
	for _, l := range s.Search {
		fmt.Fprintf(&b, "search       %s (%s)\n", l.Latency, l.Kind)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

package testkit

import (
	"strings"
	"sync"
)

// Printed keeps what a process prints; reading and writing may overlap.
type Printed struct {
	mu  sync.Mutex
	buf strings.Builder
}

func (p *Printed) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.buf.Write(b)
}

func (p *Printed) String() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.buf.String()
}

func (p *Printed) tail(lines int) string {
	all := strings.Split(strings.TrimRight(p.String(), "\n"), "\n")
	return strings.Join(all[max(0, len(all)-lines):], "\n")
}

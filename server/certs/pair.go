package certs

import (
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"
)

// lookAgain is how old a look at the files may be: a handshake costs a thousand times what a look does, but a flood of
// them should not become a flood of looks.
const lookAgain = time.Second

// pair is a certificate in two files.
type pair struct {
	cert, key string
	log       *slog.Logger

	mu     sync.Mutex
	shown  *tls.Certificate
	state  [2]stamp
	looked time.Time
}

// stamp tells one version of a file from another: tools that renew certificates replace the file or write it anew.
type stamp struct {
	modified time.Time
	size     int64
}

func (p *pair) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if time.Since(p.looked) > lookAgain && p.changed() {
		if err := p.load(); err != nil {
			p.log.Error("the new certificate cannot be used; the old one stays", "error", err)
		} else {
			p.log.Info("the certificate was read again")
		}
	}
	return p.shown, nil
}

func (p *pair) changed() bool {
	p.looked = time.Now()
	now, err := p.stamps()
	return err == nil && now != p.state
}

func (p *pair) stamps() (s [2]stamp, err error) {
	for i, name := range []string{p.cert, p.key} {
		info, statErr := os.Stat(name)
		if statErr != nil {
			err = errors.Join(err, statErr)
			continue
		}
		s[i] = stamp{info.ModTime(), info.Size()}
	}
	return s, err
}

// load reads the files. Their state is taken before they are read: what is written in between is read again later.
func (p *pair) load() error {
	state, err := p.stamps()
	if err != nil {
		return fmt.Errorf("reading the certificate: %w", err)
	}
	p.state, p.looked = state, time.Now()
	c, err := tls.LoadX509KeyPair(p.cert, p.key)
	if err != nil {
		return fmt.Errorf("reading the certificate: %w", err)
	}
	p.shown = &c
	return nil
}

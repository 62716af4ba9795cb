package auth

import (
	"context"
	"sync"
	"time"

	"parley/models"
	"parley/server/limits"
)

const (
	// pendingLife is how long a sign-in waits for its second step.
	pendingLife = 5 * time.Minute
	// pendingTries is how many wrong codes one such sign-in bears.
	pendingTries = 5
	maxPending   = 10_000
)

// pendings are the sign-ins that have shown a password and wait for a code. They are kept in memory alone: nothing that
// looks for sessions can take one for a session, and a restart costs a person one more password.
type pendings struct {
	mu   sync.Mutex
	held *limits.Recent[string, pending] // by the hash of what the browser holds
}

type pending struct {
	user  *models.User // as it was when the password was right
	until time.Time
	tries int
}

func newPendings() *pendings {
	return &pendings{held: limits.NewRecent[string, pending](pendingLife, maxPending)}
}

// LoginByForm is Login for a browser that asks for the code on a second page: where one is needed, ticket is what
// FinishLogin takes, within five minutes, and nobody is signed in.
func (s *Service) LoginByForm(ctx context.Context, login, password string, from Client) (id Identity, token, ticket string, err error) {
	v, err := s.verifyLogin(ctx, login, password, from)
	if err != nil {
		return Identity{}, "", "", err
	}
	if v.factor == nil {
		id, token, err = s.begin(ctx, v, nil, from)
		return id, token, "", err
	}
	if ticket, err = newSecret(s.opts.Rand); err != nil {
		return Identity{}, "", "", err
	}
	now := s.opts.Now()
	s.pendings.mu.Lock()
	defer s.pendings.mu.Unlock()
	s.pendings.held.Put(now, string(hashSecret(ticket)), pending{user: v.user, until: now.Add(pendingLife)})
	return Identity{}, "", ticket, nil
}

// FinishLogin is the second step: the ticket of the first, and a code. CodeNotSignedIn: the ticket is over, begin anew.
func (s *Service) FinishLogin(ctx context.Context, ticket, code string, from Client) (Identity, string, error) {
	if err := s.throttle.signIn(from.IP); err != nil {
		return Identity{}, "", err
	}
	p, err := s.pendings.take(s.opts.Now(), ticket)
	if err != nil {
		return Identity{}, "", err
	}
	f, err := factorOf(s.store.Read(ctx), p.user.ID)
	if err != nil {
		return Identity{}, "", err
	}
	v := verified{user: p.user, factor: f, pair: pairOf(p.user, "", from)}
	var shown proof
	if f != nil { // else it was taken away in between: the password is enough
		if shown, err = s.prove(f, code); err != nil {
			s.noteRefused(ctx, models.AuditSignInRefused, p.user, from.IP)
			return Identity{}, "", err
		}
	}
	id, token, err := s.begin(ctx, v, shown, from)
	if err == nil {
		s.pendings.drop(ticket)
	}
	return id, token, err
}

// take counts one try of a ticket.
func (p *pendings) take(now time.Time, ticket string) (pending, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	key := string(hashSecret(ticket))
	held, ok := p.held.Get(now, key)
	if !ok || len(ticket) != secretLen || !now.Before(held.until) || held.tries >= pendingTries {
		p.held.Delete(key)
		return pending{}, errNotSignedIn()
	}
	held.tries++
	p.held.Put(now, key, held)
	return held, nil
}

func (p *pendings) drop(ticket string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.held.Delete(string(hashSecret(ticket)))
}

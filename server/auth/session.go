package auth

import (
	"context"
	"slices"
	"time"
	"unicode/utf8"

	"parley/models"
	"parley/server/store"
	"parley/server/wire"
)

const (
	idleEnd     = 14 * 24 * time.Hour // a session that nobody uses for so long is over
	absoluteEnd = 30 * 24 * time.Hour // and every session after so long
	touchEvery  = time.Minute         // how fine `seen_at` and `last_used_at` are

	maxUserAgent = 255 // bytes kept of a User-Agent
)

// SessionLife is how long a cookie can be of use: the absolute end of a session.
const SessionLife = absoluteEnd

func errNotSignedIn() error {
	return models.NewError(models.CodeNotSignedIn, "Sign in first.")
}

// newSession returns the session to be and its token.
func (s *Service) newSession(u *models.User, from Client) (*models.Session, string, error) {
	token, err := newSecret(s.opts.Rand)
	if err != nil {
		return nil, "", err
	}
	now := s.now()
	return &models.Session{
		ID: s.store.NewID(), TokenHash: hashSecret(token), UserID: u.ID, SessionEpoch: u.SessionEpoch,
		CreatedAt: now, SeenAt: now, ExpiresAt: now + models.Millis(absoluteEnd.Milliseconds()),
		UserAgent: shorten(from.UserAgent, maxUserAgent), IP: from.IP,
	}, token, nil
}

// shorten cuts text to at most limit bytes of UTF-8, at a character's edge.
func shorten(text string, limit int) string {
	text = string([]rune(text)) // bytes that are not UTF-8 become U+FFFD
	for len(text) > limit {
		_, size := utf8.DecodeLastRuneInString(text)
		text = text[:len(text)-size]
	}
	return text
}

// Session returns who the cookie's token belongs to, or CodeNotSignedIn. It asks the database each time, so that a
// session that has ended is refused from the very next request on.
func (s *Service) Session(ctx context.Context, token string) (Identity, error) {
	if len(token) != secretLen {
		return Identity{}, errNotSignedIn()
	}
	asOf := s.live.n.Load()
	found, err := s.store.Read(ctx).SessionByHash(hashSecret(token))
	if models.IsCode(err, models.CodeNotFound) {
		return Identity{}, errNotSignedIn()
	}
	if err != nil {
		return Identity{}, err
	}
	now := s.now()
	if !sessionGood(found, now) {
		return Identity{}, errNotSignedIn()
	}
	id := Identity{User: &found.User, SessionID: found.Session.ID, AsOf: asOf}
	if s.touchDue(id.SessionID, found.Session.SeenAt) {
		s.throttle.seen(pairOf(&found.User, "", Client{IP: found.Session.IP}))
		s.touch(ctx, func(t *store.Tx) error { return t.TouchSession(id.SessionID, now) })
	}
	return id, nil
}

// sessionGood is the one rule for when a session with a row is still one.
func sessionGood(f *store.SignedIn, now models.Millis) bool {
	return f.User.DisabledAt == 0 && f.Session.SessionEpoch >= f.User.SessionEpoch && now < f.Session.ExpiresAt &&
		now-f.Session.SeenAt < models.Millis(idleEnd.Milliseconds())
}

// touchDue reports, at most once a minute for one credential, that its last use is to be written.
func (s *Service) touchDue(credential models.ID, last models.Millis) bool {
	if s.now()-last < models.Millis(touchEvery.Milliseconds()) {
		return false
	}
	ok, _ := s.touched.Allow(credential)
	return ok
}

// touch writes beside the request. What is refused because the store is busy is made good a minute later.
func (s *Service) touch(ctx context.Context, write func(*store.Tx) error) {
	log := s.opts.Log
	failed := func(err error) {
		if err != nil {
			log.WarnContext(ctx, "the last use of a credential was not written", "error", err)
		}
	}
	if err := s.store.Submit(write, failed); err != nil {
		failed(err)
	}
}

// Logout ends the session of the identity; a token it leaves alone. Its connections close once that is on disk.
func (s *Service) Logout(ctx context.Context, who Identity) error {
	if who.SessionID == 0 {
		return nil
	}
	err := s.endSession(ctx, who, who.SessionID, models.AuditSignOut)
	if models.IsCode(err, models.CodeNotFound) {
		return nil // it has ended already, which is what was wanted
	}
	return err
}

// EndSession ends one session of the caller's account, on whatever device, or returns CodeNotFound.
func (s *Service) EndSession(ctx context.Context, who Identity, id models.ID) error {
	if err := bySession(who); err != nil {
		return err
	}
	return s.endSession(ctx, who, id, models.AuditSessionRevoked)
}

func (s *Service) endSession(ctx context.Context, who Identity, id models.ID, action models.AuditAction) error {
	return s.store.Write(ctx, func(t *store.Tx) error {
		if err := t.DeleteSession(who.User.ID, id); err != nil {
			return err
		}
		t.AfterCommit(func() { s.live.EndSession(id) })
		return t.Audit(models.AuditEntry{ActorID: who.User.ID, Action: action, Target: id.String()})
	})
}

// EndOtherSessions ends every session of the caller's account but the caller's own.
func (s *Service) EndOtherSessions(ctx context.Context, who Identity) error {
	if err := bySession(who); err != nil {
		return err
	}
	return s.store.Write(ctx, func(t *store.Tx) error {
		ended, err := t.DeleteSessionsOf(who.User.ID, who.SessionID)
		if err != nil {
			return err
		}
		t.AfterCommit(func() {
			for _, id := range ended { // the connections of tokens stay
				s.live.EndSession(id)
			}
		})
		return t.Audit(models.AuditEntry{ActorID: who.User.ID, Action: models.AuditSessionsEnded, Target: who.User.ID.String()})
	})
}

// Sessions lists the caller's sessions, the last used first.
func (s *Service) Sessions(ctx context.Context, who Identity) ([]wire.Session, error) {
	found, err := s.store.Read(ctx).SessionsOf(who.User.ID)
	if err != nil {
		return nil, err
	}
	now := s.now()
	list := make([]wire.Session, 0, len(found))
	for i := range found {
		if x := &found[i].Session; sessionGood(&found[i], now) {
			list = append(list, wire.Session{
				ID: x.ID.String(), Current: x.ID == who.SessionID, UserAgent: x.UserAgent, IP: x.IP,
				CreatedAt: wire.Time(x.CreatedAt), LastSeenAt: wire.Time(x.SeenAt),
			})
		}
	}
	return list, nil
}

// StillValid returns those of the credentials, sessions and tokens alike, that have ended: for the look at open
// connections every so often, which catches what ended without a word, by age for one.
func (s *Service) StillValid(ctx context.Context, credentials []models.ID) (gone []models.ID, err error) {
	for chunk := range slices.Chunk(credentials, 500) {
		good, err := s.good(ctx, chunk)
		if err != nil {
			return nil, err
		}
		for _, id := range chunk {
			if !good[id] {
				gone = append(gone, id)
			}
		}
	}
	return gone, nil
}

func (s *Service) good(ctx context.Context, ids []models.ID) (map[models.ID]bool, error) {
	q, now := s.store.Read(ctx), s.now()
	good := make(map[models.ID]bool, len(ids))
	sessions, err := q.SessionsByID(ids)
	if err != nil {
		return nil, err
	}
	for i := range sessions {
		good[sessions[i].Session.ID] = sessionGood(&sessions[i], now)
	}
	others := slices.DeleteFunc(slices.Clone(ids), func(id models.ID) bool { _, known := good[id]; return known })
	if len(others) == 0 {
		return good, nil
	}
	tokens, err := q.TokensByID(others)
	if err != nil {
		return nil, err
	}
	for i := range tokens {
		good[tokens[i].Token.ID] = tokenGood(&tokens[i], now)
	}
	return good, nil
}

package auth

import (
	"context"
	"strings"

	"parley/models"
	"parley/server/store"
	"parley/server/wire"
)

// maxTokens bounds what one account can fill the table with.
const maxTokens = 100

// Bearer returns who an API token speaks for, or CodeNotSignedIn.
func (s *Service) Bearer(ctx context.Context, token string) (Identity, error) {
	secret, ok := strings.CutPrefix(token, TokenPrefix)
	if !ok || len(secret) != secretLen {
		return Identity{}, errBadToken()
	}
	asOf := s.live.n.Load()
	found, err := s.store.Read(ctx).TokenByHash(hashSecret(token))
	if models.IsCode(err, models.CodeNotFound) {
		return Identity{}, errBadToken()
	}
	if err != nil {
		return Identity{}, err
	}
	now := s.now()
	if !tokenGood(found, now) {
		return Identity{}, errBadToken()
	}
	id := Identity{User: &found.User, TokenID: found.Token.ID, Scopes: parseScopes(found.Token.Scopes), AsOf: asOf}
	id.User = narrowed(id.User, id)
	if s.touchDue(id.TokenID, found.Token.LastUsedAt) {
		s.touch(ctx, func(t *store.Tx) error { return t.TouchToken(id.TokenID, now) })
	}
	return id, nil
}

func errBadToken() error {
	return models.NewError(models.CodeNotSignedIn, "This token is not valid, or not any more.")
}

func tokenGood(f *store.SignedIn, now models.Millis) bool {
	return f.User.DisabledAt == 0 && (f.Token.ExpiresAt == 0 || now < f.Token.ExpiresAt)
}

// NewToken is a token to be made. No scopes: all that the account may do. Expires 0: never.
type NewToken struct {
	Name    string
	Scopes  []Scope
	Expires models.Millis
}

// CreateToken makes an API token for the caller's account. The answer is the only one that ever holds the token itself.
func (s *Service) CreateToken(ctx context.Context, who Identity, n NewToken) (wire.Token, error) {
	if err := bySession(who); err != nil {
		return wire.Token{}, err
	}
	a, token, err := s.newToken(who.User.ID, n)
	if err != nil {
		return wire.Token{}, err
	}
	err = s.store.Write(ctx, func(t *store.Tx) error {
		n, err := t.CountTokensOf(who.User.ID)
		if err != nil {
			return err
		}
		if n >= maxTokens {
			return models.NewError(models.CodeConflict, "An account has at most 100 tokens: delete one first.")
		}
		if err := t.InsertToken(a); err != nil {
			return err
		}
		return t.Audit(models.AuditEntry{ActorID: who.User.ID, Action: models.AuditTokenMade, Target: a.ID.String(), Detail: models.AuditDetail("name", a.Name)})
	})
	if err != nil {
		return wire.Token{}, err
	}
	return shownOnce(a, token), nil
}

// newToken returns the token to be, and what its owner is shown once.
func (s *Service) newToken(user models.ID, n NewToken) (*models.APIToken, string, error) {
	if err := models.CheckTokenName(n.Name); err != nil {
		return nil, "", err
	}
	scopes, err := checkScopes(n.Scopes)
	if err != nil {
		return nil, "", err
	}
	now := s.now()
	if n.Expires != 0 && n.Expires <= now {
		return nil, "", models.Invalid("expires_at", "range", "A token cannot end in the past.")
	}
	secret, err := newSecret(s.opts.Rand)
	if err != nil {
		return nil, "", err
	}
	token := TokenPrefix + secret
	return &models.APIToken{
		ID: s.store.NewID(), TokenHash: hashSecret(token), UserID: user, Name: n.Name, Scopes: scopes, CreatedAt: now, ExpiresAt: n.Expires,
	}, token, nil
}

// Tokens lists the caller's API tokens, the newest first, without the tokens themselves.
func (s *Service) Tokens(ctx context.Context, who Identity) ([]wire.Token, error) {
	found, err := s.store.Read(ctx).TokensOf(who.User.ID)
	if err != nil {
		return nil, err
	}
	list := make([]wire.Token, 0, len(found))
	for i := range found {
		list = append(list, wireToken(&found[i]))
	}
	return list, nil
}

// DeleteToken ends an API token of the caller's account and closes what it opened, or returns CodeNotFound.
func (s *Service) DeleteToken(ctx context.Context, who Identity, id models.ID) error {
	if err := bySession(who); err != nil {
		return err
	}
	return s.store.Write(ctx, func(t *store.Tx) error {
		if err := t.DeleteToken(who.User.ID, id); err != nil {
			return err
		}
		t.AfterCommit(func() { s.live.EndSession(id) })
		return t.Audit(models.AuditEntry{ActorID: who.User.ID, Action: models.AuditTokenDeleted, Target: id.String()})
	})
}

// shownOnce is a token in the one answer that holds the token itself.
func shownOnce(a *models.APIToken, token string) wire.Token {
	w := wireToken(a)
	w.Token = token
	return w
}

func wireToken(a *models.APIToken) wire.Token {
	w := wire.Token{
		ID: a.ID.String(), Name: a.Name, Scopes: strings.Fields(a.Scopes), CreatedAt: wire.Time(a.CreatedAt),
		LastUsedAt: wire.Time(a.LastUsedAt), ExpiresAt: wire.Time(a.ExpiresAt),
	}
	if len(w.Scopes) == 0 {
		for _, scope := range Scopes() {
			w.Scopes = append(w.Scopes, string(scope))
		}
	}
	return w
}

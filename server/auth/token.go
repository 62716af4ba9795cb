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
	id := Identity{User: &found.User, TokenID: found.Token.ID}
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

// CreateToken makes an API token for the caller's account. The answer is the only one that ever holds the token itself.
func (s *Service) CreateToken(ctx context.Context, who Identity, name string) (wire.Token, error) {
	if err := models.CheckTokenName(name); err != nil {
		return wire.Token{}, err
	}
	secret, err := newSecret(s.opts.Rand)
	if err != nil {
		return wire.Token{}, err
	}
	token := TokenPrefix + secret
	a := &models.APIToken{ID: s.store.NewID(), TokenHash: hashSecret(token), UserID: who.User.ID, Name: name, CreatedAt: s.now()}
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
		return t.Audit(models.AuditEntry{ActorID: who.User.ID, Action: models.AuditTokenMade, Target: a.ID.String(), Detail: models.AuditDetail("name", name)})
	})
	if err != nil {
		return wire.Token{}, err
	}
	w := wireToken(a)
	w.Token = token
	return w, nil
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
	return s.store.Write(ctx, func(t *store.Tx) error {
		if err := t.DeleteToken(who.User.ID, id); err != nil {
			return err
		}
		t.AfterCommit(func() { s.live.EndSession(id) })
		return t.Audit(models.AuditEntry{ActorID: who.User.ID, Action: models.AuditTokenDeleted, Target: id.String()})
	})
}

func wireToken(a *models.APIToken) wire.Token {
	return wire.Token{ID: a.ID.String(), Name: a.Name, CreatedAt: wire.Time(a.CreatedAt), LastUsedAt: wire.Time(a.LastUsedAt)}
}

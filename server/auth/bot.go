package auth

import (
	"context"
	"strings"

	"parley/models"
	"parley/server/store"
	"parley/server/wire"
)

// CreateBot makes an account that only tokens speak for, in the rooms that are named and no other, and its first token.
// Owners and admins may.
func (s *Service) CreateBot(ctx context.Context, who Identity, username, displayName string, rooms []models.ID) (wire.User, wire.Token, error) {
	var f fields
	f.check(models.CheckUsername(username))
	f.check(models.CheckDisplayName(displayName))
	if len(rooms) > maxInviteRooms {
		f.check(models.Invalid("room_ids", "length", "A bot begins in at most 50 rooms."))
	}
	if err := f.err(); err != nil {
		return wire.User{}, wire.Token{}, err
	}
	u := &models.User{
		ID: s.store.NewID(), Username: username, NameKey: models.FoldKey(username), DisplayName: strings.TrimSpace(displayName),
		Role: models.RoleBot, CreatedAt: s.now(),
	}
	a, token, err := s.newToken(u.ID, NewToken{Name: "bot"})
	if err != nil {
		return wire.User{}, wire.Token{}, err
	}
	err = s.store.Write(ctx, func(t *store.Tx) error {
		by, err := t.User(who.User.ID)
		if err != nil {
			return err
		}
		by = narrowed(by, who)
		if !by.Governs() || by.DisabledAt != 0 {
			return models.Forbidden("Bots are made by administrators.")
		}
		if err := s.rooms.MayInvite(t, by, rooms); err != nil {
			return err
		}
		if err := s.addUser(t, u, rooms); err != nil {
			return err
		}
		if err := t.InsertToken(a); err != nil {
			return err
		}
		return t.Audit(models.AuditEntry{ActorID: by.ID, Action: models.AuditAccountMade, Target: u.ID.String(), Detail: models.AuditDetail("role", string(u.Role))})
	})
	if err != nil {
		return wire.User{}, wire.Token{}, err
	}
	return wire.NewUser(u, true), shownOnce(a, token), nil
}

// RenewBotToken gives a bot a new token and ends those that it had, with all that they opened.
func (s *Service) RenewBotToken(ctx context.Context, who Identity, bot models.ID) (wire.Token, error) {
	a, token, err := s.newToken(bot, NewToken{Name: "bot"})
	if err != nil {
		return wire.Token{}, err
	}
	err = s.store.Write(ctx, func(t *store.Tx) error {
		u, err := s.governed(t, who, bot)
		if err != nil {
			return err
		}
		if u.Role != models.RoleBot {
			return models.Forbidden("People make their tokens themselves.")
		}
		if err := t.DeleteTokensOf(bot); err != nil {
			return err
		}
		if err := t.InsertToken(a); err != nil {
			return err
		}
		t.AfterCommit(func() { s.live.EndUser(bot, 0) })
		return t.Audit(models.AuditEntry{ActorID: who.User.ID, Action: models.AuditTokenMade, Target: a.ID.String(), Detail: models.AuditDetail("bot", u.Username)})
	})
	if err != nil {
		return wire.Token{}, err
	}
	return shownOnce(a, token), nil
}

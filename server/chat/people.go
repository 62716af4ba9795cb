package chat

import (
	"context"
	"strings"
	"sync"
	"time"

	"parley/models"
	"parley/server/store"
	"parley/server/wire"
)

const (
	// peopleKept bounds how many accounts are remembered; at some 300 bytes each that is a few megabytes.
	peopleKept = 20000
	// peopleFresh is how long an account is believed before it is read again: changes made here are seen at once, those
	// made by another process (an admin command) after this long.
	peopleFresh = time.Minute
)

// people remembers who the senders are, so that a page of history costs no join. What it holds must not be changed.
type people struct {
	mu      sync.RWMutex
	byID    map[models.ID]known
	changes uint64 // accounts forgotten so far: what was read before one of them may be stale
}

type known struct {
	user *models.User
	at   time.Time
}

func newPeople() *people { return &people{byID: map[models.ID]known{}} }

// fresh returns an account that is in memory, or nil.
func (p *people) fresh(id models.ID) *models.User {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.at(id, time.Now())
}

// at returns an account that is in memory and may still be believed, or nil. The lock is held.
func (p *people) at(id models.ID, now time.Time) *models.User {
	if k, ok := p.byID[id]; ok && now.Sub(k.at) < peopleFresh {
		return k.user
	}
	return nil
}

// get returns those of the ids that exist.
func (p *people) get(q *store.Queries, ids ...models.ID) (map[models.ID]*models.User, error) {
	found := make(map[models.ID]*models.User, len(ids))
	var missing []models.ID
	now := time.Now()
	p.mu.RLock()
	for _, id := range ids {
		if u := p.at(id, now); u != nil {
			found[id] = u
		} else {
			missing = append(missing, id)
		}
	}
	changes := p.changes
	p.mu.RUnlock()
	if len(missing) == 0 {
		return found, nil
	}
	users, err := q.People(missing)
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.byID)+len(users) > peopleKept {
		clear(p.byID)
	}
	for i := range users {
		u := &users[i]
		found[u.ID] = u
		if changes == p.changes { // else it may be how the account was before
			p.byID[u.ID] = known{u, now}
		}
	}
	return found, nil
}

// forget makes the next reader look an account up again.
func (p *people) forget(id models.ID) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.changes++
	delete(p.byID, id)
}

// Forget must be called after the commit of any change to an account that was not made here.
func (s *Service) Forget(user models.ID) { s.people.forget(user) }

// Users returns accounts by username, those whose name contains q, limit (1 to 200) at a time; cursor is the
// next_cursor of the page before. Guests and bots find those who are in a room with them.
func (s *Service) Users(ctx context.Context, by *models.User, q string, limit int, cursor string) (wire.Users, error) {
	limit, q = pageSize(limit), strings.TrimSpace(q)
	db := s.store.Read(ctx)
	found, err := []models.User(nil), error(nil)
	if confined(by) {
		found, err = db.FindPeopleNear(by.ID, q, cursor, limit+1)
	} else {
		found, err = db.FindPeople(q, cursor, limit+1)
	}
	if err != nil {
		return wire.Users{}, err
	}
	page := wire.Users{Users: make([]wire.User, 0, len(found))}
	if len(found) > limit {
		found = found[:limit]
		page.NextCursor = models.FoldKey(found[limit-1].Username)
	}
	for i := range found {
		page.Users = append(page.Users, wire.NewUser(&found[i], false))
	}
	return page, nil
}

// User returns one account; the e-mail address is there only for its owner and admins. Guests and bots know only those
// who are in a room with them.
func (s *Service) User(ctx context.Context, by *models.User, id models.ID) (wire.User, error) {
	if id == by.ID || by.Governs() {
		u, err := s.store.Read(ctx).User(id)
		if err != nil {
			return wire.User{}, err
		}
		return wire.NewUser(u, true), nil
	}
	u, err := s.person(ctx, id)
	if err != nil {
		return wire.User{}, err
	}
	if confined(by) {
		near, err := s.store.Read(ctx).ShareRoom(by.ID, id)
		if err != nil {
			return wire.User{}, err
		}
		if !near {
			return wire.User{}, models.NotFound("There is no such account.")
		}
	}
	return wire.NewUser(u, false), nil
}

// ProfilePatch holds what of one's own account is to change; nil leaves a field as it is. An empty e-mail takes the
// address away.
type ProfilePatch struct {
	DisplayName, Email, Status *string
	Hue                        *int
}

// Profile changes the caller's own account.
func (s *Service) Profile(ctx context.Context, by *models.User, p ProfilePatch) (wire.User, error) {
	if err := p.check(); err != nil {
		return wire.User{}, err
	}
	var after *models.User
	err := s.store.Write(ctx, func(t *store.Tx) error {
		u, err := t.User(by.ID)
		if err != nil {
			return err
		}
		p.apply(u)
		after = u
		t.AfterCommit(func() { s.people.forget(u.ID) })
		return t.SaveProfile(u)
	})
	if err != nil {
		return wire.User{}, err
	}
	return wire.NewUser(after, true), nil
}

func (p *ProfilePatch) check() error {
	if p.DisplayName != nil {
		if err := models.CheckDisplayName(*p.DisplayName); err != nil {
			return err
		}
	}
	if p.Hue != nil {
		if err := models.CheckHue(*p.Hue); err != nil {
			return err
		}
	}
	if p.Status != nil {
		if err := models.CheckStatus(*p.Status); err != nil {
			return err
		}
	}
	if p.Email != nil && *p.Email != "" {
		return models.CheckEmail(*p.Email)
	}
	return nil
}

func (p *ProfilePatch) apply(u *models.User) {
	if p.DisplayName != nil {
		u.DisplayName = strings.TrimSpace(*p.DisplayName)
	}
	if p.Hue != nil {
		u.Hue = *p.Hue
	}
	if p.Status != nil {
		u.Status = strings.TrimSpace(*p.Status)
	}
	switch {
	case p.Email == nil:
	case *p.Email == "":
		u.Email, u.EmailKey = nil, nil
	default:
		key := models.FoldKey(*p.Email)
		u.Email, u.EmailKey = p.Email, &key
	}
}

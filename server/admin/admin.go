// Package admin answers what administrators ask about the whole server: its figures, its accounts, its audit log. It
// only reads. What they change belongs to the packages whose rules it is: accounts to auth, rooms to chat.
package admin

import (
	"context"
	"strings"
	"sync"
	"time"

	"parley/models"
	"parley/server/store"
)

// searchSizeFresh is how long the size of the search index, which costs a walk over it, is believed.
const searchSizeFresh = 10 * time.Minute

// Service answers. It is safe for concurrent use.
type Service struct {
	store *store.Store
	now   func() time.Time

	mu         sync.Mutex
	searchSize int64
	measured   time.Time
}

// New returns the service.
func New(st *store.Store) *Service { return &Service{store: st, now: time.Now} }

// Overview are the figures of the server.
type Overview struct {
	Sizes    store.Sizes
	People   store.PeopleFigures
	Rooms    map[models.RoomKind]int64 // not archived
	Messages int64                     // top-level, ever sent
	Queued   int                       // writes that wait
}

func forbidden() error { return models.Forbidden("Only administrators may do this.") }

// Overview counts.
func (s *Service) Overview(ctx context.Context, by *models.User) (o Overview, err error) {
	if !by.Governs() {
		return o, forbidden()
	}
	if o.Sizes, err = s.store.FileSizes(); err != nil {
		return o, err
	}
	o.Queued = s.store.Queued()
	err = s.store.Snapshot(ctx, func(q *store.Queries) error {
		if o.People, err = q.CountPeople(); err != nil {
			return err
		}
		if o.Rooms, err = q.CountRooms(); err != nil {
			return err
		}
		if o.Messages, err = q.CountMessages(); err != nil {
			return err
		}
		o.Sizes.Search, err = s.sizeOfSearch(q)
		return err
	})
	return o, err
}

func (s *Service) sizeOfSearch(q *store.Queries) (int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if now := s.now(); now.Sub(s.measured) >= searchSizeFresh {
		size, err := q.SearchSize()
		if err != nil {
			return 0, err
		}
		s.searchSize, s.measured = size, now
	}
	return s.searchSize, nil
}

// People returns accounts by username, those that are switched off too, whose username, display name or e-mail address
// contains q; next is the cursor of what follows, "" at the end.
func (s *Service) People(ctx context.Context, by *models.User, q, cursor string, limit int) (people []models.User, next string, err error) {
	if !by.Governs() {
		return nil, "", forbidden()
	}
	people, err = s.store.Read(ctx).FindAccounts(strings.TrimSpace(q), cursor, limit+1)
	if len(people) > limit {
		people = people[:limit]
		next = models.FoldKey(people[limit-1].Username)
	}
	return people, next, err
}

// Person returns one account with its e-mail address.
func (s *Service) Person(ctx context.Context, by *models.User, id models.ID) (*models.User, error) {
	if !by.Governs() {
		return nil, forbidden()
	}
	return s.store.Read(ctx).User(id)
}

package auth

import (
	"context"
	"sync/atomic"

	"parley/models"
)

// endings counts what Live is told, so that whoever looked a sign-in up can tell that none has ended since without asking
// the database again: 7 % of a reconnect, when thousands come at once.
type endings struct {
	Live
	n atomic.Uint64
}

// The count rises before connections are closed and after the end is on disk. So whoever finds the count as it was before
// he looked a sign-in up, and is known to Live by then, was right to find it good, or is found by the closing.

func (e *endings) EndSession(credential models.ID) {
	e.n.Add(1)
	e.Live.EndSession(credential)
}

func (e *endings) EndUser(user, spared models.ID) {
	e.n.Add(1)
	e.Live.EndUser(user, spared)
}

// StillStands reports whether nobody has ended a credential that was good when there had been asOf endings. Ask it once
// Live knows of the connection. An end by age in between is found with those of open connections.
func (s *Service) StillStands(ctx context.Context, credential models.ID, asOf uint64) (bool, error) {
	if s.live.n.Load() == asOf {
		return true, nil
	}
	gone, err := s.StillValid(ctx, []models.ID{credential})
	return len(gone) == 0, err
}

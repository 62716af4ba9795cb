package admin

import (
	"context"
	"encoding/json"

	"parley/models"
	"parley/server/store"
)

// Line is a line of the audit log with the names of whom it speaks of, as they are today.
type Line struct {
	models.AuditEntry
	Actor  string // username, "" where nobody was signed in
	Target string // username or open room's name, else the id, "" where there is none
	Detail map[string]string
}

// Audit returns up to limit lines that fit the filter, newest first.
func (s *Service) Audit(ctx context.Context, by *models.User, f store.AuditFilter, limit int) ([]Line, error) {
	if !by.Governs() {
		return nil, forbidden()
	}
	var lines []Line
	err := s.store.Snapshot(ctx, func(q *store.Queries) error {
		entries, err := q.AuditLog(f, limit)
		if err != nil {
			return err
		}
		lines, err = named(q, entries)
		return err
	})
	return lines, err
}

// ActorNamed returns the id of the account with this username, 0 where there is none.
func (s *Service) ActorNamed(ctx context.Context, username string) (models.ID, error) {
	found, err := s.store.Read(ctx).PeopleByName([]string{models.FoldKey(username)})
	if err != nil || len(found) == 0 {
		return 0, err
	}
	return found[0].ID, nil
}

// Exported writes down that the caller took the log away.
func (s *Service) Exported(ctx context.Context, by *models.User) error {
	if !by.Governs() {
		return forbidden()
	}
	return s.store.Write(ctx, func(t *store.Tx) error {
		return t.Audit(models.AuditEntry{ActorID: by.ID, Action: models.AuditExported})
	})
}

// Verify computes the log's chain anew.
func (s *Service) Verify(ctx context.Context, by *models.User) (r store.AuditReport, err error) {
	if !by.Governs() {
		return r, forbidden()
	}
	err = s.store.Snapshot(ctx, func(q *store.Queries) error {
		r, err = q.VerifyAudit()
		return err
	})
	return r, err
}

// named looks the ids of the lines up, all at once. An id is of an account or of a room: they are drawn from one maker.
func named(q *store.Queries, entries []models.AuditEntry) ([]Line, error) {
	lines := make([]Line, len(entries))
	ids := map[models.ID]bool{}
	see := func(text string) {
		if id, err := models.ParseID(text); err == nil {
			ids[id] = true
		}
	}
	for i, e := range entries {
		lines[i] = Line{AuditEntry: e, Target: e.Target}
		ids[e.ActorID] = true
		see(e.Target)
		if e.Detail != "" && json.Unmarshal([]byte(e.Detail), &lines[i].Detail) != nil {
			lines[i].Detail = map[string]string{"detail": e.Detail} // as lines were before the chain
		}
		for _, v := range lines[i].Detail {
			see(v)
		}
	}
	names, err := namesOf(q, ids)
	if err != nil {
		return nil, err
	}
	for i := range lines {
		l := &lines[i]
		l.Actor = names[l.ActorID.String()]
		if name := names[l.Target]; name != "" {
			l.Target = name
		}
		for k, v := range l.Detail {
			if name := names[v]; name != "" {
				l.Detail[k] = name
			}
		}
	}
	return lines, nil
}

// namesOf returns the usernames and the open rooms' names behind ids, by their decimal form.
func namesOf(q *store.Queries, ids map[models.ID]bool) (map[string]string, error) {
	list := make([]models.ID, 0, len(ids))
	for id := range ids {
		list = append(list, id)
	}
	names := map[string]string{}
	people, err := q.People(list)
	if err != nil {
		return nil, err
	}
	for i := range people {
		names[people[i].ID.String()] = "@" + people[i].Username
	}
	rooms, err := q.RoomNames(list)
	for i := range rooms {
		names[rooms[i].ID.String()] = "#" + rooms[i].Name
	}
	return names, err
}

// Filter says which lines of the audit log are asked for.
type Filter = store.AuditFilter

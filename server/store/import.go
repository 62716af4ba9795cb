package store

import (
	"fmt"
	"strings"

	"parley/models"
)

// importRows is how many rows one statement of an import holds: beyond some 30 the time a row takes no longer falls.
const importRows = 32

var (
	importMessages = `INSERT INTO messages (` + newColumns + `) VALUES ` + repeated(newRow)
	importSearch   = `INSERT INTO search_rows (docid, body) VALUES ` + repeated(`(?, ?)`)
)

func repeated(row string) string { return strings.Repeat(row+", ", importRows-1) + row }

// ImportMessages stores many new messages with their search rows, several in one statement. bodies[i] is the search row
// of ms[i], empty for none. Unlike InsertMessage it takes a client_id that is in use for an error.
func (t *Tx) ImportMessages(ms []models.Message, bodies []string) error {
	for len(ms) >= importRows {
		if err := t.importSome(ms[:importRows], bodies[:importRows]); err != nil {
			return err
		}
		ms, bodies = ms[importRows:], bodies[importRows:]
	}
	for i := range ms {
		inserted, err := t.InsertMessage(&ms[i], bodies[i])
		if err == nil && !inserted {
			err = models.NewError(models.CodeClientIDReused, "This client_id was used for another message.")
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (t *Tx) importSome(ms []models.Message, bodies []string) error {
	rows := make([]any, 0, importRows*len(newValues(&ms[0])))
	found := make([]any, 0, importRows*2)
	for i := range ms {
		m := &ms[i]
		rows = append(rows, newValues(m)...)
		if bodies[i] != "" {
			found = append(found, m.ID, bodies[i])
		}
	}
	if err := t.db.Exec(importMessages, rows...).Error; err != nil {
		return fmt.Errorf("importing messages: %w", err)
	}
	t.store.writer.waiting += len(found) / 2
	if len(found) == importRows*2 {
		if err := t.db.Exec(importSearch, found...).Error; err != nil {
			return fmt.Errorf("storing the search rows of imported messages: %w", err)
		}
		return nil
	}
	for i := 0; i < len(found); i += 2 {
		if err := t.db.Exec(`INSERT INTO search_rows (docid, body) VALUES (?, ?)`, found[i], found[i+1]).Error; err != nil {
			return fmt.Errorf("storing the search row of an imported message: %w", err)
		}
	}
	return nil
}

package store_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"sync"
	"testing"

	"parley/models"
	"parley/server/store"
)

// fullScan is a step of a plan that reads a whole table or index; aliased finds which table a name stands for.
var (
	fullScan = regexp.MustCompile(`^SCAN (\w+)`)
	aliased  = regexp.MustCompile(`(?i)(?:FROM|JOIN|UPDATE|INTO)\s+"?(\w+)"?(?:\s+(?:AS\s+)?"?(\w+)"?)?`)
)

// mayScan are the statements that may read a whole table, each with the reason.
var mayScan = map[string]string{
	"SELECT EXISTS (SELECT 1 FROM users)": "stops at the first row",
	"WHERE r.name_key IS NOT NULL":        "the list of open rooms is all of them",
	"FROM invites":                        "a handful of rows that an owner lists",
	"FROM outbox":                         "empty but for what is under way",
	"FROM sessions WHERE id <> ?":         "everybody is signed out at once",
	"count(*) AS n FROM":                  "a figure for administrators: all of it is counted",
	"sum(length(":                         "a figure for administrators, kept for ten minutes",
	"FROM users WHERE name_key > ? AND (": "a search by what a name contains",
}

// TestEveryStatementOfTheStoreUsesAnIndex calls every question and every change that the store has, records the SQL
// that goes to SQLite, and asks SQLite how it runs it. A scan of a whole table is a fault wherever it is not named above:
// what takes a moment on a small database takes minutes on ten million messages. New methods are found by reflection.
func TestEveryStatementOfTheStoreUsesAnIndex(t *testing.T) {
	s := mustOpenFor(t)
	people, room, message := populate(t, s)
	if err := s.Analyze(); err != nil {
		t.Fatal(err)
	}
	r := &recorder{}
	s.Record(r.record)
	args := arguments{user: people[0], room: room, message: message}

	silent := r.callAll(t, reflect.ValueOf(s.Read(context.Background())), args)
	undone := errors.New("undone")
	err := s.Write(context.Background(), func(tx *store.Tx) error {
		silent = append(silent, r.callAll(t, reflect.ValueOf(tx), args)...)
		return undone
	})
	if !errors.Is(err, undone) {
		t.Fatal(err)
	}
	t.Logf("%d different statements; methods that ran none: %s", len(r.statements), strings.Join(silent, ", "))
	if len(r.statements) < 40 {
		t.Errorf("only %d statements were recorded: the calls no longer reach the database", len(r.statements))
	}
	for _, st := range r.statements {
		checkPlan(t, s, st)
	}
}

func checkPlan(t *testing.T, s *store.Store, st statement) {
	t.Helper()
	verb, _, _ := strings.Cut(st.sql, " ")
	switch strings.ToUpper(verb) {
	case "SELECT", "UPDATE", "DELETE", "INSERT", "WITH":
	default:
		return // BEGIN and its kin have no plan
	}
	steps, err := s.Plan(st.sql, st.args)
	if err != nil {
		t.Errorf("%s: %v\n  %s", st.method, err, st.sql)
		return
	}
	for _, step := range steps {
		m := fullScan.FindStringSubmatch(step)
		if m == nil || step == "SCAN CONSTANT ROW" || strings.Contains(step, "VIRTUAL TABLE INDEX") && !strings.HasSuffix(step, "INDEX 0:") {
			continue
		}
		if table := tableOf(st.sql, m[1]); table != "" && !scanAllowed(st.sql) {
			t.Errorf("%s reads all of %s (%s):\n  %s", st.method, table, step, st.sql)
		}
	}
}

func scanAllowed(sql string) bool {
	for fragment := range mayScan {
		if strings.Contains(sql, fragment) {
			return true
		}
	}
	return false
}

// tableOf returns the table behind a plan's alias, or "" for what is no table: a subquery's result, a VALUES list.
func tableOf(sql, name string) string {
	for _, m := range aliased.FindAllStringSubmatch(sql, -1) {
		if strings.EqualFold(m[1], name) || strings.EqualFold(m[2], name) {
			return m[1]
		}
	}
	return ""
}

func TestThePlanCheckSeesAScan(t *testing.T) {
	s := mustOpenFor(t)
	populate(t, s)
	for _, c := range []struct {
		sql  string
		args []any
		scan bool
	}{
		{"SELECT id FROM messages WHERE text = ?", []any{"x"}, true},
		{"SELECT m.id FROM messages AS m WHERE m.created_at > ?", []any{1}, true},
		{"UPDATE memberships SET muted = 1 WHERE notify = ?", []any{"all"}, true},
		{"SELECT id FROM messages WHERE id = ?", []any{1}, false},
		{"SELECT id FROM messages WHERE room_id = ? AND seq < ? ORDER BY seq DESC LIMIT 50", []any{1, 5}, false},
		{"SELECT count(*) FROM message_index", nil, true},
		{"SELECT docid FROM message_index WHERE body MATCH ?", []any{"quick"}, false},
	} {
		inner := &testing.T{}
		checkPlan(inner, s, statement{method: "a test", sql: c.sql, args: c.args})
		if inner.Failed() != c.scan {
			t.Errorf("%s: a scan is found: %t, want %t", c.sql, inner.Failed(), c.scan)
		}
	}
}

// statement is one text of SQL with the arguments of its first run.
type statement struct {
	method, sql string
	args        []any
}

// recorder keeps every text once.
type recorder struct {
	mu         sync.Mutex
	method     string
	known      map[string]bool
	statements []statement
	count      int
}

func (r *recorder) record(sql string, args []any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.count++
	if r.known == nil {
		r.known = map[string]bool{}
	}
	if !r.known[sql] {
		r.known[sql] = true
		r.statements = append(r.statements, statement{r.method, sql, args})
	}
}

// callAll calls every exported method with arguments made up by their type, and returns those that ran no statement.
func (r *recorder) callAll(t *testing.T, on reflect.Value, a arguments) (silent []string) {
	t.Helper()
	for i := range on.NumMethod() {
		name := on.Type().Method(i).Name
		method := on.Method(i)
		before := r.count
		r.mu.Lock()
		r.method = name
		r.mu.Unlock()
		in := make([]reflect.Value, method.Type().NumIn())
		for k := range in {
			in[k] = a.of(method.Type().In(k), name, k)
		}
		func() {
			defer func() {
				if p := recover(); p != nil {
					t.Logf("%s cannot be called with made-up arguments: %v", name, p)
				}
			}()
			if method.Type().IsVariadic() {
				method.CallSlice(in)
			} else {
				method.Call(in)
			}
		}()
		if r.count == before {
			silent = append(silent, name)
		}
	}
	return silent
}

// arguments are values that exist in the database, so that the calls get as far as they can.
type arguments struct {
	user    *models.User
	room    models.ID
	message *models.Message
}

func (a arguments) of(kind reflect.Type, method string, place int) reflect.Value {
	id := a.room
	switch {
	case strings.Contains(method, "Message") && !strings.HasPrefix(method, "Messages"), strings.Contains(method, "Revision"), strings.Contains(method, "Reaction"):
		id = a.message.ID
	case place > 0, strings.Contains(method, "User"), strings.Contains(method, "RoomsOf"):
		id = a.user.ID
	}
	member := &models.Membership{RoomID: a.room, UserID: a.user.ID}
	for _, v := range []any{
		id,
		[]models.ID{id, id + 1},
		a.user, *a.user, a.message, *a.message, member, *member,
		[]models.Message{*a.message},
		"ada",
		[]string{"ada", "bob"},
		[]byte("hash"), int64(5), 20, true, models.Millis(5), func() {},
	} {
		if reflect.TypeOf(v) == kind {
			return reflect.ValueOf(v)
		}
	}
	switch kind.Kind() {
	case reflect.Pointer:
		return reflect.New(kind.Elem())
	case reflect.String:
		return reflect.ValueOf("ada").Convert(kind)
	case reflect.Int, reflect.Int64, reflect.Int32:
		return reflect.ValueOf(5).Convert(kind)
	}
	return reflect.Zero(kind)
}

func mustOpenFor(tb testing.TB) *store.Store {
	tb.Helper()
	s, err := store.Open(context.Background(), store.Options{Dir: tb.TempDir()})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := s.Close(); err != nil {
			tb.Error(err)
		}
	})
	return s
}

// populate makes five rooms with thirty people and a hundred messages each, some of them changed, pinned or in threads:
// enough for a planner that is told of it (ANALYZE) to prefer an index where there is one.
func populate(t *testing.T, s *store.Store) (people []*models.User, room models.ID, last *models.Message) {
	t.Helper()
	for i := range 30 {
		name := fmt.Sprint("user", i)
		people = append(people, &models.User{ID: s.NewID(), Username: name, NameKey: name, Role: models.RoleMember, CreatedAt: s.Now()})
	}
	err := s.Write(context.Background(), func(tx *store.Tx) error {
		for _, u := range people {
			if err := tx.InsertUser(u); err != nil {
				return err
			}
		}
		for r := range 5 {
			made := &models.Room{ID: s.NewID(), Kind: models.KindPrivate, Name: fmt.Sprint("room", r), CreatedAt: s.Now(), CreatedBy: people[0].ID}
			if err := tx.InsertRoom(made); err != nil {
				return err
			}
			room = made.ID
			var err error
			if last, err = fillRoom(tx, made.ID, people); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return people, room, last
}

func fillRoom(tx *store.Tx, room models.ID, people []*models.User) (last *models.Message, err error) {
	for i, u := range people {
		m := models.Membership{RoomID: room, UserID: u.ID, Role: models.RoomMember, Notify: models.NotifyAll, JoinedSeq: int64(i + 1), JoinedAt: tx.Now()}
		if i%7 == 6 {
			m.LeftSeq = int64(i + 1)
		}
		if err := tx.PutMember(m); err != nil {
			return nil, err
		}
	}
	for i := range int64(100) {
		num, client := i+1, fmt.Sprint(room, "-", i)
		m := &models.Message{
			ID: tx.NewID(), RoomID: room, Seq: i + 40, ChangedSeq: i + 40, SenderID: people[i%30].ID, ClientID: &client, Num: &num,
			Text: "the quick brown fox", CreatedAt: tx.Now(),
		}
		if i%10 == 0 {
			m.ChangedSeq = i + 200
		}
		if i%5 == 4 {
			root := last.ID
			if last.ThreadID != nil {
				root = *last.ThreadID
			}
			m.Num, m.ThreadID, m.ThreadNum = nil, &root, &num
		}
		if _, err := tx.InsertMessage(m, "the quick brown fox"); err != nil {
			return nil, err
		}
		if i%10 == 0 {
			m.PinnedAt = tx.Now()
			if err := tx.TouchMessage(m); err != nil {
				return nil, err
			}
		}
		if i%3 == 0 {
			if err := tx.InsertMentions(m, []models.ID{0, people[(i+1)%30].ID}); err != nil {
				return nil, err
			}
		}
		last = m
	}
	return last, nil
}

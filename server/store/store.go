package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"time"

	"github.com/pressly/goose/v3"
	"gorm.io/gorm"

	"parley/migrations"
	"parley/models"
)

// Options say where the database lives and what the store may use.
type Options struct {
	Dir      string           // data folder; made where it is missing
	Log      *slog.Logger     // nil: discarded
	Now      func() time.Time // nil: the clock
	Observer Observer         // nil: nobody looks
}

// Observer is told what the writer does; for metrics.
type Observer interface {
	BatchCommitted(writes int, took time.Duration)
	QueueFull()
}

// FileName is the database's name in the data folder.
const FileName = "parley.db"

// Store owns the database. All its methods are safe for concurrent use.
type Store struct {
	opts    Options
	lock    *os.File
	writeDB *sql.DB
	readDB  *sql.DB
	reads   *gorm.DB
	views   chan *pinned  // idle connections for Snapshot
	closed  chan struct{} // Close has begun
	closing sync.Once
	pins    []*pinned

	snapshots int // how many views there are
	writer    *writer
	log       *checkpointer
	stop      context.CancelFunc // of log
	ids       *models.IDMaker
	epoch     string
}

// Open locks the folder, opens the database, brings it to the newest schema and starts the writer. Errors say in one
// line what stands in the way.
func Open(ctx context.Context, opts Options) (*Store, error) {
	if opts.Log == nil {
		opts.Log = slog.New(slog.DiscardHandler)
	}
	if opts.Now == nil {
		opts.Now = time.Now
	}
	if err := os.MkdirAll(opts.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("the data folder %s cannot be made: %w", opts.Dir, err)
	}
	lock, err := lockFolder(opts.Dir)
	if err != nil {
		return nil, err
	}
	s := &Store{opts: opts, lock: lock, closed: make(chan struct{})}
	if err := s.open(ctx); err != nil {
		return nil, errors.Join(err, s.closeFiles())
	}
	return s, nil
}

func (s *Store) open(ctx context.Context) error {
	path := filepath.Join(s.opts.Dir, FileName)
	if err := checkLog(path + "-wal"); err != nil {
		return err
	}
	writes, db, err := openPool(path, 1, true)
	if err != nil {
		return fmt.Errorf("the database %s cannot be opened: %w", path, err)
	}
	s.writeDB = db
	if err := db.PingContext(ctx); err != nil {
		return fmt.Errorf("the database %s cannot be opened: %w", path, err)
	}
	if err := migrate(ctx, db, s.opts.Log); err != nil {
		return fmt.Errorf("the database %s cannot be brought to the newest schema: %w", path, err)
	}
	views := max(4, runtime.GOMAXPROCS(0)+2)
	if s.reads, s.readDB, err = openPool(path, 2*views+1, false); err != nil {
		return fmt.Errorf("the database %s cannot be opened for reading: %w", path, err)
	}
	if err := s.pinAll(ctx, views); err != nil {
		return fmt.Errorf("the database %s cannot be opened for reading: %w", path, err)
	}
	if err := s.identify(ctx); err != nil {
		return fmt.Errorf("the database %s cannot be read: %w", path, err)
	}
	w, err := pin(ctx, db)
	if err != nil {
		return err
	}
	s.pins = append(s.pins, w)
	s.writer = newWriter(w.on(context.Background(), writes), w, s)
	if err := s.writer.findWaiting(ctx); err != nil {
		return fmt.Errorf("the database %s cannot be read: %w", path, err)
	}
	background, stop := context.WithCancel(context.Background())
	if s.log, err = startCheckpointer(background, s.readDB, path, s.opts.Log); err != nil {
		stop()
		return fmt.Errorf("the database %s cannot be opened for reading: %w", path, err)
	}
	s.stop = stop
	go s.writer.run()
	return nil
}

// pinAll opens the connections for snapshots, so that a pragma that does not take stops the start and not somebody's
// request.
func (s *Store) pinAll(ctx context.Context, n int) error {
	s.views = make(chan *pinned, n)
	for range n {
		p, err := pin(ctx, s.readDB)
		if err != nil {
			return err
		}
		s.pins = append(s.pins, p)
		s.views <- p
		s.snapshots++
	}
	return nil
}

// identify reads or makes the epoch, and starts the ids above all that are stored.
func (s *Store) identify(ctx context.Context) error {
	var b [8]byte
	if _, err := rand.Read(b[:]); err != nil {
		return err
	}
	if _, err := s.writeDB.ExecContext(ctx, `INSERT INTO meta (k, v) VALUES ('epoch', ?) ON CONFLICT (k) DO NOTHING`, hex.EncodeToString(b[:])); err != nil {
		return err
	}
	if err := s.writeDB.QueryRowContext(ctx, `SELECT v FROM meta WHERE k = 'epoch'`).Scan(&s.epoch); err != nil {
		return err
	}
	var last models.ID
	err := s.writeDB.QueryRowContext(ctx, `SELECT max(coalesce((SELECT max(id) FROM messages), 0), coalesce((SELECT max(id) FROM rooms), 0),
		coalesce((SELECT max(id) FROM users), 0), coalesce((SELECT max(id) FROM sessions), 0), coalesce((SELECT max(id) FROM audit_log), 0))`).Scan(&last)
	if err != nil {
		return err
	}
	s.ids = models.NewIDMaker(0, s.opts.Now, last)
	return nil
}

// Drain refuses new writes and returns when all that were accepted have been answered. Reading goes on.
func (s *Store) Drain() { s.writer.close() }

// Close drains, waits for those who read, and closes the database. Again it does nothing.
func (s *Store) Close() (err error) {
	s.Drain()
	s.closing.Do(func() { err = s.closeFiles() })
	return err
}

func (s *Store) closeFiles() error {
	var errs []error
	close(s.closed)
	for range s.snapshots {
		<-s.views // of a snapshot that is under way, when it ends
	}
	if s.log != nil {
		s.stop()
		<-s.log.done
	}
	for _, p := range s.pins {
		errs = append(errs, p.close())
	}
	for _, db := range []*sql.DB{s.readDB, s.writeDB} { // the writer last: its close checkpoints the WAL
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	return errors.Join(append(errs, s.lock.Close())...)
}

// NewID returns a new row id.
func (s *Store) NewID() models.ID { return s.ids.Next() }

// Now returns the present moment of the store's clock.
func (s *Store) Now() models.Millis { return models.ToMillis(s.opts.Now()) }

// Epoch names this lifetime of the database: it changes only when a backup is restored.
func (s *Store) Epoch() string { return s.epoch }

// Queries are the questions that can be asked; on a Tx they see what the transaction has written.
type Queries struct {
	db   *gorm.DB
	view *pinned // where db speaks through it, and it is the caller's alone
}

// readIDs reads a query of one column without GORM's Scan, which costs more than such a query.
func readIDs(query *gorm.DB) ([]models.ID, error) {
	rows, err := query.Rows()
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	ids := []models.ID{}
	for rows.Next() {
		var id models.ID
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, rows.Err()
}

// Read returns the questions, each answered by itself.
func (s *Store) Read(ctx context.Context) *Queries { return &Queries{db: s.reads.WithContext(ctx)} }

// Snapshot runs fn on one unchanging view of the database.
func (s *Store) Snapshot(ctx context.Context, fn func(*Queries) error) (err error) {
	var p *pinned
	select {
	case p = <-s.views:
	case <-s.closed:
		return ErrClosed
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { s.views <- p }()
	if _, err := p.exec("BEGIN"); err != nil {
		return fmt.Errorf("beginning to read: %w", err)
	}
	defer func() {
		// Whatever became of ctx: a view that is not ended would be the next caller's too.
		_, e := p.exec("ROLLBACK")
		err = errors.Join(err, e)
	}()
	return fn(&Queries{db: p.on(ctx, s.reads), view: p})
}

// Writable proves that a transaction can be made durable now.
func (s *Store) Writable(ctx context.Context) error {
	return s.Write(ctx, func(t *Tx) error {
		return t.db.Exec(`INSERT INTO meta (k, v) VALUES ('ready', ?) ON CONFLICT (k) DO UPDATE SET v = excluded.v`, t.store.Now()).Error
	})
}

// migrate brings the schema up to date; each file runs in a transaction of its own, so a kill in between is made good
// by the next start.
func migrate(ctx context.Context, db *sql.DB, log *slog.Logger) error {
	sub, err := subFS()
	if err != nil {
		return err
	}
	p, err := goose.NewProvider(goose.DialectSQLite3, db, sub)
	if err != nil {
		return err
	}
	done, err := p.Up(ctx)
	if err != nil {
		return err
	}
	if len(done) > 0 {
		log.Info("the database was brought up to date", "to", filepath.Base(done[len(done)-1].Source.Path), "steps", len(done))
	}
	return nil
}

// Schema returns the number of the newest migration in this binary.
func Schema() (int64, error) {
	entries, err := migrations.SQLite.ReadDir("sqlite")
	if err != nil || len(entries) == 0 {
		return 0, errors.Join(err, errors.New("no migrations in the binary"))
	}
	return goose.NumericComponent(entries[len(entries)-1].Name())
}

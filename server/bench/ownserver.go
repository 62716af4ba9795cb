package bench

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"time"

	"parley/models"
	"parley/server/auth"
	"parley/server/chat"
	"parley/server/store"
)

// ownServer is a server of one's own in a folder that goes away with it.
type ownServer struct {
	addr string
	dir  string
	cmd  *exec.Cmd
}

// startOwn makes accounts and rooms in a temporary folder, and starts the program there without limits.
func startOwn(ctx context.Context, program string, rooms, perRoom int) (_ *ownServer, made []*room, err error) {
	s := &ownServer{}
	if s.dir, err = os.MkdirTemp("", "parley-bench-"); err != nil {
		return nil, nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.stop())
		}
	}()
	if made, err = populate(ctx, s.dir, rooms, perRoom); err != nil {
		return nil, nil, err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, nil, err
	}
	s.addr = l.Addr().String()
	if err := l.Close(); err != nil {
		return nil, nil, err
	}
	s.cmd = exec.Command(program, "serve", "--log-level", "error")
	s.cmd.Env = []string{
		"PARLEY_LISTEN=" + s.addr, "PARLEY_DATA=" + s.dir, "PARLEY_RATE_LIMITS=off",
		"PATH=" + os.Getenv("PATH"), "TMPDIR=" + os.Getenv("TMPDIR"), "GOMAXPROCS=" + os.Getenv("GOMAXPROCS"),
	}
	s.cmd.Stderr = os.Stderr
	// A group of its own: Ctrl-C is for this process, which then still has figures to read from the server.
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := s.cmd.Start(); err != nil {
		return nil, nil, fmt.Errorf("starting an own server: %w", err)
	}
	return s, made, s.await(ctx)
}

// await returns once the server is ready.
func (s *ownServer) await(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, handshakeWait)
	defer cancel()
	for {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+s.addr+"/readyz", nil)
		if err != nil {
			return err
		}
		if res, err := http.DefaultClient.Do(req); err == nil {
			if err := res.Body.Close(); err != nil {
				return err
			}
			if res.StatusCode == http.StatusOK {
				return nil
			}
		}
		if rest(ctx, 20*time.Millisecond); ctx.Err() != nil {
			return fmt.Errorf("the own server did not get ready: %w", ctx.Err())
		}
	}
}

// stop ends the server and removes its folder.
func (s *ownServer) stop() error {
	if s.cmd != nil && s.cmd.Process != nil {
		_ = s.cmd.Process.Kill() // nothing in its folder is worth a drain
		_ = s.cmd.Wait()         // which reports the kill
	}
	return os.RemoveAll(s.dir)
}

// populate makes rooms, perRoom accounts in each, and a token for each account. Written by the store, that takes a
// moment; by sign-up it would take a slow password hash each.
func populate(ctx context.Context, dir string, rooms, perRoom int) (_ []*room, err error) {
	st, err := store.Open(ctx, store.Options{Dir: dir})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	use := chat.New(st, silence{}, chat.Options{})
	accounts := auth.New(st, nil, use, auth.Options{})
	made := make([]*room, rooms)
	var failed error
	var mu sync.Mutex
	var wg sync.WaitGroup
	for w := range min(handshakes, rooms) { // at once, so that the group commit takes them together
		wg.Go(func() {
			for i := w; i < rooms; i += handshakes {
				r, err := populateRoom(ctx, st, use, accounts, i, perRoom)
				mu.Lock()
				made[i] = r
				failed = errors.Join(failed, err)
				mu.Unlock()
				if err != nil {
					return
				}
			}
		})
	}
	wg.Wait()
	return made, failed
}

func populateRoom(ctx context.Context, st *store.Store, use *chat.Service, accounts *auth.Service, number, people int) (*room, error) {
	r := &room{moved: make(chan struct{}, 1)}
	var id models.ID
	for p := range people {
		name := fmt.Sprintf("bench%d-%d", number, p)
		u := &models.User{ID: st.NewID(), Username: name, NameKey: name, Role: models.RoleMember, CreatedAt: st.Now()}
		if err := st.Write(ctx, func(t *store.Tx) error { return t.InsertUser(u) }); err != nil {
			return nil, err
		}
		if p == 0 {
			made, err := use.CreateRoom(ctx, u, chat.NewRoom{Name: fmt.Sprintf("bench-%d", number)})
			if err != nil {
				return nil, err
			}
			if id, err = models.ParseID(made.ID); err != nil {
				return nil, err
			}
			r.id = made.ID
		} else if _, err := use.Join(ctx, u, id); err != nil {
			return nil, err
		}
		token, err := accounts.CreateToken(ctx, auth.Identity{User: u}, auth.NewToken{Name: "bench"})
		if err != nil {
			return nil, err
		}
		r.tokens = append(r.tokens, token.Token)
	}
	return r, nil
}

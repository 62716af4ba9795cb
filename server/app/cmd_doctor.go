package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"parley/models"
	"parley/server/config"
	"parley/server/store"
	"parley/server/telemetry"
)

// lowDisk is where doctor warns, noDisk where it calls the disk full: SQLite
// needs room for the write-ahead log beside the database.
const (
	lowDisk = 1 << 30
	noDisk  = 64 << 20
)

// finding is what one check found.
type finding struct {
	name string
	bad  bool
	text string
}

func fine(name, format string, args ...any) finding {
	return finding{name: name, text: fmt.Sprintf(format, args...)}
}

func wrong(name, format string, args ...any) finding {
	return finding{name: name, bad: true, text: fmt.Sprintf(format, args...)}
}

// runDoctor looks at everything that keeps a server from starting or from
// keeping its promises, changes nothing, and may run beside a server.
func runDoctor(ctx context.Context, inv *invocation) error {
	inspection, inspectErr := store.Inspect(ctx, inv.cfg.Data)
	findings := []finding{
		checkFolder(inv.cfg.Data),
		checkDatabase(inspection, inspectErr),
		checkAudit(inspection, inspectErr),
		checkDisk(inv.cfg.Data),
		checkClock(time.Now(), inspection.NewestMessage),
		checkPort(ctx, inv.cfg),
	}
	bad := 0
	for _, f := range findings {
		word := "ok"
		if f.bad {
			word = "WRONG"
			bad++
		}
		if _, err := fmt.Fprintf(inv.stdout, "%-6s %-12s %s\n", word, f.name, telemetry.Clean(f.text)); err != nil {
			return err
		}
	}
	if bad > 0 {
		return fmt.Errorf("%d of %d checks found something wrong", bad, len(findings))
	}
	return nil
}

// checkFolder writes a file, because permissions alone tell little about
// read-only mounts, quotas and network folders.
func checkFolder(dir string) finding {
	const name = "data folder"
	info, err := os.Stat(dir)
	if errors.Is(err, fs.ErrNotExist) {
		parent := existingParent(dir)
		if err := unix.Access(parent, unix.W_OK); err != nil {
			return wrong(name, "%s is not there and cannot be made: %s is not writable", dir, parent)
		}
		return fine(name, "%s is not there yet; the first start makes it", dir)
	}
	if err != nil {
		return wrong(name, "%s: %v", dir, err)
	}
	if !info.IsDir() {
		return wrong(name, "%s is a file, not a folder", dir)
	}
	if err := tryWriting(dir); err != nil {
		return wrong(name, "%s cannot be written: %v", dir, err)
	}
	return fine(name, "%s can be written", dir)
}

func tryWriting(dir string) error {
	f, err := os.CreateTemp(dir, "doctor-*")
	if err != nil {
		return err
	}
	_, writeErr := f.WriteString("x")
	return errors.Join(writeErr, f.Sync(), f.Close(), os.Remove(f.Name()))
}

func existingParent(dir string) string {
	for p := filepath.Clean(dir); ; p = filepath.Dir(p) {
		if _, err := os.Stat(p); err == nil || p == filepath.Dir(p) {
			return p
		}
	}
}

func checkDatabase(in store.Inspection, err error) finding {
	const name = "database"
	if errors.Is(err, fs.ErrNotExist) {
		return fine(name, "none yet; the first start makes it")
	}
	if err != nil {
		return wrong(name, "cannot be read: %v", err)
	}
	if len(in.Faults) > 0 {
		return wrong(name, "damaged: %s", strings.Join(in.Faults, "; "))
	}
	newest, err := store.Schema()
	switch {
	case err != nil:
		return wrong(name, "%v", err)
	case in.Schema > newest:
		return wrong(name, "its schema is %d and this program knows %d: a newer version made it", in.Schema, newest)
	case in.Schema < newest:
		return fine(name, "sound; schema %d, the next start brings it to %d", in.Schema, newest)
	}
	return fine(name, "sound; schema %d", in.Schema)
}

// checkAudit says whether the audit log is what was written. Where the database cannot be read, that is said already.
func checkAudit(in store.Inspection, err error) finding {
	const name = "audit log"
	switch {
	case err != nil || len(in.Faults) > 0 || in.Audit.Head == "":
		return fine(name, "nothing to check")
	case in.Audit.Fault != "":
		return wrong(name, "%s", in.Audit.Fault)
	}
	return fine(name, "%d lines, unbroken up to %.16s", in.Audit.Lines, in.Audit.Head)
}

func checkDisk(dir string) finding {
	const name = "disk"
	var st unix.Statfs_t
	if err := unix.Statfs(existingParent(dir), &st); err != nil {
		return wrong(name, "free space cannot be told: %v", err)
	}
	free := uint64(st.Bavail) * uint64(st.Bsize) // the fields have other types on other systems
	mib := free >> 20
	switch {
	case free < noDisk:
		return wrong(name, "full: %d MiB free", mib)
	case free < lowDisk:
		return fine(name, "%d MiB free, which is little", mib)
	}
	return fine(name, "%d MiB free", mib)
}

// checkClock compares the clock with the only other witness on this machine,
// the newest message. Messages are ordered by number whatever the clock says,
// but sessions would end early or late.
func checkClock(now time.Time, newest models.Millis) finding {
	const name = "clock"
	if ahead := int64(newest) - now.UnixMilli(); ahead > time.Minute.Milliseconds() {
		return wrong(name, "%s is %s before the newest message: the clock was set back", now.UTC().Format(time.RFC3339), time.Duration(ahead)*time.Millisecond)
	}
	if now.Year() < 2026 {
		return wrong(name, "%s is before this program was made", now.UTC().Format(time.RFC3339))
	}
	return fine(name, "%s", now.UTC().Format(time.RFC3339))
}

func checkPort(ctx context.Context, cfg config.Config) finding {
	const name = "port"
	l, err := net.Listen("tcp", cfg.Listen)
	if err == nil {
		if err := l.Close(); err != nil {
			return wrong(name, "%s: %v", cfg.Listen, err)
		}
		return fine(name, "%s is free", cfg.Listen)
	}
	if !errors.Is(err, syscall.EADDRINUSE) {
		return wrong(name, "%v", err)
	}
	ctx, cancel := context.WithTimeout(ctx, healthTimeout)
	defer cancel()
	if status, err := ready(ctx, cfg); err == nil && status == http.StatusOK {
		return fine(name, "%s: a server listens there and is ready", cfg.Listen)
	}
	return wrong(name, "%s is taken by another program", cfg.Listen)
}

package app

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"strings"

	"parley/models"
	"parley/server/auth"
	"parley/server/chat"
	"parley/server/store"
	"parley/server/wire"
)

// generatedLength is that of a password made up here: 20 of 32 characters are 100 bits.
const generatedLength = 20

func runAdminCreate(ctx context.Context, inv *invocation) error {
	role := models.RoleAdmin
	if asked, ok := inv.flags["role"]; ok {
		role = models.Role(asked)
		switch role {
		case models.RoleOwner, models.RoleAdmin, models.RoleMember, models.RoleGuest:
		default:
			return usagef("--role: %q is none of owner, admin, member, guest", asked)
		}
	}
	password, shown, err := choosePassword(inv.flags)
	if err != nil {
		return err
	}
	return withAccounts(ctx, inv, func(accounts *auth.Service) error {
		u, err := accounts.CreateAccount(ctx, inv.args[0], password, role)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(inv.stdout, "made the account %s (%s)%s\n", u.Username, u.Role, shown)
		return err
	})
}

func runAdminResetPassword(ctx context.Context, inv *invocation) error {
	password, shown, err := choosePassword(inv.flags)
	if err != nil {
		return err
	}
	return withAccounts(ctx, inv, func(accounts *auth.Service) error {
		if err := accounts.ResetPassword(ctx, inv.args[0], password); err != nil {
			return err
		}
		_, err := fmt.Fprintf(inv.stdout, "%s has a new password and is signed out everywhere%s\n", inv.args[0], shown)
		return err
	})
}

// runAdminCompact rewrites the search index as one piece, however large it is.
func runAdminCompact(ctx context.Context, inv *invocation) error {
	return withStore(ctx, inv, func(st *store.Store) error {
		before, err := st.Read(ctx).SearchSize()
		if err != nil {
			return err
		}
		if err := st.CompactSearch(ctx); err != nil {
			return err
		}
		after, err := st.Read(ctx).SearchSize()
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(inv.stdout, "rewrote the search index: %d KiB, it was %d KiB\n", after>>10, before>>10)
		return err
	})
}

// runAdminAuditVerify computes the audit log's chain anew. It only reads, so a server may be running. Whoever can write
// the file can also write a whole new chain: that shows only against a head that was kept elsewhere.
func runAdminAuditVerify(ctx context.Context, inv *invocation) error {
	in, err := store.Inspect(ctx, inv.cfg.Data)
	switch {
	case err != nil:
		return err
	case len(in.Faults) > 0:
		return fmt.Errorf("the database is damaged: %s", strings.Join(in.Faults, "; "))
	case in.Audit.Head == "":
		return fmt.Errorf("the database has schema %d, which has no chain yet: start the server once", in.Schema)
	case in.Audit.Fault != "":
		return fmt.Errorf("the audit log was tampered with: %s", in.Audit.Fault)
	}
	_, err = fmt.Fprintf(inv.stdout, "%d lines, unbroken; the last hash is %s\n", in.Audit.Lines, in.Audit.Head)
	return err
}

func runAdminResetSecondFactor(ctx context.Context, inv *invocation) error {
	return withAccounts(ctx, inv, func(accounts *auth.Service) error {
		if err := accounts.DropSecondFactor(ctx, inv.args[0]); err != nil {
			return err
		}
		_, err := fmt.Fprintf(inv.stdout, "%s signs in by the password alone\n", inv.args[0])
		return err
	})
}

// choosePassword reads the password from a file, less the line break that ends it, or makes one up; shown is what to
// add to the answer so that its new owner learns it. A password is never an argument: every user of the machine sees
// those in the list of processes.
func choosePassword(flags map[string]string) (password, shown string, err error) {
	if path, ok := flags["password-file"]; ok {
		b, err := os.ReadFile(path)
		if err != nil {
			return "", "", fmt.Errorf("--password-file: %w", err)
		}
		return strings.TrimSuffix(strings.TrimSuffix(string(b), "\n"), "\r"), "", nil
	}
	password = strings.ToLower(rand.Text()[:generatedLength])
	return password, "; the password is " + password, nil
}

// withAccounts runs do with the accounts of a data folder that no server is using. Limits are off: whoever can write
// the folder needs no guessing.
func withAccounts(ctx context.Context, inv *invocation, do func(*auth.Service) error) error {
	return withStore(ctx, inv, func(st *store.Store) error {
		rooms := chat.New(st, nobodyListening{}, chat.Options{})
		return do(auth.New(st, nil, rooms, auth.Options{SignUp: auth.SignUpMode(inv.cfg.Signup), Log: inv.log}))
	})
}

// nobodyListening is the hub of a command that runs without a server.
type nobodyListening struct{}

func (nobodyListening) Publish(*wire.Event)                   {}
func (nobodyListening) ToUser(models.ID, *wire.Event, uint64) {}

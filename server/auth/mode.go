package auth

import (
	"context"
	"slices"

	"parley/models"
	"parley/server/store"
)

// signUpModeKey is where the mode that administrators chose stands.
const signUpModeKey = "signup"

// Mode is the sign-up mode: what the operator said, else what an administrator chose, else the default.
func (s *Service) Mode(ctx context.Context) (SignUpMode, error) { return s.mode(s.store.Read(ctx)) }

func (s *Service) mode(q *store.Queries) (SignUpMode, error) {
	if s.opts.SignUpSaid {
		return s.opts.SignUp, nil
	}
	chosen, err := q.GetText(signUpModeKey)
	if mode := SignUpMode(chosen); err == nil && validMode(mode) {
		return mode, nil
	}
	return s.opts.SignUp, err
}

func validMode(m SignUpMode) bool {
	return slices.Contains([]SignUpMode{SignUpOpen, SignUpInvite, SignUpClosed}, m)
}

// ModeSaid reports whether the operator said the mode, so that nobody changes it in the browser.
func (s *Service) ModeSaid() bool { return s.opts.SignUpSaid }

// SetMode chooses who may make an account; owners and admins may, where the operator has not said it.
func (s *Service) SetMode(ctx context.Context, who Identity, m SignUpMode) error {
	switch {
	case !who.User.Governs():
		return models.Forbidden("Only administrators say who may sign up.")
	case !validMode(m):
		return models.Invalid("signup", "invalid", "signup is open, invite or closed.")
	case s.opts.SignUpSaid:
		return models.NewError(models.CodeConflict, "The server was started with --signup, which counts.")
	}
	return s.store.Write(ctx, func(t *store.Tx) error {
		old, err := s.mode(&t.Queries)
		if err != nil || old == m {
			return err
		}
		if err := t.SetText(signUpModeKey, string(m)); err != nil {
			return err
		}
		detail := models.AuditDetail("from", string(old), "to", string(m))
		return t.Audit(models.AuditEntry{ActorID: who.User.ID, Action: models.AuditSignUpPolicy, Detail: detail})
	})
}

package auth

import (
	"context"
	"crypto/subtle"
	"encoding/base32"
	"fmt"
	"io"
	"strings"

	"parley/models"
)

// NewSetupCode draws the code that whoever started the server has to show before the first account is made: forty bits in
// two groups, of letters and digits that cannot be mistaken for each other. Signing up is slow enough for that.
func NewSetupCode(random io.Reader) (string, error) {
	b := make([]byte, 5)
	if _, err := io.ReadFull(random, b); err != nil {
		return "", fmt.Errorf("drawing a setup code: %w", err)
	}
	c := base32.NewEncoding("ABCDEFGHJKLMNPQRSTUVWXYZ23456789").WithPadding(base32.NoPadding).EncodeToString(b)
	return c[:4] + "-" + c[4:], nil
}

// SetupGuarded reports whether the first account needs the setup code.
func (s *Service) SetupGuarded(ctx context.Context) (bool, error) {
	needed, err := s.SetupNeeded(ctx)
	return needed && s.opts.SetupCode != "", err
}

// checkSetup refuses the first account to whoever does not have the code. A program on the same machine needs none: who
// can run one there can read what the server printed.
func (s *Service) checkSetup(code string, from Client) error {
	if s.opts.SetupCode == "" || from.Here || subtle.ConstantTimeCompare([]byte(plainCode(code)), []byte(plainCode(s.opts.SetupCode))) == 1 {
		return nil
	}
	e := models.NewError(models.CodeSignupClosed, "The first account needs the setup code that the server printed when it was started.")
	e.Fields = []models.FieldError{{Field: "setup_code", Code: "invalid", Detail: e.Detail}}
	return e
}

func plainCode(code string) string { return strings.ToUpper(unspaced(code)) }

package auth

import (
	_ "embed"
	"errors"
	"strings"

	"parley/models"
)

//go:embed commonpasswords.txt
var commonList string

// commonPasswords returns what is tried first against every account in the world; see the head of the file.
func commonPasswords() map[string]bool {
	set := map[string]bool{}
	for line := range strings.Lines(commonList) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			set[line] = true
		}
	}
	return set
}

// checkNewPassword refuses a password that is too short, too long, or among the first that anybody would try.
func (s *Service) checkNewPassword(field, password, username string) error {
	if err := models.CheckPassword(field, password); err != nil {
		return err
	}
	folded := strings.ToLower(password)
	if s.common[folded] || (username != "" && folded == strings.ToLower(username)) {
		return models.Invalid(field, "too_common", "This password is among the first that anybody would try.")
	}
	return nil
}

// fields gathers what is wrong with several fields into one error, so that a form can show all of it at once.
type fields struct {
	faults []models.FieldError
	detail string
	other  error
}

func (f *fields) check(err error) {
	var e *models.Error
	switch {
	case err == nil:
	case errors.As(err, &e) && e.Code == models.CodeValidation:
		f.faults = append(f.faults, e.Fields...)
		f.detail = e.Detail
	case f.other == nil:
		f.other = err
	}
}

func (f *fields) err() error {
	switch {
	case f.other != nil:
		return f.other
	case len(f.faults) == 0:
		return nil
	}
	e := models.NewError(models.CodeValidation, f.detail)
	if len(f.faults) > 1 {
		e.Detail = "Some fields cannot be taken as they are."
	}
	e.Fields = f.faults
	return e
}

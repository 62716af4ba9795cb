package handlers

import (
	"net/http"

	"github.com/labstack/echo/v4"
)

func (s *site) secondFactor(c echo.Context) error {
	f, err := s.Auth.SecondFactor(within(c), who(c))
	if err != nil {
		return err
	}
	return respond(c, http.StatusOK, f)
}

// currentPassword reads the body of what asks for the current password and nothing else.
func currentPassword(c echo.Context) (string, error) {
	var in struct {
		Current string `json:"current_password"`
	}
	if err := decode(c, &in); err != nil {
		return "", err
	}
	return in.Current, notHuge(in.Current)
}

func (s *site) beginSecondFactor(c echo.Context) error {
	password, err := currentPassword(c)
	if err != nil {
		return err
	}
	f, err := s.Auth.BeginSecondFactor(within(c), who(c), password)
	if err != nil {
		return s.countLimited("sign_in", err)
	}
	return respond(c, http.StatusCreated, f)
}

func (s *site) confirmSecondFactor(c echo.Context) error {
	var in struct {
		Code string `json:"code"`
	}
	if err := decode(c, &in); err != nil {
		return err
	}
	codes, err := s.Auth.ConfirmSecondFactor(within(c), who(c), in.Code)
	if err != nil {
		return s.countLimited("sign_in", err)
	}
	return respond(c, http.StatusOK, list("recovery_codes", codes))
}

func (s *site) disableSecondFactor(c echo.Context) error {
	password, err := currentPassword(c)
	if err != nil {
		return err
	}
	if err := s.Auth.DisableSecondFactor(within(c), who(c), password); err != nil {
		return s.countLimited("sign_in", err)
	}
	return nothing(c)
}

func (s *site) renewRecoveryCodes(c echo.Context) error {
	password, err := currentPassword(c)
	if err != nil {
		return err
	}
	codes, err := s.Auth.RenewRecoveryCodes(within(c), who(c), password)
	if err != nil {
		return s.countLimited("sign_in", err)
	}
	return respond(c, http.StatusOK, list("recovery_codes", codes))
}

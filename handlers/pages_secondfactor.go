package handlers

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"parley/server/auth"
	"parley/server/qr"
	"parley/templates"
)

const factorPath = "/settings/second-factor"

func (s *site) secondFactorPage(c echo.Context, id auth.Identity) error {
	return s.showFactor(c, id, http.StatusOK, templates.SecondFactor{Saved: c.QueryParam("saved") != ""})
}

// showFactor shows the page in the state that the account is in, or in the one that page says.
func (s *site) showFactor(c echo.Context, id auth.Identity, status int, page templates.SecondFactor) error {
	state, err := s.Auth.SecondFactor(within(c), id)
	if err != nil {
		return err
	}
	f := s.frame(c, "factor.heading")
	page.Frame, page.Enabled, page.Left, page.Since = f, state.Enabled, state.RecoveryCodes, state.Since
	page.Password = page.Form.Field(currentPasswordField(f))
	code := codeField(f)
	code.Focus = true
	page.Code = page.Form.Field(code)
	if page.Secret != "" {
		code, err := qr.Encode(auth.SecondFactorURL(id.User, page.Secret))
		if err != nil {
			return err
		}
		page.QR = templates.QR{Size: code.Size, Path: code.Path, Label: f.T("factor.qr")}
	}
	return s.show(c, status, "secondfactor", page)
}

// onFactor runs one form's use case, and shows what was wrong with it.
func (s *site) onFactor(c echo.Context, id auth.Identity, page templates.SecondFactor, act func(*templates.SecondFactor) (status int, err error)) error {
	next := page
	status, err := act(&next)
	if err != nil {
		form, p, other := s.refusal(c, s.countLimited("sign_in", err), http.StatusServiceUnavailable)
		if other != nil {
			return other
		}
		page.Form = form
		return s.showFactor(c, id, p.Status, page)
	}
	if status == http.StatusSeeOther {
		return c.Redirect(status, factorPath+"?saved=1")
	}
	return s.showFactor(c, id, status, next)
}

func (s *site) beginFactorForm(c echo.Context, id auth.Identity) error {
	return s.onFactor(c, id, templates.SecondFactor{}, func(page *templates.SecondFactor) (int, error) {
		password := c.FormValue("current_password")
		if err := notHuge(password); err != nil {
			return 0, err
		}
		f, err := s.Auth.BeginSecondFactor(within(c), id, password)
		page.Secret = f.Secret
		return http.StatusOK, err
	})
}

// confirmFactorForm takes the secret back from the page for one purpose: to show it again beside a wrong code.
func (s *site) confirmFactorForm(c echo.Context, id auth.Identity) error {
	secret := c.FormValue("secret")
	if auth.SecondFactorURL(id.User, secret) == "" {
		secret = ""
	}
	return s.onFactor(c, id, templates.SecondFactor{Secret: secret}, func(page *templates.SecondFactor) (status int, err error) {
		page.Secret = ""
		page.Codes, err = s.Auth.ConfirmSecondFactor(within(c), id, c.FormValue("code"))
		return http.StatusOK, err
	})
}

func (s *site) disableFactorForm(c echo.Context, id auth.Identity) error {
	return s.onFactor(c, id, templates.SecondFactor{}, func(_ *templates.SecondFactor) (int, error) {
		password := c.FormValue("current_password")
		if err := notHuge(password); err != nil {
			return 0, err
		}
		return http.StatusSeeOther, s.Auth.DisableSecondFactor(within(c), id, password)
	})
}

func (s *site) renewCodesForm(c echo.Context, id auth.Identity) error {
	return s.onFactor(c, id, templates.SecondFactor{}, func(page *templates.SecondFactor) (status int, err error) {
		password := c.FormValue("current_password")
		if err := notHuge(password); err != nil {
			return 0, err
		}
		page.Codes, err = s.Auth.RenewRecoveryCodes(within(c), id, password)
		return http.StatusOK, err
	})
}

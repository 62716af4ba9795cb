package handlers

import "github.com/labstack/echo/v4"

const (
	// pagePolicy lets a page use what this server itself serves and nothing else; scripts can make HTML only through the
	// two named policies of Trusted Types.
	pagePolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; " +
		"font-src 'none'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; " +
		"require-trusted-types-for 'script'; trusted-types parley lit-html"
	// dataPolicy is for answers that no browser should ever show as a page.
	dataPolicy = "default-src 'none'; frame-ancestors 'none'"

	// strictTransport keeps browsers on https for a year. Other hosts of the domain are not this server's to speak for.
	strictTransport = "max-age=31536000"

	permissions = "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), microphone=(), midi=(), payment=(), usb=()"
)

// headers tells browsers what they may do with an answer.
func (s *site) headers(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		h := c.Response().Header()
		h.Set(echo.HeaderXContentTypeOptions, "nosniff")
		h.Set(echo.HeaderReferrerPolicy, "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", permissions)
		if s.origins.secure(c.Request()) { // RFC 6797, section 7.2: never over plain http
			h.Set(echo.HeaderStrictTransportSecurity, strictTransport)
		}
		policy := pagePolicy
		if forPrograms(c.Request().URL.Path) {
			policy = dataPolicy
		}
		h.Set(echo.HeaderContentSecurityPolicy, policy)
		return next(c)
	}
}

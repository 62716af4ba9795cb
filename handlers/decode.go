package handlers

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"mime"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"parley/models"
	"parley/server/wire"
)

// within is the context of the request.
func within(c echo.Context) context.Context { return c.Request().Context() }

// decode reads the request's body, one JSON object, into v. Forms are for pages: a page elsewhere can send one without
// asking, JSON it cannot.
func decode(c echo.Context, v any) error {
	if err := checkMediaType(c.Request().Header.Get(echo.HeaderContentType)); err != nil {
		return err
	}
	data, err := io.ReadAll(c.Request().Body)
	if err != nil {
		return fmt.Errorf("reading a body: %w", bodyError(err))
	}
	if !utf8.Valid(data) {
		return models.NewError(models.CodeBadRequest, "The body is not UTF-8.")
	}
	if first := bytes.TrimLeft(data, " \t\r\n"); len(first) > 0 && first[0] != '{' {
		return models.NewError(models.CodeBadRequest, "A JSON object was expected.")
	}
	return wire.DecodeStrict(data, v)
}

// bodyError is what it means that a body could not be read: it is too large, or it did not come whole.
func bodyError(err error) error {
	if e := asOurs(err); e.Code == models.CodeTooLarge {
		return e
	}
	return models.NewError(models.CodeBadRequest, "The body did not arrive whole.")
}

func checkMediaType(value string) error {
	if value == "" {
		return nil
	}
	kind, params, err := mime.ParseMediaType(value)
	charset := strings.ToLower(params["charset"])
	if err != nil || (kind != echo.MIMEApplicationJSON && !(strings.HasPrefix(kind, "application/") && strings.HasSuffix(kind, "+json"))) ||
		(charset != "" && charset != "utf-8" && charset != "utf8") {
		return models.NewError(codeMediaType, "Send application/json, in UTF-8.")
	}
	return nil
}

// noNUL refuses a text that no check of its own would refuse for it.
func noNUL(field, s string) error {
	if strings.IndexByte(s, 0) < 0 {
		return nil
	}
	e := models.Invalid(field, "characters", "The field "+field+" contains a NUL character.")
	e.Code = models.CodeBadRequest
	return e
}

// notHuge refuses a password or a name that is so long that looking at it at all would be a favour.
func notHuge(credentials ...string) error {
	for _, s := range credentials {
		if len(s) > maxCredential {
			return models.NewError(models.CodeTooLarge, "A password has at most 1,024 bytes.")
		}
	}
	return nil
}

// idOf reads an id from the path. What cannot be an id is CodeNotFound, like an id that nothing has.
func idOf(c echo.Context, param string) (models.ID, error) { return models.ParseID(c.Param(param)) }

const defaultLimit, maxLimit = 50, 200

// limitOf reads how many rows are wanted. More than a page holds is a page: what follows has a cursor.
func limitOf(c echo.Context) (int, error) {
	n, err := numberOf(c, "limit")
	switch {
	case err == nil && n == nil:
		return defaultLimit, nil
	case err != nil || *n < 1:
		return 0, badQuery("limit", "limit is a number from 1 to 200.")
	}
	return int(min(*n, maxLimit)), nil
}

// numberOf reads a number that is not negative from the query; nil where there is none.
func numberOf(c echo.Context, name string) (*int64, error) {
	s := c.QueryParam(name)
	if s == "" {
		return nil, nil //nolint:nilnil // absent is an answer
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 0 {
		return nil, badQuery(name, name+" is a whole number from 0 on.")
	}
	return &n, nil
}

// textOf reads text from the query.
func textOf(c echo.Context, name string) (string, error) {
	s := c.QueryParam(name)
	if !utf8.ValidString(s) {
		return "", badQuery(name, name+" is not UTF-8.")
	}
	return s, noNUL(name, s)
}

// soughtOf reads what is looked for, and the cursor of the page that goes on.
func soughtOf(c echo.Context) (q, cursor string, err error) {
	if q, err = textOf(c, "q"); err == nil {
		cursor, err = textOf(c, "cursor")
	}
	return q, cursor, err
}

func badQuery(name, detail string) error {
	e := models.Invalid(name, "invalid", detail)
	e.Code = models.CodeBadRequest
	return e
}

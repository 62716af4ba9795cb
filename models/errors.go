package models

import (
	"errors"
	"fmt"
	"time"
)

// Code is the stable word by which machines know an error; the contract's `code`.
type Code string

// The codes of the public contract. Handlers map each to one HTTP status, transports to one frame or close code.
const (
	CodeInvalidCredentials Code = "invalid_credentials"
	CodeNotSignedIn        Code = "not_signed_in"
	CodeSecondFactor       Code = "second_factor_required"
	CodeNotFound           Code = "not_found"
	CodeForbidden          Code = "forbidden"
	CodeNotAMember         Code = "not_a_member"
	CodeArchived           Code = "archived"
	CodeMuted              Code = "muted"
	CodeBlocked            Code = "blocked"
	CodeValidation         Code = "validation_failed"
	CodeBadRequest         Code = "bad_request"
	CodeRateLimited        Code = "rate_limited"
	CodeClientIDReused     Code = "client_id_reused"
	CodeUsernameTaken      Code = "username_taken"
	CodeEmailTaken         Code = "email_taken"
	CodeRoomNameTaken      Code = "room_name_taken"
	CodeConflict           Code = "conflict"
	CodeTooLarge           Code = "too_large"
	CodeBusy               Code = "busy"
	CodeSignupClosed       Code = "signup_closed"
	CodeInternal           Code = "internal"
)

// Error is what goes wrong in a way that a caller can act on: a code for machines, a sentence for people.
type Error struct {
	Code       Code
	Detail     string
	Fields     []FieldError  // with CodeValidation: which fields, and why
	RetryAfter time.Duration // with CodeRateLimited and CodeBusy: when to try again
	cause      error
}

// FieldError is one field's fault. Code is a stable word (required, too_short, too_long, invalid, taken, …).
type FieldError struct {
	Field, Code, Detail string
}

func (e *Error) Error() string {
	if e.cause != nil {
		return fmt.Sprintf("%s: %s: %v", e.Code, e.Detail, e.cause)
	}
	return fmt.Sprintf("%s: %s", e.Code, e.Detail)
}

// Unwrap returns what caused the error; it is for logs, never for callers' eyes.
func (e *Error) Unwrap() error { return e.cause }

// Is makes errors.Is(err, &Error{Code: c}) ask for the code alone.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Code == e.Code
}

// NewError returns an error with a code and a sentence for people.
func NewError(code Code, detail string) *Error { return &Error{Code: code, Detail: detail} }

// NotFound says that there is no such thing, or none that the caller may know of.
func NotFound(detail string) *Error { return NewError(CodeNotFound, detail) }

// Forbidden says that the caller may see the thing but not do this to it.
func Forbidden(detail string) *Error { return NewError(CodeForbidden, detail) }

// Busy says that the server cannot take the request now; cause is kept for the log.
func Busy(detail string, cause error) *Error {
	return &Error{Code: CodeBusy, Detail: detail, RetryAfter: time.Second, cause: cause}
}

// RateLimited says that the caller is over a limit and when the next try will be let through.
func RateLimited(detail string, after time.Duration) *Error {
	return &Error{Code: CodeRateLimited, Detail: detail, RetryAfter: max(after, time.Millisecond)}
}

// Invalid says that one field cannot be taken as it is.
func Invalid(field, code, detail string) *Error {
	return &Error{Code: CodeValidation, Detail: detail, Fields: []FieldError{{field, code, detail}}}
}

// CodeOf returns the code of err: CodeInternal for an error that carries none, "" for nil.
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return CodeInternal
}

// IsCode reports whether err carries the code.
func IsCode(err error, code Code) bool { return err != nil && CodeOf(err) == code }

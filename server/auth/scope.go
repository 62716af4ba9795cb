package auth

import (
	"slices"
	"strings"

	"parley/models"
)

// Scope is a thing that a token may be allowed to do. A session may do all of them.
type Scope string

// The scopes. Without ScopeAdmin an administrator's token has the rights of a member.
const (
	ScopeRead  Scope = "read"
	ScopeWrite Scope = "write"
	ScopeAdmin Scope = "admin"
)

// Scopes returns all scopes, in the order in which people read them.
func Scopes() []Scope { return []Scope{ScopeRead, ScopeWrite, ScopeAdmin} }

// May reports whether the credential that was shown covers the scope.
func (i Identity) May(s Scope) bool {
	return i.TokenID == 0 || len(i.Scopes) == 0 || slices.Contains(i.Scopes, s)
}

// parseScopes reads what the database has of a token; what it does not know, no code asks for.
func parseScopes(stored string) []Scope {
	var scopes []Scope
	for word := range strings.FieldsSeq(stored) {
		scopes = append(scopes, Scope(word))
	}
	return scopes
}

// checkScopes returns how the database keeps the scopes, each once, in one order.
func checkScopes(asked []Scope) (string, error) {
	for _, s := range asked {
		if !slices.Contains(Scopes(), s) {
			return "", models.Invalid("scopes", "invalid", "A scope is one of read, write, admin.")
		}
	}
	var words []string
	for _, s := range Scopes() {
		if slices.Contains(asked, s) {
			words = append(words, string(s))
		}
	}
	return strings.Join(words, " "), nil
}

// narrowed is the account as a token without ScopeAdmin speaks for it: an administrator's is a member's.
func narrowed(u *models.User, i Identity) *models.User {
	if i.May(ScopeAdmin) || !u.Governs() {
		return u
	}
	as := *u
	as.Role = models.RoleMember
	return &as
}

// bySession refuses a token: what decides who can sign in is for somebody who has signed in.
func bySession(who Identity) error {
	if who.TokenID != 0 {
		return models.Forbidden("This is done by somebody who has signed in, not by a token.")
	}
	return nil
}

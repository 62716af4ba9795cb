package models

import "strings"

// Session is one sign-in of a person on one device. Only the hash of its token is stored, so a copy of the database
// opens no session.
type Session struct {
	ID           ID     `gorm:"primaryKey;autoIncrement:false"`
	TokenHash    []byte // SHA-256 of the 32 random bytes in the cookie
	UserID       ID
	SessionEpoch int64  // the account's epoch at sign-in: the session is over once the account's is higher
	CreatedAt    Millis `gorm:"autoCreateTime:false"`
	SeenAt       Millis
	ExpiresAt    Millis // absolute end, however much it is used
	UserAgent    string
	IP           string
}

// TableName is the table of sessions.
func (Session) TableName() string { return "sessions" }

// APIToken lets a script speak for an account. Only the hash of the token is stored.
type APIToken struct {
	ID         ID `gorm:"primaryKey;autoIncrement:false"`
	TokenHash  []byte
	UserID     ID
	Name       string
	Scopes     string // words with spaces between them; empty: all that the account may do
	CreatedAt  Millis `gorm:"autoCreateTime:false"`
	LastUsedAt Millis
	ExpiresAt  Millis // 0: never
}

// TableName is the table of API tokens.
func (APIToken) TableName() string { return "api_tokens" }

// CheckTokenName returns a validation error unless the name has 1 to 64 characters on one line, not all white space.
func CheckTokenName(name string) error {
	if strings.TrimSpace(name) == "" {
		return Invalid("name", "required", "A token needs a name of 1 to 64 characters.")
	}
	return checkLine("name", name, 64)
}

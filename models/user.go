package models

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Role says what an account may do in the whole team. What a person may do in one room is a RoomRole.
type Role string

// The roles, from most to least power. A bot is an account that a token speaks for.
const (
	RoleOwner  Role = "owner"
	RoleAdmin  Role = "admin"
	RoleMember Role = "member"
	RoleGuest  Role = "guest"
	RoleBot    Role = "bot"
)

// User is an account. NameKey and EmailKey are the case-folded forms that must be unique.
type User struct {
	ID           ID `gorm:"primaryKey;autoIncrement:false"`
	Username     string
	NameKey      string
	DisplayName  string
	Email        *string
	EmailKey     *string
	PasswordHash string // argon2id in PHC form; empty where no password opens the account
	Role         Role
	AvatarURL    string
	Status       string // a short line that the person wrote
	Hue          int    // of the avatar, 1 to Hues as chosen, 0 for the one that comes of the id
	SessionEpoch int64  // rises when every session must end
	CreatedAt    Millis `gorm:"autoCreateTime:false"`
	DisabledAt   Millis
}

// TableName is the table of users.
func (User) TableName() string { return "users" }

// Governs reports whether the account may administer the team.
func (u *User) Governs() bool { return u.Role == RoleOwner || u.Role == RoleAdmin }

// Name is what people read: the display name, or the username where there is none.
func (u *User) Name() string {
	if u.DisplayName != "" {
		return u.DisplayName
	}
	return u.Username
}

// FoldKey returns the form under which a name is unique: lower-cased, for the ASCII usernames and for any language.
func FoldKey(name string) string { return strings.ToLower(strings.ToUpper(name)) }

// CheckUsername returns a validation error unless name is 2 to 32 of ASCII letters, digits, `_ . -`.
func CheckUsername(name string) error {
	if len(name) < 2 || len(name) > 32 {
		return Invalid("username", "length", "A username has 2 to 32 characters.")
	}
	for _, r := range name {
		if r > unicode.MaxASCII || !(unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("_.-", r)) {
			return Invalid("username", "characters", "A username is made of letters a to z, digits, and _ . -")
		}
	}
	if key := FoldKey(name); key == "all" || key == "here" {
		return Invalid("username", "reserved", "This name addresses everybody in a room.")
	}
	return nil
}

// CheckDisplayName returns a validation error unless name has at most 64 characters, none of them a control character
// or one that changes the direction of the text around it.
func CheckDisplayName(name string) error {
	if strings.TrimSpace(name) != "" && blank(name) {
		return Invalid("display_name", "characters", "A name has something to be seen of it.")
	}
	return checkLine("display_name", name, 64)
}

// Hues is how many colours an avatar can have.
const Hues = 12

// CheckHue returns a validation error unless hue is 0 (not chosen) to Hues.
func CheckHue(hue int) error {
	if hue < 0 || hue > Hues {
		return Invalid("hue", "invalid", "A colour is a number from 1 to 12, or 0 for none.")
	}
	return nil
}

// CheckStatus returns a validation error unless status is one line of at most 100 characters.
func CheckStatus(status string) error { return checkLine("status", status, 100) }

// CheckPassword returns a validation error unless the password has 8 to 1,024 bytes; every byte is allowed and counts.
func CheckPassword(field, password string) error {
	switch {
	case len(password) < 8:
		return Invalid(field, "too_short", "A password has at least 8 bytes.")
	case len(password) > 1024:
		return Invalid(field, "too_long", "A password has at most 1,024 bytes.")
	}
	return nil
}

// CheckEmail returns a validation error unless the address looks like one; only a message to it could prove it.
func CheckEmail(email string) error {
	at := strings.LastIndexByte(email, '@')
	if at < 1 || at > len(email)-4 || len(email) > 254 || strings.ContainsAny(email, " \t\r\n\x00<>,;\"") ||
		!strings.Contains(email[at:], ".") || !utf8.ValidString(email) {
		return Invalid("email", "invalid", "This does not look like an e-mail address.")
	}
	return nil
}

// checkLine accepts one line of at most limit characters that cannot disturb the text around it: no control
// characters, and none of the marks that reorder (bidi) or hide (zero width) what a reader sees.
func checkLine(field, s string, limit int) error {
	if !utf8.ValidString(s) || utf8.RuneCountInString(s) > limit {
		return Invalid(field, "too_long", "Too long.")
	}
	for _, r := range s {
		if unicode.IsControl(r) || invisible(r) {
			return Invalid(field, "characters", "Control and invisible characters cannot be used here.")
		}
	}
	return nil
}

// blank reports whether nothing of the text is drawn.
func blank(s string) bool {
	return strings.TrimFunc(s, func(r rune) bool {
		return unicode.IsSpace(r) || r == 0x2800 || // a braille cell without dots
			unicode.In(r, unicode.Cf, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point)
	}) == ""
}

func invisible(r rune) bool {
	switch {
	case r == 0x200B, r == 0x2060, r == 0xFEFF: // zero width; joiners stay: Persian and emoji need them
		return true
	case r == 0x200E, r == 0x200F, r == 0x061C, r >= 0x202A && r <= 0x202E, r >= 0x2066 && r <= 0x2069: // bidi controls
		return true
	case r == 0x2028, r == 0x2029:
		return true
	}
	return false
}

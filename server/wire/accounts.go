package wire

import "parley/models"

// Invite is an invitation as those who may make them see it. Code and URL are there only in the answer that made it.
type Invite struct {
	ID        string      `json:"id"`
	Role      models.Role `json:"role"`
	Uses      int64       `json:"uses"`
	UsesLeft  int64       `json:"uses_left"`
	RoomIDs   []string    `json:"room_ids"`
	CreatedBy string      `json:"created_by"`
	CreatedAt string      `json:"created_at"`
	ExpiresAt string      `json:"expires_at"`
	RevokedAt string      `json:"revoked_at,omitempty"`
	Usable    bool        `json:"usable"`
	Code      string      `json:"code,omitempty"`
	URL       string      `json:"url,omitempty"`
}

// ResetLink is a link by which somebody chooses a new password, in the one answer that ever holds it.
type ResetLink struct {
	Code      string `json:"code"`
	URL       string `json:"url"`
	ExpiresAt string `json:"expires_at"`
}

// SecondFactor says whether an account signs in with a second factor.
type SecondFactor struct {
	Enabled       bool   `json:"enabled"`
	RecoveryCodes int64  `json:"recovery_codes_left"`
	Since         string `json:"since,omitempty"`
}

// NewSecondFactor is what an authenticator app takes: the secret as it is typed, or the address in the QR code.
type NewSecondFactor struct {
	Secret string `json:"secret"`
	URL    string `json:"url"`
}

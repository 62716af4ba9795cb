package models

// Invite lets somebody sign up where sign-up is by invitation. Only the hash of the code is stored.
type Invite struct {
	ID        ID `gorm:"primaryKey;autoIncrement:false"`
	CodeHash  []byte
	Role      Role
	CreatedBy ID
	Uses      int64 // how many people it was made for
	UsesLeft  int64
	RoomIDs   string `gorm:"column:room_ids"` // comma-separated; empty: the general room, as for everybody
	CreatedAt Millis `gorm:"autoCreateTime:false"`
	ExpiresAt Millis
	RevokedAt Millis
}

// TableName is the table of invites.
func (Invite) TableName() string { return "invites" }

// ResetLink lets one person choose a new password once. Only the hash of its code is stored.
type ResetLink struct {
	ID        ID `gorm:"primaryKey;autoIncrement:false"`
	CodeHash  []byte
	UserID    ID
	CreatedBy ID
	CreatedAt Millis `gorm:"autoCreateTime:false"`
	ExpiresAt Millis
}

// TableName is the table of reset links.
func (ResetLink) TableName() string { return "reset_links" }

package models

// SecondFactor is what a person's authenticator app and the server both know (RFC 6238). It counts once a code has
// confirmed it.
type SecondFactor struct {
	UserID    ID     `gorm:"primaryKey;autoIncrement:false"`
	Secret    string // base32, as apps take it
	CreatedAt Millis `gorm:"autoCreateTime:false"`
	EnabledAt Millis // 0: not confirmed yet
	LastStep  int64  // the time step of the code that was used last
}

// TableName is the table of second factors.
func (SecondFactor) TableName() string { return "second_factors" }

// RecoveryCode stands in for the second factor once. Only its hash is stored.
type RecoveryCode struct {
	UserID   ID `gorm:"primaryKey;autoIncrement:false"`
	CodeHash []byte
}

// TableName is the table of recovery codes.
func (RecoveryCode) TableName() string { return "recovery_codes" }

package models

// AuditEntry is one line of the audit log: who did what to whom, and from where. The log is append only; a trigger
// refuses every change and deletion.
type AuditEntry struct {
	ID      ID `gorm:"primaryKey;autoIncrement:false"`
	At      Millis
	ActorID ID // 0: somebody at the server's own command line
	Action  AuditAction
	Target  string // an id, or a name where there is no id
	Detail  string // never a secret
	IP      string
}

// TableName is the table of the audit log.
func (AuditEntry) TableName() string { return "audit_log" }

// AuditAction is the stable word for what was done.
type AuditAction string

// What accounts do that somebody may have to look up later.
const (
	AuditSignUp         AuditAction = "account.signed_up"
	AuditAccountMade    AuditAction = "account.created"
	AuditSignIn         AuditAction = "session.created"
	AuditSignOut        AuditAction = "session.ended"
	AuditSessionRevoked AuditAction = "session.revoked"
	AuditPasswordChange AuditAction = "password.changed"
	AuditPasswordReset  AuditAction = "password.reset"
	AuditTokenMade      AuditAction = "token.created"
	AuditTokenDeleted   AuditAction = "token.deleted"
	AuditInviteMade     AuditAction = "invite.created"
	AuditRoleChange     AuditAction = "role.changed"
)

package models

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"hash"
)

// AuditEntry is one line of the audit log: who did what to whom, when, and from where. The log is append only: triggers
// refuse every change and deletion, and each line's hash covers the line before it.
type AuditEntry struct {
	ID      ID
	At      Millis
	ActorID ID // 0 with an address: somebody who is not signed in; 0 without: the server's own command line
	Action  AuditAction
	Target  string // an id, or a name where there is no id
	Detail  string // AuditDetail's JSON object, or "". Never a secret
	IP      string // "": the address that the request came from, as the context has it
	Hash    []byte // 32 bytes; nil in lines that are older than the chain
}

// AuditAction is the stable word for what was done: the noun, then what happened to it.
type AuditAction string

// What accounts do that somebody may have to look up later.
const (
	AuditSignUp          AuditAction = "account.signed_up"
	AuditAccountMade     AuditAction = "account.created"
	AuditSignIn          AuditAction = "session.created"
	AuditSignInRefused   AuditAction = "session.refused"
	AuditSignOut         AuditAction = "session.ended"
	AuditSessionRevoked  AuditAction = "session.revoked"
	AuditPasswordChange  AuditAction = "password.changed"
	AuditPasswordRefused AuditAction = "password.refused"
	AuditPasswordReset   AuditAction = "password.reset"
	AuditTokenMade       AuditAction = "token.created"
	AuditTokenDeleted    AuditAction = "token.deleted"
	AuditInviteMade      AuditAction = "invite.created"
	AuditRoleChange      AuditAction = "role.changed"
	AuditRoomMade        AuditAction = "room.created"
	AuditRoomChange      AuditAction = "room.changed"
	AuditRoomArchived    AuditAction = "room.archived"
	AuditMemberAdded     AuditAction = "member.added"
	AuditMemberRemoved   AuditAction = "member.removed"
	AuditMemberMuted     AuditAction = "member.muted"
	AuditMemberUnmuted   AuditAction = "member.unmuted"
	AuditMessageDeleted  AuditAction = "message.deleted" // another's; one's own is one's own business
	AuditInviteRevoked   AuditAction = "invite.revoked"
	AuditInviteUsed      AuditAction = "invite.used"
	AuditInvitePolicy    AuditAction = "invite.policy_changed"
	AuditDeactivated     AuditAction = "account.deactivated"
	AuditReactivated     AuditAction = "account.reactivated"
	AuditSessionsEnded   AuditAction = "session.all_ended"
	AuditResetLinkMade   AuditAction = "reset_link.created"
	AuditResetLinkUsed   AuditAction = "reset_link.used"
	AuditFactorOn        AuditAction = "second_factor.enabled"
	AuditFactorOff       AuditAction = "second_factor.disabled"
	AuditFactorReset     AuditAction = "second_factor.reset"
	AuditRecoveryUsed    AuditAction = "second_factor.recovery_used"
	AuditRecoveryMade    AuditAction = "second_factor.recovery_renewed"
	AuditSignUpPolicy    AuditAction = "signup.policy_changed"
	AuditRoomPolicy      AuditAction = "room.policy_changed"
	AuditSignedOutAll    AuditAction = "session.everybody_ended"
	AuditExported        AuditAction = "audit.exported"
)

// AuditActions lists every action, for those who choose among them.
func AuditActions() []AuditAction {
	return []AuditAction{
		AuditSignUp, AuditAccountMade, AuditDeactivated, AuditReactivated, AuditRoleChange,
		AuditSignIn, AuditSignInRefused, AuditSignOut, AuditSessionRevoked, AuditSessionsEnded, AuditSignedOutAll,
		AuditPasswordChange, AuditPasswordRefused, AuditPasswordReset, AuditResetLinkMade, AuditResetLinkUsed,
		AuditFactorOn, AuditFactorOff, AuditFactorReset, AuditRecoveryUsed, AuditRecoveryMade,
		AuditTokenMade, AuditTokenDeleted, AuditInviteMade, AuditInviteRevoked, AuditInviteUsed,
		AuditInvitePolicy, AuditSignUpPolicy, AuditRoomPolicy,
		AuditRoomMade, AuditRoomChange, AuditRoomArchived, AuditMemberAdded, AuditMemberRemoved, AuditMemberMuted, AuditMemberUnmuted,
		AuditMessageDeleted, AuditExported,
	}
}

// AuditDetail makes a line's detail of names and values that alternate.
func AuditDetail(pairs ...string) string {
	detail := make(map[string]string, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		detail[pairs[i]] = pairs[i+1]
	}
	b, err := json.Marshal(detail) // in the order of the names
	if err != nil {
		return "" // a map of strings has no such error
	}
	return string(b)
}

// Seal returns the line's hash when prev is that of the line before it; 32 zeros stand before the first. Every field
// goes in behind its length, so that no two lines have the same bytes.
func (e *AuditEntry) Seal(prev [sha256.Size]byte) (sum [sha256.Size]byte) {
	h := sha256.New()
	h.Write(prev[:])
	for _, n := range []int64{int64(e.ID), int64(e.At), int64(e.ActorID)} {
		writeNumber(h, n)
	}
	for _, text := range []string{string(e.Action), e.Target, e.Detail, e.IP} {
		writeNumber(h, int64(len(text)))
		h.Write([]byte(text))
	}
	h.Sum(sum[:0])
	return sum
}

func writeNumber(h hash.Hash, n int64) {
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], uint64(n))
	h.Write(b[:]) // a hash.Hash never fails
}

// addressKey is where a context carries the address of the request.
type addressKey struct{}

// WithAddress returns a context that carries the address from which its request came, for the audit log.
func WithAddress(ctx context.Context, ip string) context.Context {
	return context.WithValue(ctx, addressKey{}, ip)
}

// AddressOf returns the address that WithAddress put into the context, or "".
func AddressOf(ctx context.Context) string {
	ip, _ := ctx.Value(addressKey{}).(string)
	return ip
}

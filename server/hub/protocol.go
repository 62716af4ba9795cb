package hub

import "parley/server/wire"

// Protocol turns an event into the bytes of one kind of connection. Kind is a small number that is the same for all
// sessions that can share those bytes.
type Protocol interface {
	Kind() Kind
	// Append appends the event to b, framed for the connection; json is the event's JSON, made once for all protocols.
	Append(b []byte, e *wire.Event, json []byte) []byte
}

// Kind numbers the protocols.
type Kind uint8

// The protocols that share bytes.
const (
	KindWebSocket    Kind = iota // text frames
	KindDeflated                 // the same, compressed once for all
	KindPoll                     // records for server-sent events and long polling
	KindSocketIO                 // Socket.IO packets of the namespace /
	KindSocketIOFull             // and of /chat
	kinds
)

// Sink is one connection's way out. Its methods never block and may be called from any goroutine.
type Sink interface {
	// Write takes frames in order, all or none. It returns false when the connection is over its bound; nothing was
	// taken then. The bytes are shared: they must not be changed, and must be copied where they are kept.
	Write(frames []byte) bool
	// WriteEphemeral is Write for what may be lost: it takes nothing while anything else is waiting to be sent.
	WriteEphemeral(frames []byte)
	// NotifyDrained asks for one call of Session.Drained, from a goroutine of its own, when nothing is waiting to be
	// sent; at once where nothing is.
	NotifyDrained()
	// Close ends the connection with a close code of the contract.
	Close(code int, reason string)
}

// The close codes of the contract that are not in RFC 6455.
const (
	CloseRestart   = 1012
	CloseSignedOut = 4401
	CloseTooSlow   = 4408
	CloseBadFlood  = 4400
	CloseTooMany   = 4429
	ClosePolicy    = 1008
	CloseProtocol  = 1002
	CloseNotUTF8   = 1007
	CloseTooBig    = 1009
	CloseNormal    = 1000
	CloseInternal  = 1011
	CloseGoingAway = 1001
)

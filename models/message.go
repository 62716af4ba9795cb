package models

import "strconv"

// Message is one thing said in a room. Seq is the change that created it, ChangedSeq the last change of any kind
// (edit, reaction, pin, deletion); both come from the room's one sequence. A top-level message has a Num, a reply has a
// ThreadID and a ThreadNum instead. A deleted message keeps its row as a tombstone without text.
type Message struct {
	ID            ID `gorm:"primaryKey;autoIncrement:false"`
	RoomID        ID
	Seq           int64
	Num           *int64
	ChangedSeq    int64
	SenderID      ID
	ClientID      *string
	Text          string
	TextHash      int64 // of the text first sent: tells a retry from another message under the same client_id
	HTML          string
	ThreadID      *ID
	ThreadNum     *int64
	AlsoInRoom    bool
	ReplyCount    int64
	LastReplyAt   Millis
	Repliers      string // comma-separated ids of up to three people who replied last, the latest first
	MentionIDs    string // comma-separated user ids, 0 for everybody; the rows of mentions are the index, this is the message's own copy
	ReactionCount int64
	Revision      int64
	CreatedAt     Millis `gorm:"autoCreateTime:false"`
	EditedAt      Millis
	DeletedAt     Millis
	PinnedAt      Millis
	PinnedBy      ID
}

// TableName is the table of messages.
func (Message) TableName() string { return "messages" }

// Revision is a text that a message had before an edit.
type Revision struct {
	MessageID ID    `gorm:"primaryKey;autoIncrement:false"`
	Revision  int64 `gorm:"primaryKey;autoIncrement:false"`
	Text      string
	EditedAt  Millis // when this text was replaced
	EditedBy  ID
}

// TableName is the table of message revisions.
func (Revision) TableName() string { return "message_revisions" }

// Reaction is one person's emoji on a message.
type Reaction struct {
	MessageID ID     `gorm:"primaryKey;autoIncrement:false"`
	UserID    ID     `gorm:"primaryKey;autoIncrement:false"`
	Emoji     string `gorm:"primaryKey"`
	CreatedAt Millis `gorm:"autoCreateTime:false"`
}

// TableName is the table of reactions.
func (Reaction) TableName() string { return "reactions" }

// Mention says that a message addresses a user; user 0 is everybody in the room. Num is 0 for a reply.
type Mention struct {
	UserID    ID    `gorm:"primaryKey;autoIncrement:false"`
	RoomID    ID    `gorm:"primaryKey;autoIncrement:false"`
	Seq       int64 `gorm:"primaryKey;autoIncrement:false"`
	Num       int64
	MessageID ID
}

// TableName is the table of mentions.
func (Mention) TableName() string { return "mentions" }

// CheckClientID returns a validation error unless id is 1 to 64 printable ASCII bytes.
func CheckClientID(id string) error {
	if len(id) < 1 || len(id) > 64 {
		return Invalid("client_id", "length", "A client_id has 1 to 64 bytes.")
	}
	for i := range len(id) {
		if id[i] < 0x20 || id[i] > 0x7e {
			return Invalid("client_id", "characters", "A client_id is made of printable ASCII.")
		}
	}
	return nil
}

// JoinIDs writes ids as the comma-separated list that MentionIDs holds.
func JoinIDs(ids []ID) string {
	var b []byte
	for i, id := range ids {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendInt(b, int64(id), 10)
	}
	return string(b)
}

// SplitIDs reads what JoinIDs wrote.
func SplitIDs(s string) []ID {
	var ids []ID
	for start := 0; start < len(s); {
		end := start
		for end < len(s) && s[end] != ',' {
			end++
		}
		if n, err := strconv.ParseInt(s[start:end], 10, 64); err == nil {
			ids = append(ids, ID(n))
		}
		start = end + 1
	}
	return ids
}

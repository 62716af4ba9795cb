package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"

	"parley/models"
)

// CommandType is the `type` of a client command.
type CommandType string

// The commands of the socket.
const (
	CmdHello  CommandType = "hello"
	CmdSend   CommandType = "message.send"
	CmdTyping CommandType = "typing"
	CmdRead   CommandType = "read"
	CmdOpen   CommandType = "open"
	CmdClose  CommandType = "close"
	CmdPing   CommandType = "ping"
)

// MaxRef is the longest ref, in bytes.
const MaxRef = 64

// Command is one frame from a client. Which fields count depends on Type.
type Command struct {
	Type       CommandType      `json:"type"`
	Ref        string           `json:"ref"`
	Epoch      string           `json:"epoch"`
	Rooms      map[string]int64 `json:"rooms"`
	RoomID     string           `json:"room_id"`
	ClientID   string           `json:"client_id"`
	Text       *string          `json:"text"`
	ThreadID   string           `json:"thread_id"`
	AlsoInRoom bool             `json:"also_in_room"`
	Num        *int64           `json:"num"`
	Since      *int64           `json:"since"`
}

// DecodeCommand reads one command. On an error the command still carries the ref where one could be read, so that the
// answer can name it. Where a key stands twice, the last one counts, as everywhere in the API.
func DecodeCommand(frame []byte) (Command, error) {
	var c Command
	var err error
	if !plainCommand(frame, &c) {
		c = Command{}
		err = DecodeStrict(frame, &c)
	}
	if len(c.Ref) > MaxRef {
		c.Ref = ""
		return c, models.Invalid("ref", "too_long", "A ref has at most 64 bytes.")
	}
	if err == nil && c.Type == "" {
		err = models.NewError(models.CodeBadRequest, "A command needs a type.")
	}
	return c, err
}

// DecodeStrict reads one JSON object and nothing after it into v. Every fault is CodeBadRequest with a sentence for
// people.
func DecodeStrict(data []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(data))
	if err := d.Decode(v); err != nil {
		return decodeError(err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return models.NewError(models.CodeBadRequest, "There is something after the JSON object.")
	}
	return nil
}

func decodeError(err error) error {
	var wrong *json.UnmarshalTypeError
	switch {
	case errors.As(err, &wrong) && wrong.Field != "":
		e := models.Invalid(wrong.Field, "type", "The field "+wrong.Field+" has the wrong type.")
		e.Code = models.CodeBadRequest
		return e
	case errors.As(err, &wrong):
		return models.NewError(models.CodeBadRequest, "A JSON object was expected.")
	}
	return models.NewError(models.CodeBadRequest, "This is not valid JSON.")
}

// Draft is a message that somebody wants to send.
type Draft struct {
	RoomID     ID
	ClientID   string
	Text       string
	ThreadID   ID // 0: a top-level message
	AlsoInRoom bool

	Told func() // of its event; nil where nobody waits for that
}

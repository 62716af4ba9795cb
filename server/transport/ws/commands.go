package ws

import (
	"errors"

	"parley/models"
	"parley/server/hub"
	"parley/server/wire"
)

// reader carries out a connection's commands, one after the other.
type reader struct {
	conn *conn
	user wire.ID
	bad  int // commands that could not be understood
}

func (r *reader) handle(frame []byte) {
	if len(frame) == 0 && r.conn.isClosing() {
		return
	}
	cmd, err := wire.DecodeCommand(frame)
	if err == nil {
		err = r.do(&cmd)
	}
	if err != nil {
		r.fail(cmd.Ref, err)
	}
}

func (r *reader) do(cmd *wire.Command) error {
	c := r.conn
	if c.session.Who.ReadOnly && (cmd.Type == wire.CmdSend || cmd.Type == wire.CmdTyping || cmd.Type == wire.CmdRead) {
		return models.Forbidden("This token may not write.")
	}
	switch cmd.Type {
	case wire.CmdPing:
		c.session.Send(appendFrame(nil, finText, wire.AppendPong(nil, cmd.Ref)))
		return nil
	case wire.CmdSend:
		return r.send(cmd)
	case wire.CmdTyping, wire.CmdOpen, wire.CmdClose, wire.CmdRead:
		room, err := models.ParseID(cmd.RoomID)
		if err != nil {
			return models.NotFound("There is no such room.")
		}
		return r.inRoom(cmd, room)
	case wire.CmdHello:
		return models.NewError(models.CodeBadRequest, "This connection has said hello already.")
	}
	return models.NewError(models.CodeBadRequest, "There is no such command.")
}

func (r *reader) inRoom(cmd *wire.Command, room wire.ID) error {
	ok := true
	switch cmd.Type {
	case wire.CmdTyping:
		ok = r.conn.session.Typing(room)
	case wire.CmdOpen:
		if ok = r.conn.session.OpenRoom(room); ok && cmd.Since != nil {
			r.conn.session.Replay(r.conn.server.ctx, room, max(*cmd.Since, 0))
		}
	case wire.CmdClose:
		ok = r.conn.session.CloseRoom(room)
	default:
		if cmd.Num == nil {
			return models.Invalid("num", "required", "The command read needs num.")
		}
		return r.conn.server.chat.Read(r.conn.server.ctx, r.user, room, *cmd.Num, r.conn.session.ID)
	}
	if !ok {
		return r.conn.server.chat.WhyNot(r.conn.server.ctx, r.user, room)
	}
	return nil
}

func (r *reader) send(cmd *wire.Command) error {
	c := r.conn
	if c.server.draining.Load() {
		return models.Busy("The server is stopping.", nil)
	}
	d := wire.Draft{ClientID: cmd.ClientID, AlsoInRoom: cmd.AlsoInRoom}
	var err error
	if d.RoomID, err = models.ParseID(cmd.RoomID); err != nil {
		return models.NotFound("There is no such room.")
	}
	if cmd.ThreadID != "" {
		if d.ThreadID, err = models.ParseID(cmd.ThreadID); err != nil {
			return models.NotFound("There is no such thread.")
		}
	}
	if cmd.Text == nil {
		return models.Invalid("text", "required", "The command message.send needs text.")
	}
	d.Text = *cmd.Text
	ref := cmd.Ref
	d.Told = c.release
	c.beginAck()
	c.server.chat.Submit(r.user, d, func(m *wire.Message, duplicate bool, err error) {
		defer c.endAck()
		if err != nil {
			c.session.Send(errorFrame(ref, err))
			c.countRefused()
			return
		}
		c.ack(ref, m, duplicate)
	})
	return nil
}

// ack answers a send. What was sent before gets its answer at once; what is new waits for Draft.Told, because the room's
// event is about to come by: both leave in one write then.
func (c *conn) ack(ref string, m *wire.Message, duplicate bool) {
	scratch := c.server.messages.Get().(*[]byte)
	*scratch = wire.AppendAck((*scratch)[:0], ref, m, duplicate)
	if !c.hold(*scratch, !duplicate) {
		c.Close(hub.CloseTooSlow, "too slow")
	}
	c.server.messages.Put(scratch)
}

// fail answers a command that was not carried out, and ends a connection that sends too many of them.
func (r *reader) fail(ref string, err error) {
	c := r.conn
	c.session.Send(errorFrame(ref, err))
	switch models.CodeOf(err) {
	case models.CodeBadRequest, models.CodeValidation:
		if r.bad++; r.bad >= maxBad {
			c.Close(hub.CloseBadFlood, "too many bad commands")
		}
	}
}

// countRefused is called for each send that was turned down, from whichever goroutine answers it.
func (c *conn) countRefused() {
	if c.refusals.Add(1) == maxRefused {
		c.Close(hub.CloseTooMany, "too many messages")
	}
}

func errorFrame(ref string, err error) []byte {
	var e *models.Error
	if !errors.As(err, &e) || e.Code == models.CodeInternal {
		e = models.NewError(models.CodeInternal, "Something went wrong here. It was logged.")
	}
	return appendFrame(nil, finText, wire.AppendError(nil, ref, e.Code, e.Detail, e.RetryAfter.Seconds()))
}

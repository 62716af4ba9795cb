package main

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// dialect is how pages speak to one server over Socket.IO.
type dialect interface {
	// prepare makes what the pages need, once for each start of the server.
	prepare(address string) error
	// connect and join are what client n says first; each is answered by a packet that begins with what is returned.
	connect(n int) (says, answer string)
	join() (says, answer string)
	// message is the packet that sends a text, and heard is how the packet that brings it begins.
	message(text string) string
	heard() string
}

// stockPage speaks to the stock server, whose room has no name but what its pages say.
type stockPage struct{}

func (stockPage) prepare(string) error         { return nil }
func (stockPage) connect(int) (string, string) { return "40", "40{" }
func (stockPage) join() (says, answer string)  { return `420["join","r0"]`, "430[" }
func (stockPage) message(text string) string   { return `42["msg","r0","` + text + `"]` }
func (stockPage) heard() string                { return `42["msg","` }

// parleyPage speaks to this server, with as many accounts as its limits would want.
type parleyPage struct {
	tokens []string
	room   string
}

// perAccount is how many connections one account may have.
const perAccount = 20

func (p *parleyPage) prepare(address string) error {
	p.tokens = nil
	for len(p.tokens) < pageClients/perAccount {
		token, err := signUp("http://"+address, fmt.Sprintf("page-%d-%d", time.Now().UnixNano(), len(p.tokens)))
		if err != nil {
			return err
		}
		p.tokens = append(p.tokens, token)
	}
	var made struct{ Room struct{ ID string } }
	name := map[string]string{"name": fmt.Sprint("pages ", time.Now().UnixNano()), "kind": "open"}
	err := ask("http://"+address+"/api/v1/rooms", p.tokens[0], name, &made)
	p.room = made.Room.ID
	return err
}

func (p *parleyPage) connect(n int) (says, answer string) {
	return `40{"token":"` + p.tokens[n%len(p.tokens)] + `"}`, "40{"
}

func (p *parleyPage) join() (says, answer string) {
	return `420["join","` + p.room + `"]`, `430[{"ok":true`
}

func (p *parleyPage) message(text string) string {
	return `42["message",{"room":"` + p.room + `","text":"` + text + `"}]`
}

func (p *parleyPage) heard() string { return `42["message",{"room":` }

// signUp makes an account and returns a token of it.
func signUp(url, name string) (string, error) {
	b, err := json.Marshal(map[string]string{"username": name, "password": "only for measuring"})
	if err != nil {
		return "", err
	}
	res, err := http.Post(url+"/api/v1/signup", "application/json", bytes.NewReader(b))
	if err != nil {
		return "", err
	}
	_ = res.Body.Close()
	if res.StatusCode != http.StatusCreated || len(res.Cookies()) == 0 {
		return "", fmt.Errorf("signing up: %s", res.Status)
	}
	req, err := http.NewRequest(http.MethodPost, url+"/api/v1/me/tokens", strings.NewReader(`{"name":"page"}`))
	if err != nil {
		return "", err
	}
	req.AddCookie(res.Cookies()[0])
	var made struct{ Token string }
	err = do(req, &made)
	return made.Token, err
}

func ask(url, token string, in, out any) error {
	b, err := json.Marshal(in)
	if err != nil {
		return err
	}
	req, err := http.NewRequest(http.MethodPost, url, bytes.NewReader(b))
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+token)
	return do(req, out)
}

func do(req *http.Request, out any) error {
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusCreated {
		return fmt.Errorf("%s: %s", req.URL.Path, res.Status)
	}
	return json.NewDecoder(res.Body).Decode(out)
}

// late is how long a delivery may take before it counts as lost.
const late = 15 * time.Second

// pageRoom is a room full of clients. Each answers heartbeats and counts what it hears.
type pageRoom struct {
	dialect dialect
	clients []*pageClient
	heard   atomic.Int64
}

// enterRoom connects all clients, a few at a time, and returns when all are in the room.
func enterRoom(address string, d dialect) (*pageRoom, error) {
	r := &pageRoom{dialect: d, clients: make([]*pageClient, pageClients)}
	var all sync.WaitGroup
	errs := make([]error, 16)
	for part := range errs {
		all.Go(func() {
			for n := part; n < pageClients && errs[part] == nil; n += len(errs) {
				r.clients[n], errs[part] = enterPage(address, d, n)
			}
		})
	}
	all.Wait()
	if err := errors.Join(errs...); err != nil {
		r.close()
		return nil, err
	}
	for _, c := range r.clients {
		go c.listen(d.heard(), &r.heard)
	}
	return r, nil
}

// talk lets the clients send in turn, and returns how many messages they sent and how many deliveries came of them.
func (r *pageRoom) talk(length time.Duration) (sent int, heard int64) {
	before := r.heard.Load()
	filling := strings.Repeat("a lazy dog; ", pageText/12+1)[:pageText]
	tick := time.NewTicker(time.Second / pageRate)
	defer tick.Stop()
	for end := time.Now().Add(length); time.Now().Before(end); sent++ {
		<-tick.C
		_ = r.clients[sent%pageClients].say(r.dialect.message(filling)) // one that is gone shows in what is heard
	}
	for wait := time.Now().Add(late); r.heard.Load()-before < int64(sent*pageClients) && time.Now().Before(wait); {
		time.Sleep(5 * time.Millisecond)
	}
	return sent, r.heard.Load() - before
}

func (r *pageRoom) close() {
	for _, c := range r.clients {
		if c != nil {
			_ = c.conn.Close()
		}
	}
}

// pageClient is one WebSocket that speaks Socket.IO.
type pageClient struct {
	conn net.Conn
	in   *bufio.Reader
	mu   sync.Mutex // of what is written
	text []byte     // of the frame read last
}

func enterPage(address string, d dialect, n int) (*pageClient, error) {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return nil, err
	}
	c := &pageClient{conn: conn, in: bufio.NewReaderSize(conn, 1024)}
	if err := c.enter(address, d, n); err != nil {
		_ = conn.Close()
		return nil, err
	}
	return c, nil
}

func (c *pageClient) enter(address string, d dialect, n int) error {
	_, err := fmt.Fprintf(c.conn, "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: %s\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"+
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n", address)
	if err != nil {
		return err
	}
	res, err := http.ReadResponse(c.in, nil)
	if err != nil {
		return err
	}
	if res.StatusCode != http.StatusSwitchingProtocols {
		return fmt.Errorf("the handshake: %s", res.Status)
	}
	if err := c.await("0{"); err != nil {
		return err
	}
	for _, step := range []func() (string, string){func() (string, string) { return d.connect(n) }, d.join} {
		says, answer := step()
		if err := c.say(says); err != nil {
			return err
		}
		if err := c.await(answer); err != nil {
			return err
		}
	}
	return nil
}

func (c *pageClient) await(beginning string) error {
	for range 10_000 {
		text, err := c.next()
		if err != nil {
			return fmt.Errorf("waiting for %s: %w", beginning, err)
		}
		if bytes.HasPrefix(text, []byte(beginning)) {
			return nil
		}
	}
	return errors.New("never answered: " + beginning)
}

func (c *pageClient) listen(message string, heard *atomic.Int64) {
	for {
		text, err := c.next()
		if err != nil {
			return // the room counts what is heard
		}
		switch {
		case bytes.HasPrefix(text, []byte(message)):
			heard.Add(1)
		case len(text) == 1 && text[0] == '2':
			_ = c.say("3")
		}
	}
}

// next reads one frame; a server's are never masked, and these two never split theirs.
func (c *pageClient) next() ([]byte, error) {
	head, err := c.in.Peek(2)
	if err != nil {
		return nil, err
	}
	size, skip := int(head[1]&0x7f), 2
	switch size {
	case 126:
		if head, err = c.in.Peek(4); err != nil {
			return nil, err
		}
		size, skip = int(binary.BigEndian.Uint16(head[2:])), 4
	case 127:
		return nil, errors.New("a frame of more than 64 KiB")
	}
	if _, err := c.in.Discard(skip); err != nil {
		return nil, err
	}
	if cap(c.text) < size {
		c.text = make([]byte, size)
	}
	c.text = c.text[:size]
	_, err = io.ReadFull(c.in, c.text)
	return c.text, err
}

// say sends one frame, masked with zeros.
func (c *pageClient) say(text string) error {
	b := []byte{0x81}
	if len(text) < 126 {
		b = append(b, 0x80|byte(len(text)))
	} else {
		b = binary.BigEndian.AppendUint16(append(b, 0x80|126), uint16(len(text)))
	}
	b = append(append(b, 0, 0, 0, 0), text...)
	c.mu.Lock()
	defer c.mu.Unlock()
	_, err := c.conn.Write(b)
	return err
}

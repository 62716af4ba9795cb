package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"strconv"
)

// password is what everybody in the pictures signs in with.
const password = "paper and ink and tea"

// person speaks to the server as one member of the team.
type person struct {
	id, username string

	url  string
	http *http.Client
	sent int
}

type object = map[string]any

// answer holds what any call of ours may bring.
type answer struct {
	User, Room, Message struct{ ID string }
	Rooms               []struct{ ID, Name string }
}

func signUp(ctx context.Context, url, username, name string) (*person, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	p := &person{username: username, url: url, http: &http.Client{Jar: jar}}
	got, err := p.call(ctx, http.MethodPost, "/signup", object{"username": username, "password": password, "display_name": name})
	if err != nil {
		return nil, err
	}
	p.id = got.User.ID
	return p, nil
}

// say sends a message, or a reply where root is not empty, and returns its id.
func (p *person) say(ctx context.Context, room, root, text string) (string, error) {
	p.sent++
	body := object{"text": text, "client_id": p.username + "-" + strconv.Itoa(p.sent)}
	if root != "" {
		body["thread_id"] = root
	}
	got, err := p.call(ctx, http.MethodPost, "/rooms/"+room+"/messages", body)
	return got.Message.ID, err
}

func (p *person) call(ctx context.Context, method, path string, body object) (answer, error) {
	var out answer
	sent, err := json.Marshal(body)
	if err != nil {
		return out, err
	}
	req, err := http.NewRequestWithContext(ctx, method, p.url+"/api/v1"+path, bytes.NewReader(sent))
	if err != nil {
		return out, err
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := p.http.Do(req)
	if err != nil {
		return out, err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		return out, err
	}
	if res.StatusCode >= http.StatusBadRequest {
		return out, fmt.Errorf("%s %s: %d %s", method, path, res.StatusCode, text)
	}
	if len(text) == 0 {
		return out, nil
	}
	return out, json.Unmarshal(text, &out)
}

package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// visitor prepares a server that is running already, by its public interface alone.
type visitor struct {
	base   string
	client *http.Client
	set    string // begins the names of all that it makes
}

// accountsAtOnce bounds the sign-ups under way: each costs the server a slow password hash.
const accountsAtOnce = 4

// connectionsPerAccount is what a server with its limits on lets one account have.
const connectionsPerAccount = 20

// prepare makes rooms with perRoom accounts in each.
func (v *visitor) prepare(ctx context.Context, rooms, perRoom int) ([]*room, error) {
	made := make([]*room, rooms)
	owners := make([]string, rooms)
	c := &crowd{}
	err := c.inParallel(min(accountsAtOnce, rooms), func(w int) error {
		for i := w; i < rooms; i += accountsAtOnce {
			r := &room{moved: make(chan struct{}, 1)}
			for p := range perRoom {
				token, err := v.account(ctx, fmt.Sprintf("%s-%d-%d", v.set, i, p))
				if err != nil {
					return err
				}
				if p == 0 {
					owners[i] = token
					var answer struct{ Room struct{ ID string } }
					in := map[string]string{"name": fmt.Sprintf("%s-%d", v.set, i)}
					if err := v.call(ctx, "POST", "/api/v1/rooms", token, in, &answer); err != nil {
						return err
					}
					r.id = answer.Room.ID
				} else if err := v.call(ctx, "POST", "/api/v1/rooms/"+r.id+"/join", token, nil, nil); err != nil {
					return err
				}
				r.tokens = append(r.tokens, token)
			}
			made[i] = r
		}
		return nil
	})
	return made, err
}

// leave archives the rooms: they stay, with what was said in them, but nobody's list shows them as alive.
func (v *visitor) leave(ctx context.Context, rooms []*room) error {
	var errs []error
	for _, r := range rooms {
		if r != nil && len(r.tokens) > 0 {
			errs = append(errs, v.call(ctx, "DELETE", "/api/v1/rooms/"+r.id, r.tokens[0], nil, nil))
		}
	}
	return errors.Join(errs...)
}

// account signs up and returns a token of the new account.
func (v *visitor) account(ctx context.Context, name string) (string, error) {
	in := map[string]string{"username": name, "password": "for load tests only, " + v.set}
	b, err := json.Marshal(in)
	if err != nil {
		return "", err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, v.base+"/api/v1/signup", bytes.NewReader(b))
	if err != nil {
		return "", err
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := v.client.Do(req)
	if err != nil {
		return "", err
	}
	if err := readAnswer(res, nil); err != nil {
		return "", fmt.Errorf("making the account %s: %w", name, err)
	}
	cookies := make([]string, 0, 1)
	for _, c := range res.Cookies() {
		cookies = append(cookies, c.Name+"="+c.Value)
	}
	var token struct{ Token string }
	if req, err = http.NewRequestWithContext(ctx, http.MethodPost, v.base+"/api/v1/me/tokens", strings.NewReader(`{"name":"bench"}`)); err != nil {
		return "", err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Cookie", strings.Join(cookies, "; "))
	if res, err = v.client.Do(req); err != nil {
		return "", err
	}
	err = readAnswer(res, &token)
	return token.Token, err
}

func (v *visitor) call(ctx context.Context, method, path, token string, in, out any) error {
	var body io.Reader
	if in != nil {
		b, err := json.Marshal(in)
		if err != nil {
			return err
		}
		body = bytes.NewReader(b)
	}
	req, err := http.NewRequestWithContext(ctx, method, v.base+path, body)
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Content-Type", "application/json")
	res, err := v.client.Do(req)
	if err != nil {
		return err
	}
	if err := readAnswer(res, out); err != nil {
		return fmt.Errorf("%s %s: %w", method, path, err)
	}
	return nil
}

// maxAnswer bounds what is read of an answer.
const maxAnswer = 1 << 20

func readAnswer(res *http.Response, out any) error {
	defer res.Body.Close()
	b, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	if err != nil {
		return err
	}
	if res.StatusCode < 300 {
		if out == nil {
			return nil
		}
		return json.Unmarshal(b, out)
	}
	var problem struct{ Code, Detail string }
	if json.Unmarshal(b, &problem) != nil {
		return errors.New(res.Status)
	}
	hint := ""
	switch {
	case problem.Code == "rate_limited":
		hint = " Start that server with --rate-limits off."
	case res.StatusCode == http.StatusForbidden:
		hint = " The tool signs up accounts of its own: start that server with --signup open."
	}
	return fmt.Errorf("%s: %s%s", res.Status, problem.Detail, hint)
}

func newHTTP() *http.Client {
	return &http.Client{Timeout: time.Minute, Transport: &http.Transport{Proxy: nil, MaxIdleConnsPerHost: 2 * accountsAtOnce}}
}

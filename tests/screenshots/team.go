package main

import (
	"context"
	"fmt"
	"net/http"
)

// team is a server in which somebody has talked.
type team struct {
	url    string
	people map[string]*person
	rooms  map[string]string // ids by name
	roots  map[string]string // ids of messages that have a label
}

// member is one account of the made-up team; the first is the owner, whose screen the pictures show.
type member struct{ username, name, status string }

var members = []member{
	{"ada", "Ada Okafor", ""},
	{"ben", "Ben Lindqvist", "in the workshop until four"},
	{"chenwei", "陈薇", ""},
	{"dana", "Dana Ruiz", "on the train"},
	{"emre", "Emre Yılmaz", ""},
	{"farah", "Farah Haddad", ""},
	{"liming", "李明", "下午不在"},
}

// place is a room, its topic and who is in it besides the owner.
type place struct {
	name, topic, kind string
	who               []string
}

var places = []place{
	{"design", "How things look and feel. Sketches welcome.", "open", []string{"ben", "dana", "farah", "chenwei"}},
	{"releases", "What ships, when, and who holds the list", "open", []string{"ben", "chenwei", "dana", "emre", "farah", "liming"}},
	{"kitchen", "Tea, cake, and whose turn it is", "open", []string{"ben", "dana", "emre", "farah"}},
	{"北京办公室", "北京同事的日常：会议室、午饭、快递", "open", []string{"chenwei", "liming", "dana"}},
	{"budget 2027", "Numbers, before they are final", "private", []string{"dana", "farah"}},
	{"reading", "One paper a week", "open", []string{"emre", "liming"}},
}

// line is one message: who says it where. A label lets later lines answer it; a reaction is who and what.
type line struct {
	who, room, text  string
	label, answering string
	reactions        []string
}

func assemble(ctx context.Context, url string) (*team, error) {
	t := &team{url: url, people: map[string]*person{}, rooms: map[string]string{}, roots: map[string]string{}}
	for _, m := range members {
		p, err := signUp(ctx, url, m.username, m.name)
		if err != nil {
			return nil, err
		}
		t.people[m.username] = p
		if m.status == "" {
			continue
		}
		if _, err := p.call(ctx, http.MethodPatch, "/me", object{"status": m.status}); err != nil {
			return nil, err
		}
	}
	if err := t.furnish(ctx); err != nil {
		return nil, err
	}
	for _, l := range talk {
		if err := t.play(ctx, l); err != nil {
			return nil, fmt.Errorf("%s in %s: %w", l.who, l.room, err)
		}
	}
	return t, t.settle(ctx)
}

// furnish makes the rooms, and one direct room for each of three people.
func (t *team) furnish(ctx context.Context) error {
	owner := t.people[members[0].username]
	mine, err := owner.call(ctx, http.MethodGet, "/rooms", object{})
	if err != nil {
		return err
	}
	for _, r := range mine.Rooms {
		t.rooms[r.Name] = r.ID
	}
	for _, p := range places {
		made, err := owner.call(ctx, http.MethodPost, "/rooms", object{"name": p.name, "topic": p.topic, "kind": p.kind})
		if err != nil {
			return err
		}
		t.rooms[p.name] = made.Room.ID
		for _, who := range p.who {
			if _, err := owner.call(ctx, http.MethodPut, "/rooms/"+made.Room.ID+"/members/"+t.people[who].id, nil); err != nil {
				return err
			}
		}
	}
	for _, who := range []string{"ben", "chenwei", "dana"} {
		made, err := owner.call(ctx, http.MethodPost, "/rooms/direct", object{"user_ids": []string{t.people[who].id}})
		if err != nil {
			return err
		}
		t.rooms["@"+who] = made.Room.ID
	}
	_, err = owner.call(ctx, http.MethodPatch, "/rooms/"+t.rooms["general"], object{"topic": "Everybody, about everything that concerns everybody"})
	return err
}

func (t *team) play(ctx context.Context, l line) error {
	id, err := t.people[l.who].say(ctx, t.rooms[l.room], t.roots[l.answering], l.text)
	if err != nil {
		return err
	}
	if l.label != "" {
		t.roots[l.label] = id
	}
	for i := 0; i+1 < len(l.reactions); i += 2 {
		if _, err := t.people[l.reactions[i]].call(ctx, http.MethodPut, "/messages/"+id+"/reactions/"+l.reactions[i+1], nil); err != nil {
			return err
		}
	}
	return nil
}

// settle leaves the owner's sidebar as on a working day: most rooms read, some not, one a favourite.
func (t *team) settle(ctx context.Context) error {
	owner := t.people[members[0].username]
	for _, name := range []string{"general", "design", "北京办公室", "reading", "budget 2027", "@chenwei"} {
		if _, err := owner.call(ctx, http.MethodPost, "/rooms/"+t.rooms[name]+"/read", object{"num": 1000}); err != nil {
			return err
		}
	}
	if _, err := owner.call(ctx, http.MethodPut, "/messages/"+t.roots["list"]+"/pin", nil); err != nil {
		return err
	}
	_, err := owner.call(ctx, http.MethodPatch, "/rooms/"+t.rooms["general"]+"/me", object{"favourite": true})
	return err
}

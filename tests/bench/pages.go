package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"time"
)

const (
	pageClients = 1000
	pageRate    = 20 // messages a second, in the one room that all are in
	pageText    = 128
)

// pages are the CPU that a delivery to a Socket.IO client costs this server and the stock one, in microseconds, of the
// runs in which nothing was lost. Both are driven by the same clients over WebSocket, which speak to each as its pages
// do: here a message is stored before anybody hears of it, there it is passed on.
type pages struct{ ours, stock []float64 }

func (b *bench) measurePages(runs int) pages {
	var p pages
	sides := []struct {
		name    string
		dialect dialect
		into    *[]float64
	}{
		{"parley", &parleyPage{}, &p.ours},
		{"Socket.IO", stockPage{}, &p.stock},
	}
	staysOnCore(1) // the clients are in this program
	for range runs {
		for _, side := range sides {
			at := slices.IndexFunc(b.servers, func(s server) bool { return s.name == side.name })
			if at < 0 {
				continue // it was said when the servers were built
			}
			select {
			case <-b.interrupted:
				return p
			default:
			}
			cost, err := b.oncePages(b.servers[at], side.dialect)
			if err != nil {
				fmt.Printf("thrown away: a run of %s under Socket.IO clients: %v\n", side.name, err)
				continue
			}
			fmt.Printf("%d Socket.IO clients in one room, %s: %.2f us a delivery\n", pageClients, side.name, cost)
			*side.into = append(*side.into, cost)
		}
	}
	return p
}

// oncePages loads one server with a room of Socket.IO clients, and returns what a delivery cost it in microseconds.
func (b *bench) oncePages(s server, d dialect) (float64, error) {
	port, pid, stop, err := s.start()
	if err != nil {
		return 0, err
	}
	defer stop()
	if err := d.prepare(address(port)); err != nil {
		return 0, err
	}
	room, err := enterRoom(address(port), d)
	if err != nil {
		return 0, err
	}
	defer room.close()
	room.talk(time.Second) // so that what grows has grown
	before, err := cpuTime(pid)
	if err != nil {
		return 0, err
	}
	sent, heard := room.talk(b.length)
	after, err := cpuTime(pid)
	if err != nil {
		return 0, err
	}
	if want := int64(sent * pageClients); heard != want {
		return 0, fmt.Errorf("%d of %d deliveries arrived", heard, want)
	}
	return float64((after - before).Microseconds()) / float64(heard), nil
}

// cpuTime is what a process has used so far, in user and kernel mode.
func cpuTime(pid int) (time.Duration, error) {
	b, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return 0, err
	}
	_, rest, _ := bytes.Cut(b, []byte(") ")) // the name may hold blanks
	fields := bytes.Fields(rest)
	const user, system, tick = 11, 12, 10 * time.Millisecond // proc(5): fields 14 and 15; Linux counts 100 a second
	if len(fields) <= system {
		return 0, errors.New("/proc/PID/stat is too short")
	}
	u, err := strconv.ParseInt(string(fields[user]), 10, 64)
	if err != nil {
		return 0, err
	}
	k, err := strconv.ParseInt(string(fields[system]), 10, 64)
	return time.Duration(u+k) * tick, err
}

// line says it in a sentence for below the table.
func (p pages) line() string {
	if len(p.ours) == 0 || len(p.stock) == 0 {
		return ""
	}
	slices.Sort(p.ours)
	slices.Sort(p.stock)
	ours, stock := p.ours[len(p.ours)/2], p.stock[len(p.stock)/2]
	return fmt.Sprintf("\n%d Socket.IO clients in one room, %d messages a second: a delivery costs the server %.2f us of CPU; the stock Socket.IO server on Node, in the same runs, %.2f us: %.2f times.\n",
		pageClients, pageRate, ours, stock, ours/max(stock, 1e-9))
}

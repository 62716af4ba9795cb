// Package testkit starts the built program and speaks to it as the outside world does: processes, HTTP, WebSocket and
// bare TCP. It knows the public contract and nothing of the server's own packages, so a test that stands on it
// can only see what a user's client could see. Everything it waits for has a deadline; it never sleeps to wait.
package testkit

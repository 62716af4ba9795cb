// Package handlers is HTTP: the one list of routes, what stands before every handler (who asks, from where, how often),
// and the translation of requests into calls of chat and auth and of their answers and errors into JSON and problems.
//
// It decides nothing that holds beyond HTTP: every rule of who may do what is chat's, and who somebody is, auth's.
package handlers

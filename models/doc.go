// Package models holds the nouns of Parley: users, sessions, rooms, memberships, messages, and the errors that speak of them.
//
// It owns their columns, their invariants and their names. It never opens a database, never writes JSON and imports
// nothing but the standard library, so every other package may lean on it.
package models

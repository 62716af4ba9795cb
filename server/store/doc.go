// Package store is the only package that knows GORM and SQL. It owns the database file, the one writer that makes every
// change durable before anybody hears of it, the readers beside it, and the queries, a file a noun.
//
// It decides nothing about who may do what, and tells nobody of a change: callers register that with Tx.AfterCommit.
package store

// Package bench is the tool behind `parley bench`: it drives a server with light clients and says how fast it is, and
// it fills a data folder with messages and says how fast they are read.
//
// A load is driven from outside, over HTTP and WebSocket, as any client's would be; this package has no part in how a
// server works. Only an own temporary server's accounts, and the messages of a seed, are written into the data folder
// directly, while nobody else has it open.
package bench

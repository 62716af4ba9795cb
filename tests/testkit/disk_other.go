//go:build !linux

package testkit

import (
	"errors"
	"testing"
)

// SmallDisk needs a Linux mount; elsewhere the test is skipped.
func SmallDisk(t testing.TB, _ string) string {
	t.Helper()
	t.Skip("this test mounts a small disk, which works on Linux only")
	return ""
}

// Fill goes with SmallDisk.
func Fill(t testing.TB, _ string) string {
	t.Helper()
	t.Skip("this test fills a small disk, which works on Linux only")
	return ""
}

// TrySmallDisk says that there is none.
func TrySmallDisk(testing.TB, string) (string, error) {
	return "", errors.New("a small disk can be mounted on Linux only")
}

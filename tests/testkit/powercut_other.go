//go:build !linux

package testkit

import "testing"

// PowerDisk is a disk of which the power can be cut; on Linux only.
type PowerDisk struct{ Dir string }

// NewPowerDisk needs a Linux loop device; elsewhere the test is skipped.
func NewPowerDisk(t testing.TB, _ string) *PowerDisk {
	t.Helper()
	t.Skip("this test mounts a loop device, which works on Linux only")
	return nil
}

// Cut goes with NewPowerDisk.
func (d *PowerDisk) Cut() {}

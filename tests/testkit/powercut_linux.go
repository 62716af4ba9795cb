package testkit

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// PowerDisk is a disk of which the power can be cut: a file system on a loop device, whose image holds what has reached
// the device and nothing that is still in the kernel's memory.
type PowerDisk struct {
	Dir string // where it is mounted

	t     testing.TB
	image string
}

// NewPowerDisk makes and mounts one of so many bytes ("64M"). Where the machine has no loop device, or its user may not
// mount, the test is skipped in a line that says so.
func NewPowerDisk(t testing.TB, size string) *PowerDisk {
	t.Helper()
	home := t.TempDir()
	d := &PowerDisk{t: t, Dir: filepath.Join(home, "disk"), image: filepath.Join(home, "image")}
	if err := os.Mkdir(d.Dir, 0o700); err != nil {
		t.Fatal(err)
	}
	d.mustRun("truncate", "-s", size, d.image)
	if out, err := exec.Command("mkfs.ext4", "-q", d.image).CombinedOutput(); err != nil {
		t.Skipf("this test makes a file system: %v %s (apt-get install e2fsprogs)", err, out)
	}
	if out, err := exec.Command("mount", "-o", "loop", d.image, d.Dir).CombinedOutput(); err != nil {
		t.Skipf("this test mounts a loop device, which this machine or user may not: %v %s (run it as root where /dev/loop0 is)", err, out)
	}
	t.Cleanup(func() { d.mustRun("umount", d.Dir) })
	return d
}

// Cut takes the device as it is now for what the power cut has left, and mounts that. Nobody may have a file of the disk
// open any more: kill, then cut. What was written and never synced is lost, as far as the kernel had not got round to it.
func (d *PowerDisk) Cut() {
	d.t.Helper()
	left := d.image + ".left"
	d.mustRun("cp", "--sparse=always", d.image, left)
	d.mustRun("umount", d.Dir) // writes the rest, to the image that is thrown away
	if err := os.Rename(left, d.image); err != nil {
		d.t.Fatal(err)
	}
	d.mustRun("mount", "-o", "loop", d.image, d.Dir)
}

func (d *PowerDisk) mustRun(name string, args ...string) {
	d.t.Helper()
	if out, err := exec.Command(name, args...).CombinedOutput(); err != nil {
		d.t.Fatalf("%s: %v\n%s", name, err, out)
	}
}

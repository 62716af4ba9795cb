package testkit

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// SmallDisk mounts an empty file system of this many bytes and returns its folder. Only root may mount: for anybody
// else the test is skipped, in a line that says so.
func SmallDisk(t testing.TB, size string) string {
	t.Helper()
	dir, err := TrySmallDisk(t, size)
	if err != nil {
		t.Skipf("this test mounts a small disk, which this user may not: %v (run it as root)", err)
	}
	return dir
}

// TrySmallDisk is SmallDisk for a test that can do without: it returns the error.
func TrySmallDisk(t testing.TB, size string) (string, error) {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size="+size); err != nil {
		return "", err
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Errorf("unmount the small disk: %v", err)
		}
	})
	return dir, nil
}

// Fill writes a file until its disk is full to the last byte, and returns its path.
func Fill(t testing.TB, dir string) string {
	t.Helper()
	path := filepath.Join(dir, "ballast")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for block := 1 << 16; block > 0; block /= 2 {
		for {
			if n, err := f.Write(make([]byte, block)); err != nil || n < block {
				break
			}
		}
	}
	return path
}

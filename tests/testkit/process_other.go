//go:build !linux

package testkit

import "syscall"

// dieWithParent is a Linux feature; elsewhere an interrupted run may leave a server behind.
func dieWithParent() *syscall.SysProcAttr { return nil }

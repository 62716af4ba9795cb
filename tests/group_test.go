//go:build unix

package tests

import (
	"os/exec"
	"syscall"
)

// ownGroup puts a program and all that it starts into one group, so that a shell's children end with it.
func ownGroup() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }

func killGroup(cmd *exec.Cmd) { _ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }

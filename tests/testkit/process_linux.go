package testkit

import "syscall"

// dieWithParent asks the kernel to end the server when the test run dies, so that a timed-out run leaves nothing.
// The signal is tied to the thread that forks, which is why launch keeps that thread locked until the process ends.
func dieWithParent() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
}

// parent.go owns the promise that no program outlives the process that started it.
package plane

import (
	"fmt"
	"os"
	"strconv"
	"time"
)

// parentVariable names the environment variable in which `up` tells its children whom to watch.
const parentVariable = "CONTROLPLANE_PARENT"

// parentInterval is how often a program looks for its parent. Polling works
// alike on Linux and macOS and, unlike a signal, also after SIGKILL of the parent.
const parentInterval = 250 * time.Millisecond

// ExitWithParent ends this process soon after the one named in
// parentVariable is gone. Without the variable it does nothing.
func ExitWithParent() {
	value, watched := os.LookupEnv(parentVariable)
	if !watched {
		return
	}
	pid, err := strconv.Atoi(value)
	if err != nil {
		fmt.Fprintf(os.Stderr, "controlplane: %s is not a process id: %q\n", parentVariable, value)
		os.Exit(2)
	}
	go func() {
		<-parentGone(pid)
		os.Exit(1)
	}()
}

// parentGone answers a channel that is closed when pid is not the parent of
// this process (any more). Naming the pid closes the gap in which a parent dies
// before its child first looks.
func parentGone(pid int) <-chan struct{} {
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		for os.Getppid() == pid {
			time.Sleep(parentInterval)
		}
	}()
	return gone
}

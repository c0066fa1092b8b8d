// child.go owns the servers as processes: started from this same binary, started again when they die, killed at the end.
package plane

import (
	"fmt"
	"os"
	"os/exec"
	"sync/atomic"
	"time"
)

// restartPause keeps a server that cannot start from spinning.
const restartPause = 200 * time.Millisecond

// child is one server; its process changes when it is started again.
type child struct {
	program   string
	arguments []string
	log       *os.File
	process   atomic.Pointer[os.Process]
	// exited receives one value each time the process is gone.
	exited chan error
}

// start runs a program of this binary as a process of its own, with its output in <program>.log.
func (plane *plane) start(program string, arguments []string) (*child, error) {
	log, err := os.Create(plane.file(program + ".log"))
	if err != nil {
		return nil, err
	}
	started := &child{program: program, arguments: arguments, log: log, exited: make(chan error, 1)}
	if err := started.spawn(); err != nil {
		return nil, err
	}
	plane.children = append(plane.children, started)
	return started, nil
}

func (c *child) spawn() error {
	binary, err := os.Executable()
	if err != nil {
		return err
	}
	command := exec.Command(binary, append([]string{c.program}, c.arguments...)...)
	command.Stdout, command.Stderr = c.log, c.log
	command.Env = append(os.Environ(), fmt.Sprintf("%s=%d", parentVariable, os.Getpid()))
	if err := command.Start(); err != nil {
		c.exited <- err
		return err
	}
	c.process.Store(command.Process)
	go func() { c.exited <- command.Wait() }()
	return nil
}

func (c *child) pid() int {
	return c.process.Load().Pid
}

// keep restarts servers that die, as a node would, so that tests can kill one alone; state.json follows.
// It answers errEnded when the end was asked for.
func (plane *plane) keep() error {
	for {
		dead, err := plane.nextDeath()
		if err != nil {
			return err
		}
		time.Sleep(restartPause)
		if err := dead.spawn(); err != nil {
			return err
		}
		if _, err := plane.writeState(plane.state()); err != nil {
			return err
		}
	}
}

func (plane *plane) nextDeath() (*child, error) {
	select {
	case <-plane.ended:
		return nil, errEnded
	case <-plane.children[0].exited:
		return plane.children[0], nil
	case <-plane.children[1].exited:
		return plane.children[1], nil
	case <-plane.children[2].exited:
		return plane.children[2], nil
	}
}

// kill ends all servers at once: nobody needs what they would still write, and a graceful end takes many seconds.
func (plane *plane) kill() {
	for _, c := range plane.children {
		_ = c.process.Load().Kill()
	}
	for _, c := range plane.children {
		<-c.exited
	}
}

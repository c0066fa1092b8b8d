// up.go owns the life of one control plane: prepared, started in order, kept running, ended as a whole.
package plane

import (
	"errors"
	"flag"
	"fmt"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"
)

// bootTimeout bounds the whole start; it takes about 5 s on two idle cores.
const bootTimeout = 2 * time.Minute

// errEnded tells that the end was asked for, by a signal or by the parent going away.
var errEnded = errors.New("ended")

// plane is one control plane and what its parts need to know of each other.
type plane struct {
	dir         string
	auditPolicy string
	fsync       bool
	// address is where the API server listens: loopback, unless nodes are to reach it.
	address string
	// node is the name of the node that joins, if one does.
	node     string
	ports    ports
	ca       *authority
	children []*child
	// ended is closed when somebody wants the end.
	ended chan struct{}
}

type ports struct{ etcdClient, etcdPeer, apiserver int }

// Up runs a control plane in a folder until it is told to stop, and answers the exit code.
func Up(arguments []string) int {
	flags := flag.NewFlagSet("up", flag.ExitOnError)
	dir := flags.String("dir", "", "folder for everything this control plane keeps; what an earlier one left there is removed")
	auditPolicy := flags.String("audit-policy", "", "file with the API server's audit policy")
	fsync := flags.Bool("fsync", false, "let etcd wait for the disk, as in production")
	address := flags.String("address", loopback, "where the API server listens, on port 6443 unless it is the loopback address: for --node")
	node := flags.String("node", "", "name of a node that reaches the API server at --address: its programs get kubeconfigs")
	parent := flags.Int("with-parent", 0, "process id of the parent: end when it is gone")
	_ = flags.Parse(arguments)
	if *dir == "" || *auditPolicy == "" || flags.NArg() > 0 || (*node == "") != (*address == loopback) {
		fmt.Fprintln(os.Stderr, "usage: controlplane up --dir DIR --audit-policy FILE [--fsync] [--with-parent PID] [--address IP --node NAME]")
		return 2
	}
	absoluteDir, dirErr := filepath.Abs(*dir)
	absolutePolicy, policyErr := filepath.Abs(*auditPolicy)
	if err := errors.Join(dirErr, policyErr); err != nil {
		fmt.Fprintln(os.Stderr, "controlplane:", err)
		return 2
	}
	plane := &plane{dir: absoluteDir, auditPolicy: absolutePolicy, fsync: *fsync, address: *address, node: *node, ended: endOf(*parent)}
	err := plane.run()
	plane.kill()
	if errors.Is(err, errEnded) {
		return 0
	}
	fmt.Fprintln(os.Stderr, "controlplane:", err)
	return 1
}

// endOf answers a channel that is closed on SIGINT, SIGTERM or, unless parent is 0, when the parent is gone.
func endOf(parent int) chan struct{} {
	ended := make(chan struct{})
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM)
	var gone <-chan struct{}
	if parent != 0 {
		gone = parentGone(parent)
	}
	go func() {
		defer close(ended)
		select {
		case <-signals:
		case <-gone:
		}
	}()
	return ended
}

func (plane *plane) run() error {
	if err := plane.prepare(); err != nil {
		return err
	}
	if err := plane.boot(time.Now().Add(bootTimeout)); err != nil {
		return err
	}
	line, err := plane.writeState(plane.state())
	if err != nil {
		return err
	}
	if _, err := os.Stdout.Write(line); err != nil {
		return err
	}
	return plane.keep()
}

// prepare writes everything the servers read. The folder keeps its logs only until the next start.
func (plane *plane) prepare() error {
	if err := os.MkdirAll(plane.dir, 0o700); err != nil {
		return err
	}
	for _, stale := range []string{"etcd", "pki", "audit.log", "state.json"} {
		if err := os.RemoveAll(plane.file(stale)); err != nil {
			return err
		}
	}
	var err error
	if plane.ports, err = freePorts(); err != nil {
		return err
	}
	if plane.ca, err = newAuthority(plane.file("pki"), "ca"); err != nil {
		return err
	}
	if plane.servesNodes() {
		plane.ports.apiserver = nodesPort
		if err := plane.issueForNodes(plane.node); err != nil {
			return err
		}
	}
	return errors.Join(
		plane.ca.issueServing("apiserver", plane.address),
		plane.ca.issueClient("admin", "admin", "system:masters"),
		plane.ca.issueClient("controller-manager", "system:kube-controller-manager"),
		plane.ca.issuePeopleAuthority(),
		plane.ca.issueServiceAccountKey("service-account.key"),
		plane.writeKubeconfig(plane.file("kubeconfig"), "admin"),
		plane.writeKubeconfig(plane.file("controller-manager.kubeconfig"), "controller-manager"),
	)
}

// boot starts each server when the one it needs answers: a server that starts too early backs off for seconds.
func (plane *plane) boot(deadline time.Time) error {
	probe, err := newProbe(plane)
	if err != nil {
		return err
	}
	steps := []struct {
		program   string
		arguments []string
		ready     string
	}{
		{"etcd", plane.etcdArguments(), fmt.Sprintf("http://%s:%d/readyz", loopback, plane.ports.etcdClient)},
		{"kube-apiserver", plane.apiserverArguments(), plane.server() + "/readyz"},
		// The controllers are at work when the first account of the first namespace is there.
		{"kube-controller-manager", plane.controllerManagerArguments(), plane.server() + "/api/v1/namespaces/default/serviceaccounts/default"},
	}
	for _, step := range steps {
		started, err := plane.start(step.program, step.arguments)
		if err != nil {
			return err
		}
		if err := probe.await(step.ready, started, deadline); err != nil {
			return err
		}
	}
	return nil
}

func (plane *plane) state() state {
	return state{
		Kubeconfig: plane.file("kubeconfig"),
		Server:     plane.server(),
		CAFile:     plane.ca.path("ca.crt"),
		AuditLog:   plane.file("audit.log"),
		PIDs: pids{
			Up:                os.Getpid(),
			Etcd:              plane.children[0].pid(),
			APIServer:         plane.children[1].pid(),
			ControllerManager: plane.children[2].pid(),
		},
	}
}

func (plane *plane) server() string {
	return fmt.Sprintf("https://%s:%d", plane.address, plane.ports.apiserver)
}

func (plane *plane) file(name string) string {
	return filepath.Join(plane.dir, name)
}

// freePorts asks the kernel for three ports. They are held together until all are known, so they differ.
func freePorts() (ports, error) {
	var numbers [3]int
	for index := range numbers {
		listener, err := net.Listen("tcp", net.JoinHostPort(loopback, "0"))
		if err != nil {
			return ports{}, err
		}
		defer listener.Close()
		numbers[index] = listener.Addr().(*net.TCPAddr).Port
	}
	return ports{etcdClient: numbers[0], etcdPeer: numbers[1], apiserver: numbers[2]}, nil
}

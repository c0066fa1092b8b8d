// programs.go owns the flags with which the three servers run.
package plane

import (
	"fmt"
	"path/filepath"
	"strconv"

	"k8s.io/component-base/version"
)

const (
	loopback = "127.0.0.1"
	// serviceRange and serviceAddress are where Services get their addresses; the API's own is the first.
	serviceRange   = "10.96.0.0/16"
	serviceAddress = "10.96.0.1"
	issuer         = "https://kubernetes.default.svc"
	// controllerRate lifts the controllers' client limits (default 20 requests/s), or clearing namespaces is what tests wait for.
	controllerRate = 500
)

// nodeControllers need nodes, volumes or a cloud, none of which exist beside a control plane on the loopback address.
var nodeControllers = []string{
	"device-taint-eviction-controller", "ephemeral-volume-controller", "node-ipam-controller", "node-lifecycle-controller",
	"persistentvolume-attach-detach-controller", "persistentvolume-binder-controller", "persistentvolume-expander-controller",
	"persistentvolume-protection-controller", "persistentvolumeclaim-protection-controller", "resourceclaim-controller",
	"taint-eviction-controller", "ttl-controller", "volumeattributesclass-protection-controller",
}

// etcdArguments are etcd's flags. Without fsync a write is lost only when the
// machine goes down, which ends a test run anyway; benchmarks want the true cost.
func (plane *plane) etcdArguments() []string {
	client := fmt.Sprintf("http://%s:%d", loopback, plane.ports.etcdClient)
	peer := fmt.Sprintf("http://%s:%d", loopback, plane.ports.etcdPeer)
	arguments := []string{
		"--name=default",
		"--data-dir=" + filepath.Join(plane.dir, "etcd"),
		"--listen-client-urls=" + client,
		"--advertise-client-urls=" + client,
		"--listen-peer-urls=" + peer,
		"--initial-advertise-peer-urls=" + peer,
		"--initial-cluster=default=" + peer,
		"--log-level=warn",
	}
	if !plane.fsync {
		arguments = append(arguments, "--unsafe-no-fsync")
	}
	return arguments
}

// apiserverArguments are kube-apiserver's flags. With the `none` reconciler it accepts a loopback address, and the
// EndpointSlice of Service `kubernetes` is the tests' own; privileged pods are left to Pod Security to refuse; the
// audit log blocks, so a request that was answered is already in it.
func (plane *plane) apiserverArguments() []string {
	ca := plane.ca
	arguments := []string{
		fmt.Sprintf("--etcd-servers=http://%s:%d", loopback, plane.ports.etcdClient),
		"--bind-address=" + plane.address,
		"--advertise-address=" + plane.address,
		fmt.Sprintf("--secure-port=%d", plane.ports.apiserver),
		"--service-cluster-ip-range=" + serviceRange,
		"--allow-privileged=true",
		"--client-ca-file=" + ca.path(clientAuthorities),
		"--tls-cert-file=" + ca.path("apiserver.crt"),
		"--tls-private-key-file=" + ca.path("apiserver.key"),
		"--service-account-issuer=" + issuer,
		"--service-account-key-file=" + ca.path("service-account.key"),
		"--service-account-signing-key-file=" + ca.path("service-account.key"),
		"--audit-policy-file=" + plane.auditPolicy,
		"--audit-log-path=" + plane.file("audit.log"),
		"--audit-log-mode=blocking",
		"--audit-log-maxsize=0",
		"--profiling=false",
	}
	arguments = append(arguments, mutatingPolicies()...)
	if plane.servesNodes() {
		return append(arguments, plane.apiserverArgumentsForNodes()...)
	}
	return append(arguments, "--authorization-mode=RBAC", "--endpoint-reconciler-type=none")
}

// mutatingPolicies are the flags by which an API server before 1.36 serves MutatingAdmissionPolicy, as later ones do by
// themselves: tests have one change what the operator writes.
func mutatingPolicies() []string {
	if minor, err := strconv.Atoi(version.Get().Minor); err != nil || minor >= 36 {
		return nil
	}
	return []string{"--feature-gates=MutatingAdmissionPolicy=true", "--runtime-config=admissionregistration.k8s.io/v1beta1=true"}
}

// controllerManagerArguments are kube-controller-manager's flags. Each controller uses its own account: the
// manager's own user may hardly do anything, and namespaces would never finish deleting.
func (plane *plane) controllerManagerArguments() []string {
	ca := plane.ca
	return []string{
		"--kubeconfig=" + plane.file("controller-manager.kubeconfig"),
		"--use-service-account-credentials=true",
		"--service-account-private-key-file=" + ca.path("service-account.key"),
		"--root-ca-file=" + ca.path("ca.crt"),
		"--leader-elect=false",
		"--secure-port=0",
		"--controllers=" + plane.controllers(),
		fmt.Sprintf("--kube-api-qps=%d", controllerRate),
		fmt.Sprintf("--kube-api-burst=%d", 2*controllerRate),
		"--profiling=false",
	}
}

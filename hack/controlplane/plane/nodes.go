// nodes.go owns what differs when nodes reach the control plane: an address beside loopback, their rights, and the way back to them.
package plane

import (
	"errors"
	"strings"
)

// nodesPort is where the API server listens for nodes. The address belongs to this control plane alone, so the port is
// free, and it is the one that network policies of installations expect.
const nodesPort = 6443

// servesNodes tells whether the API server has an address that nodes reach.
func (plane *plane) servesNodes() bool {
	return plane.address != loopback
}

// apiserverArgumentsForNodes are the flags by which nodes may do what nodes do and no more, and by which logs and exec find them.
func (plane *plane) apiserverArgumentsForNodes() []string {
	return []string{
		"--authorization-mode=Node,RBAC",
		"--enable-admission-plugins=NodeRestriction",
		"--kubelet-preferred-address-types=InternalIP",
		"--kubelet-client-certificate=" + plane.ca.path("kubelet-client.crt"),
		"--kubelet-client-key=" + plane.ca.path("kubelet-client.key"),
	}
}

// controllers answers the list for kube-controller-manager.
func (plane *plane) controllers() string {
	if plane.servesNodes() {
		return "*"
	}
	return "*,-" + strings.Join(nodeControllers, ",-")
}

// issueForNodes writes a kubeconfig for each program of the node of that name, and the certificate by which the API server asks its kubelet.
func (plane *plane) issueForNodes(node string) error {
	ca := plane.ca
	return errors.Join(
		ca.issueClient("kubelet-client", "kube-apiserver-kubelet-client", "system:masters"),
		ca.issueClient("kubelet", "system:node:"+node, "system:nodes"),
		ca.issueClient("kube-scheduler", "system:kube-scheduler"),
		ca.issueClient("kube-proxy", "system:kube-proxy"),
		plane.writeKubeconfig(plane.file("kubelet.kubeconfig"), "kubelet"),
		plane.writeKubeconfig(plane.file("kube-scheduler.kubeconfig"), "kube-scheduler"),
		plane.writeKubeconfig(plane.file("kube-proxy.kubeconfig"), "kube-proxy"),
	)
}

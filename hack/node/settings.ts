/** Names and addresses of the test node, and the files that its programs read. Pure. */
import { join } from "node:path";
import { stringify } from "yaml";

export const NODE_NAME = "node-1";

/** The API server, and whatever else is outside of the cluster, on the one side of a cable; the node is on the other. */
export const OUTSIDE_ADDRESS = "172.30.0.1";
export const NODE_ADDRESS = "172.30.0.2";
export const POD_RANGE = "10.244.0.0/24";
export const DNS_ADDRESS = "10.96.0.10";

/** The queue in which the engine of NetworkPolicies judges packets. */
export const QUEUE = 100;

/** The image that pods have their namespaces held by. */
export const PAUSE_IMAGE = "securitybaseline.dev/pause:1";

/** Where a run keeps what: all below one folder. */
export interface NodeFolders {
  /** Of the run. Its last part names the run's control groups, too. */
  readonly root: string;
  readonly controlPlane: string;
  readonly containerd: string;
  readonly kubelet: string;
  readonly cniConfig: string;
  readonly cniPrograms: string;
  readonly logs: string;
}

export function foldersIn(root: string): NodeFolders {
  return {
    root,
    controlPlane: join(root, "control-plane"),
    containerd: join(root, "containerd"),
    kubelet: join(root, "kubelet"),
    cniConfig: join(root, "cni"),
    cniPrograms: join(root, "cni-programs"),
    logs: join(root, "logs"),
  };
}

/** Below the private /run of the namespaces, where no other containerd is. */
export const CONTAINERD_SOCKET = "/run/containerd/containerd.sock";

/** Containers may not be protected from the kernel's out-of-memory killer without CAP_SYS_RESOURCE; nor has each kernel AppArmor. */
export function containerdConfig(folders: NodeFolders): string {
  return `version = 2
root = ${JSON.stringify(join(folders.containerd, "root"))}
state = "/run/containerd"
[grpc]
  address = ${JSON.stringify(CONTAINERD_SOCKET)}
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = ${JSON.stringify(PAUSE_IMAGE)}
  disable_apparmor = true
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = ${JSON.stringify(folders.cniPrograms)}
    conf_dir = ${JSON.stringify(folders.cniConfig)}
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
`;
}

/** Pods hang on one bridge and keep their addresses on the way out: who answers sees which pod asked. */
export function cniConfig(): string {
  return JSON.stringify({
    cniVersion: "1.0.0",
    name: "pods",
    plugins: [
      {
        type: "bridge",
        bridge: "pods",
        isGateway: true,
        ipMasq: false,
        hairpinMode: true,
        ipam: { type: "host-local", ranges: [[{ subnet: POD_RANGE }]], routes: [{ dst: "0.0.0.0/0" }], dataDir: "/run/cni-addresses" },
      },
    ],
  });
}

/** `failCgroupV1`: machines with the first version of control groups are welcome. */
export function kubeletConfig(folders: NodeFolders, cgroup: string): string {
  return stringify({
    apiVersion: "kubelet.config.k8s.io/v1beta1",
    kind: "KubeletConfiguration",
    address: NODE_ADDRESS,
    healthzPort: 0,
    authentication: {
      anonymous: { enabled: false },
      webhook: { enabled: true },
      x509: { clientCAFile: join(folders.controlPlane, "pki", "clients.crt") },
    },
    authorization: { mode: "Webhook" },
    containerRuntimeEndpoint: `unix://${CONTAINERD_SOCKET}`,
    cgroupDriver: "cgroupfs",
    cgroupRoot: cgroup,
    failCgroupV1: false,
    failSwapOn: false,
    oomScoreAdj: 0,
    makeIPTablesUtilChains: false,
    clusterDNS: [DNS_ADDRESS],
    clusterDomain: "cluster.local",
    resolvConf: "",
    // A machine whose disk is nearly full runs tests all the same.
    evictionHard: { "memory.available": "100Mi", "nodefs.available": "0%", "imagefs.available": "0%", "nodefs.inodesFree": "0%" },
    imageGCHighThresholdPercent: 100,
    // Tests wait for what these tell.
    nodeStatusUpdateFrequency: "4s",
    syncFrequency: "10s",
    registerNode: true,
  });
}

export function kubeProxyConfig(folders: NodeFolders): string {
  return stringify({
    apiVersion: "kubeproxy.config.k8s.io/v1alpha1",
    kind: "KubeProxyConfiguration",
    mode: "nftables",
    hostnameOverride: NODE_NAME,
    clusterCIDR: POD_RANGE,
    clientConnection: { kubeconfig: join(folders.controlPlane, "kube-proxy.kubeconfig") },
    // What the kernel allows by itself stays: these limits are the whole machine's.
    conntrack: { maxPerCore: 0, min: 0, tcpEstablishedTimeout: "0s", tcpCloseWaitTimeout: "0s" },
    healthzBindAddress: "127.0.0.1:10256",
    metricsBindAddress: "127.0.0.1:10249",
  });
}

/** What the engine of NetworkPolicies may read. */
export const ENGINE_RIGHTS = [
  { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "kube-network-policies", namespace: "kube-system" } },
  {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRole",
    metadata: { name: "kube-network-policies" },
    rules: [
      { apiGroups: [""], resources: ["pods", "namespaces", "nodes"], verbs: ["get", "list", "watch"] },
      { apiGroups: ["networking.k8s.io"], resources: ["networkpolicies"], verbs: ["list", "watch"] },
    ],
  },
  {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRoleBinding",
    metadata: { name: "kube-network-policies" },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "kube-network-policies" },
    subjects: [{ kind: "ServiceAccount", name: "kube-network-policies", namespace: "kube-system" }],
  },
];

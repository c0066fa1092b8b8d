/** Lays the cables of the test node: a network namespace for it, apart from the one in which the API server and everything outside of the cluster is. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { NODE_ADDRESS, OUTSIDE_ADDRESS, POD_RANGE, QUEUE } from "./settings.ts";

const run = promisify(execFile);
const NETNS = "node";

/** Arguments that run a command in the node's network. `ip netns exec` would hide the control groups. */
export function inNodeNetwork(command: readonly string[]): readonly string[] {
  return ["nsenter", `--net=/run/netns/${NETNS}`, "--", ...command];
}

const OUTSIDE = [
  `ip netns add ${NETNS}`,
  `ip link add outside type veth peer name eth0 netns ${NETNS}`,
  `ip address add ${OUTSIDE_ADDRESS}/24 dev outside`,
  "ip link set outside up",
  `ip route add ${POD_RANGE} via ${NODE_ADDRESS}`,
];
const NODE = [
  "ip link set lo up",
  `ip address add ${NODE_ADDRESS}/24 dev eth0`,
  "ip link set eth0 up",
  `ip route add default via ${OUTSIDE_ADDRESS}`,
  "sysctl -qw net.ipv4.ip_forward=1",
  "sysctl -qw net.bridge.bridge-nf-call-iptables=1",
];

/**
 * Each new connection goes to the engine of NetworkPolicies, behind the translation of a Service's address and before that of a pod's. While no
 * engine listens nothing passes. Answers pass, and what the node itself says: so it is with every network plugin, or no probe would arrive.
 * The engine's own rules do the same by nftables, on kernels that can.
 */
const JUDGED = [
  "-A POSTROUTING -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT",
  "-A POSTROUTING -m addrtype --src-type LOCAL -j ACCEPT",
  `-A POSTROUTING -s ${POD_RANGE} -j NFQUEUE --queue-num ${QUEUE}`,
  `-A POSTROUTING -d ${POD_RANGE} -j NFQUEUE --queue-num ${QUEUE}`,
];

/** Must run in namespaces of the run. Throws when a step fails. */
export async function layNetwork(): Promise<void> {
  for (const step of OUTSIDE) await perform(step.split(" "));
  for (const step of NODE) await perform(inNodeNetwork(step.split(" ")));
  for (const rule of JUDGED) await perform(inNodeNetwork(["iptables-legacy", "-w", "-t", "mangle", ...rule.split(" ")]));
}

/** Gives the outside one more address, on which it can listen. */
export async function addOutsideAddress(address: string): Promise<void> {
  await perform(["ip", "address", "add", `${address}/32`, "dev", "outside"]);
}

/** True when the engine takes packets from its queue. */
export async function engineListens(): Promise<boolean> {
  // The process that reads sees the node's network there.
  const queues = await perform(inNodeNetwork(["cat", "/proc/net/netfilter/nfnetlink_queue"]));
  return new RegExp(`^\\s*${QUEUE}\\s`, "m").test(queues);
}

async function perform([program = "", ...args]: readonly string[]): Promise<string> {
  return (await run(program, args)).stdout;
}

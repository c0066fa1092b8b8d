/** Tells what a machine lacks to run the test node: privileges, parts of the kernel, programs of the distribution. */
import { accessSync, constants, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Programs by the Debian package that has them. */
const PROGRAMS: Readonly<Record<string, readonly string[]>> = {
  containerd: ["containerd", "ctr"],
  runc: ["runc"],
  iproute2: ["ip"],
  iptables: ["iptables-legacy"],
  nftables: ["nft"],
  procps: ["sysctl"],
  "util-linux": ["unshare", "nsenter", "setpriv"],
};

/** Of capabilities(7), by their numbers. */
const CAPABILITIES = { CAP_NET_ADMIN: 12, CAP_SYS_ADMIN: 21 } as const;

/** Parts of the kernel, by what shows them. */
const KERNEL: Readonly<Record<string, string>> = {
  "packets on bridges pass NetworkPolicies (module br_netfilter)": "/proc/sys/net/bridge/bridge-nf-call-iptables",
  "control groups are mounted": "/sys/fs/cgroup",
};

/** One line that says what is missing and what to do, or undefined if this machine can run the node. */
export function missingForNode(): string | undefined {
  if (process.platform !== "linux") return `a node needs Linux, this is ${process.platform}`;
  const lacking = missingCapabilities(readFileSync("/proc/self/status", "utf8"));
  if (lacking.length > 0) return `a node needs ${lacking.join(" and ")}: run it as root`;
  const packages = missingPackages(isOnPath);
  if (packages.length > 0) return `a node needs programs that are not here: apt-get install --no-install-recommends ${packages.join(" ")}`;
  const part = Object.entries(KERNEL).find(([, path]) => !existsSync(path));
  return part && `a node needs a kernel in which ${part[0]}: ${part[1]} is not there`;
}

/** The capabilities that a process with this /proc/self/status lacks. */
export function missingCapabilities(status: string): readonly string[] {
  const effective = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? "0"}`);
  return Object.entries(CAPABILITIES)
    .filter(([, bit]) => ((effective >> BigInt(bit)) & 1n) === 0n)
    .map(([name]) => name);
}

/** The packages of which a program is missing. */
export function missingPackages(has: (program: string) => boolean): readonly string[] {
  return Object.entries(PROGRAMS)
    .filter(([, programs]) => !programs.every(has))
    .map(([name]) => name);
}

function isOnPath(program: string): boolean {
  const places = [...(process.env["PATH"] ?? "").split(":"), "/usr/sbin", "/sbin"];
  return places.some((place) => isExecutable(join(place, program)));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

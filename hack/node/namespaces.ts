/** Runs a program in namespaces of its own, in which the test node lives: whatever it starts, mounts or routes is gone when it ends. */
import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";

/**
 * The first process: it collects what is orphaned and ends with its program. What the machine keeps in /run and /var, sockets of other
 * container runtimes among it, is neither seen nor touched.
 */
const FIRST = `set -e
mount -t tmpfs tmpfs /run
mount -t tmpfs tmpfs /var
ln -s /run /var/run
mkdir -p /var/tmp /var/log /var/lib
ip link set lo up
"$@"
exit $?`;

/**
 * Starts a program as child of the first process of new namespaces for processes, mounts, network and names of the host. They end with it,
 * and when the answered process is killed. With `detached` they outlive this process, else they end with it, too.
 */
export function spawnInNamespaces(command: readonly string[], options: SpawnOptions): ChildProcess {
  const unshare = ["unshare", "--mount", "--net", "--pid", "--uts", "--ipc", "--fork", "--kill-child=KILL", "--mount-proc"];
  const following = options.detached ? [] : ["setpriv", "--pdeathsig", "KILL"];
  const [program = "", ...args] = [...following, ...unshare, "sh", "-c", FIRST, "first", ...command];
  const PATH = `${process.env["PATH"] ?? ""}:/usr/sbin:/sbin`;
  return spawn(program, args, { ...options, env: { ...process.env, ...options.env, PATH } });
}

/** Arguments that run a command in the namespaces that the answered process of `spawnInNamespaces` holds. */
export function enterNamespaces(holder: number, command: readonly string[]): readonly string[] {
  const ours = ["--mount", "--net", "--uts", "--ipc", `--pid=/proc/${holder}/ns/pid_for_children`];
  return ["nsenter", `--target=${holder}`, ...ours, `--wdns=${process.cwd()}`, "--", ...command];
}

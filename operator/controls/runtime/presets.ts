/** Lists the presets of section `runtime`: which hook of the kernel sees the deed, what of it is meant, and whether it may kill. PURE. */
import type { RuntimePreset } from "../../api/baseline-runtime.ts";
import type { JsonObject } from "../../api/json.ts";
import { byText } from "../order.ts";

/** One preset, as Tetragon and as Falco see it. */
export interface Preset {
  /** Name of its TracingPolicyNamespaced. Events carry it beside the namespace of the pod. */
  readonly policy: string;
  /** Function of the kernel. */
  readonly call: string;
  readonly args: readonly JsonObject[];
  /** What Tetragon filters by in the kernel; all of it has to match. */
  readonly filter: JsonObject;
  /** Whether the deed is bad whoever does it, and ending the process comes in time. */
  readonly kills: boolean;
  /** Condition of a rule of Falco, without its namespaces. It names no macro: those are Falco's own files, and differ between releases. */
  readonly condition: string;
}

/** All fields that the CRD would fill in are written out: a list is applied as a whole. */
function arg(index: number, type: string): JsonObject {
  return { index, type, maxData: false, resolve: "", returnCopy: false };
}

/** Volumes in which the kubelet puts tokens. Often /var/run leads to /run, and the kernel knows only where it leads. */
const TOKEN_FOLDERS = ["kubernetes.io/serviceaccount", "eks.amazonaws.com/serviceaccount", "azure/tokens"].flatMap((folder) =>
  ["/run", "/var/run"].map((root) => `${root}/secrets/${folder}/`),
);

/** Endings, so that a file of the node is found below any mount: password hashes, and what makes one an administrator of the cluster. */
const SENSITIVE_FILES = [
  "/etc/shadow",
  "/etc/shadow-",
  "/etc/gshadow",
  "/etc/gshadow-",
  "/etc/kubernetes/admin.conf",
  "/etc/kubernetes/super-admin.conf",
  "/etc/kubernetes/kubelet.conf",
  "/etc/kubernetes/pki/ca.key",
  "/etc/kubernetes/pki/sa.key",
  "/etc/kubernetes/pki/etcd/ca.key",
];

/** Endings, because procfs, sysfs and cgroups can be mounted elsewhere. What is written there the kernel runs as root of the node, or obeys at once. */
const USERMODE_HELPERS = [
  "/sys/kernel/core_pattern",
  "/sys/kernel/modprobe",
  "/sys/kernel/hotplug",
  "/kernel/uevent_helper",
  "/release_agent",
  "/binfmt_misc/register",
  "/sysrq-trigger",
];

const TEMPORARY_FOLDERS = ["/tmp/", "/var/tmp/", "/dev/shm/"];

/** As Linux calls it: the write permission of a file. */
const MAY_WRITE = "2";

const OPENS = "evt.type in (open, openat, openat2, creat)";

function anyOf(field: string, operator: string, values: readonly string[]): string {
  return `(${values.map((value) => `${field} ${operator} "${value}"`).join(" or ")})`;
}

/** Every preset, by the name that a baseline writes. */
export const PRESETS: Readonly<Record<RuntimePreset, Preset>> = {
  SensitiveFileRead: {
    policy: "baseline-sensitive-file-read",
    call: "security_file_open",
    args: [arg(0, "file")],
    filter: { matchArgs: [{ index: 0, operator: "Postfix", values: SENSITIVE_FILES }] },
    kills: true,
    condition: `${OPENS} and fd.typechar = "f" and ${anyOf("fd.name", "endswith", SENSITIVE_FILES)}`,
  },
  TemporaryFileExecution: {
    policy: "baseline-temporary-file-execution",
    call: "security_bprm_check",
    args: [arg(0, "linux_binprm")],
    filter: { matchArgs: [{ index: 0, operator: "Prefix", values: TEMPORARY_FOLDERS }] },
    kills: true,
    condition: `evt.type in (execve, execveat) and ${anyOf("proc.exepath", "startswith", TEMPORARY_FOLDERS)}`,
  },
  TokenRead: {
    policy: "baseline-token-read",
    call: "security_file_open",
    args: [arg(0, "file")],
    filter: {
      // The first process of a container is the application, which needs its token; whoever comes in later does not.
      matchPIDs: [{ operator: "NotIn", followForks: false, isNamespacePID: true, values: [1] }],
      matchArgs: [{ index: 0, operator: "Prefix", values: TOKEN_FOLDERS }],
    },
    kills: false,
    condition: `${OPENS} and fd.typechar = "f" and proc.vpid != 1 and ${anyOf("fd.name", "startswith", TOKEN_FOLDERS)}`,
  },
  UserNamespaceCreation: {
    policy: "baseline-user-namespace-creation",
    call: "create_user_ns",
    args: [arg(0, "nop")],
    filter: {
      // Container runtimes make the namespaces of pods, and may do so anyway.
      matchCapabilities: [{ type: "Effective", operator: "NotIn", isNamespaceCapability: false, values: ["CAP_SYS_ADMIN"] }],
    },
    kills: true,
    condition:
      "evt.type in (clone, clone3, unshare) and evt.arg.flags contains CLONE_NEWUSER and not thread.cap_effective contains CAP_SYS_ADMIN",
  },
  UsermodeHelperWrite: {
    policy: "baseline-usermode-helper-write",
    call: "security_file_permission",
    args: [arg(0, "file"), arg(1, "int")],
    filter: {
      matchArgs: [
        { index: 0, operator: "Postfix", values: USERMODE_HELPERS },
        { index: 1, operator: "Equal", values: [MAY_WRITE] },
      ],
    },
    kills: false,
    condition: `${OPENS} and evt.is_open_write = true and fd.typechar = "f" and ${anyOf("fd.name", "endswith", USERMODE_HELPERS)}`,
  },
};

/** The presets, by name. */
export const PRESET_NAMES: readonly RuntimePreset[] = (Object.keys(PRESETS) as RuntimePreset[]).toSorted(byText);

/** One event for what a process does again and again: who makes much noise must not drown what else is told. */
const TELL: JsonObject = { action: "Post", rateLimit: "1h", rateLimitScope: "process" };

/** Tetragon tells of what it kills by itself. */
const KILL: JsonObject = { action: "Sigkill" };

/**
 * The spec of the policy for a preset. No `policy-mode` stands there: what kills nothing has no mode, and without one Tetragon enforces, so that the whole of
 * it can be read from the actions.
 */
export function tracingSpec(preset: RuntimePreset, kills: boolean): JsonObject {
  const { call, args, filter } = PRESETS[preset];
  const selectors = [{ ...filter, matchActions: [kills ? KILL : TELL] }];
  return { kprobes: [{ call, syscall: false, return: false, args, selectors }] };
}

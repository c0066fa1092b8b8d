/** Reads the operator's settings from plain flags, once, into one frozen object. */
import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { type Command, InvalidArgumentError, Option } from "commander";
import { RESERVED_NAMESPACES } from "./api/installation.ts";
import type { BreakGlassSettings } from "./breakglass/types.ts";
import type { MessengerSettings } from "./broker/messenger.ts";
import { NOTIFICATION_FORMATS, type NotificationFormat } from "./broker/notifications.ts";
import { addBreakGlassFlags, type BreakGlassFlags, breakGlassSettings } from "./cli/break-glass/flags.ts";
import { POLICY_REPORTS, type PolicyReports } from "./kinds/policy-report.ts";
import { LOG_FORMATS, LOG_LEVELS, type LogSettings } from "./observe/log-settings.ts";
import { ADMISSION_ENGINES, type AdmissionEngine } from "./policies/admission/engines.ts";

export interface OperatorSettings {
  /** Path of a kubeconfig; absent: in a pod its ServiceAccount, else the usual places. */
  readonly kubeconfig: string | undefined;
  /** Namespace the operator runs in: its lease lives there, and no baseline there is obeyed. */
  readonly namespace: string;
  readonly leaderElect: boolean;
  readonly metricsAddress: string;
  readonly healthAddress: string;
  readonly log: LogSettings;
  readonly allowReservedNamespaces: boolean;
  /** Who refuses what section `admission` does not admit. */
  readonly admissionEngine: AdmissionEngine;
  /** Follow all pods, to count those that mount a token although their account gives none. */
  readonly countTokenPods: boolean;
  /** API group of the policy reports that are written beside the status. */
  readonly policyReports: PolicyReports;
  /** Names this process in the lease and in Events; no other one ever has the same. */
  readonly identity: string;
  readonly breakGlass: BreakGlassSettings;
  /** Who is told of emergency access, beside the log. The addresses carry secrets: they are never logged. */
  readonly notifications: MessengerSettings;
}

interface Flags extends BreakGlassFlags {
  readonly kubeconfig?: string;
  readonly namespace: string;
  readonly leaderElect: boolean;
  readonly metricsAddress: string;
  readonly healthAddress: string;
  readonly logFormat: LogSettings["format"];
  readonly logLevel: LogSettings["level"];
  readonly allowReservedNamespaces: boolean;
  readonly countTokenPods: boolean;
  readonly admissionEngine: AdmissionEngine;
  readonly policyReports: PolicyReports;
  readonly breakGlassWebhook?: string;
  readonly breakGlassWebhookFormat: NotificationFormat;
  readonly breakGlassHeadsWebhook?: string;
}

/** Adds the flags of the `operator` command. Unknown flags and bad values are usage errors. */
export function addOperatorFlags(command: Command): Command {
  command
    .option("--kubeconfig <file>", "kubeconfig; default: the pod's ServiceAccount, else $KUBECONFIG or ~/.kube/config")
    .option("--namespace <name>", "namespace the operator runs in", "securitybaseline-system")
    .option("--leader-elect", "take turns with other replicas by a Lease", false)
    .option("--metrics-address <address>", "where /metrics is served", address, ":8080")
    .option("--health-address <address>", "where /healthz and /readyz are served", address, ":8081")
    .addOption(new Option("--log-format <format>", "form of a log line").choices(LOG_FORMATS).default("json"))
    .addOption(new Option("--log-level <level>", "least important line that is logged").choices(LOG_LEVELS).default("info"))
    .option(
      "--allow-reserved-namespaces",
      "obey baselines in kube-system, kube-public, kube-node-lease and the operator's own namespace",
      false,
    )
    .addOption(
      new Option(
        "--admission-engine <engine>",
        "who refuses what section admission does not admit: the API server itself, or the engine of one of the components in config/engines",
      )
        .choices(ADMISSION_ENGINES)
        .default("Native"),
    )
    .option("--count-token-pods", "follow all pods, to tell how many mount a token although their ServiceAccount gives none", false)
    .addOption(
      new Option("--policy-reports <group>", "API group of the policy reports that say what the status of each baseline says")
        .choices(POLICY_REPORTS)
        .default("Off"),
    );
  return addBreakGlassFlags(command)
    .option("--break-glass-webhook <url>", "https address that is told of emergency access")
    .addOption(
      new Option("--break-glass-webhook-format <format>", "form of what the webhook is told")
        .choices(Object.keys(NOTIFICATION_FORMATS))
        .default("generic"),
    )
    .option("--break-glass-heads-webhook <url>", "https address that keeps the heads of the ledger");
}

/** The settings that parsed flags stand for. Throws on an address that is none. */
export function operatorSettings(flags: Flags): OperatorSettings {
  return Object.freeze({
    kubeconfig: flags.kubeconfig,
    namespace: flags.namespace,
    leaderElect: flags.leaderElect,
    metricsAddress: flags.metricsAddress,
    healthAddress: flags.healthAddress,
    log: { level: flags.logLevel, format: flags.logFormat },
    allowReservedNamespaces: flags.allowReservedNamespaces,
    countTokenPods: flags.countTokenPods,
    admissionEngine: flags.admissionEngine,
    policyReports: flags.policyReports,
    // The host is for readers; it and the process number are the same again in a container that was restarted.
    identity: `${hostname().slice(0, 63)}_${randomUUID()}`,
    breakGlass: breakGlassSettings(flags),
    notifications: {
      webhook: httpsAddress("--break-glass-webhook", flags.breakGlassWebhook),
      format: flags.breakGlassWebhookFormat,
      headsWebhook: httpsAddress("--break-glass-heads-webhook", flags.breakGlassHeadsWebhook),
    },
  });
}

/** Namespaces in which a baseline is refused unless the installation allows it. */
export function reservedNamespaces(settings: Pick<OperatorSettings, "namespace" | "allowReservedNamespaces">): ReadonlySet<string> {
  return new Set(settings.allowReservedNamespaces ? [] : [...RESERVED_NAMESPACES, settings.namespace]);
}

function address(value: string): string {
  const port = /:(\d{1,5})$/.exec(value)?.[1];
  if (port === undefined || Number(port) > 65_535) throw new InvalidArgumentError("write it as host:port or :port");
  return value;
}

/** Not left to the parser of flags, which would repeat the value: such addresses carry secrets. */
function httpsAddress(flag: string, value: string | undefined): string | undefined {
  if (value !== undefined && URL.parse(value)?.protocol !== "https:")
    throw new Error(`${flag}: write an address that begins with https://`);
  return value;
}

/** Declares what can be set in the chart, once: its file of values, their schema and their page follow from it. */
import { Command, type Option } from "commander";
import type { Json, JsonObject } from "../../../operator/api/json.ts";
import { addOperatorFlags } from "../../../operator/settings.ts";
import { container, deployment, podSpec, SHIPPED_IMAGE } from "./manager.ts";

export interface Value {
  /** Names with dots between them. */
  readonly path: string;
  /** One sentence. */
  readonly about: string;
  readonly default: Json;
  readonly schema: JsonObject;
}

/** A value that becomes a flag of the operator. */
export interface FlagValue extends Value {
  readonly flag: string;
  readonly form: "text" | "switch" | "list" | "labels";
}

/** Flags that the chart decides by itself, and why. */
export const FIXED_FLAGS: Readonly<Record<string, string>> = {
  "--kubeconfig": "in a pod the operator has its ServiceAccount",
  "--namespace": "the policies know the operator by its namespace",
  "--leader-elect": "more than one replica runs, at the latest during a rollout",
  "--metrics-address": "Service and NetworkPolicy name the port",
  "--health-address": "the probes name the port",
  "--break-glass-webhook": "the address is a secret: breakGlass.webhook names the Secret that has it",
  "--break-glass-heads-webhook": "the address is a secret: breakGlass.headsWebhook names the Secret that has it",
};

/** The value of each flag, by the flag. */
const FLAG_PATHS: Readonly<Record<string, string>> = {
  "--log-format": "logFormat",
  "--log-level": "logLevel",
  "--allow-reserved-namespaces": "allowReservedNamespaces",
  "--admission-engine": "admissionEngine",
  "--count-token-pods": "countTokenPods",
  "--policy-reports": "policyReports",
  "--object-labels": "objectLabels",
  "--break-glass-namespace": "breakGlass.namespace",
  "--break-glass-roles": "breakGlass.roles",
  "--break-glass-unbounded-roles": "breakGlass.unboundedRoles",
  "--break-glass-max-duration": "breakGlass.maxDuration",
  "--break-glass-custodians": "breakGlass.custodians",
  "--break-glass-allow-system-namespaces": "breakGlass.allowSystemNamespaces",
  "--break-glass-webhook-format": "breakGlass.webhook.format",
};

const STRING = { type: "string" };
const NAME = { type: "string", minLength: 1 };
const OBJECT = { type: "object" };
const OBJECTS = { type: "array", items: OBJECT };
const STRINGS = { type: "object", additionalProperties: STRING };
const SWITCH = { type: "boolean" };

/** The operator's flags, with their own defaults and descriptions. Throws on a flag of which nobody has said what the chart does with it. */
export const FLAG_VALUES: readonly FlagValue[] = addOperatorFlags(new Command())
  .options.filter(({ long }) => FIXED_FLAGS[long ?? ""] === undefined)
  .map(flagValue);

function flagValue(option: Option): FlagValue {
  const flag = option.long ?? "";
  const path = FLAG_PATHS[flag];
  if (path === undefined) {
    throw new Error(`the chart has no value for the flag ${flag}: name one in hack/config/chart/values.ts, or say why it has none`);
  }
  // In a file of values nobody writes commas.
  const about = option.description.replace(/,( as key=value)? with commas between them$/, "");
  return { path, about: sentence(about), flag, ...formOf(option) };
}

function formOf({ argChoices, defaultValue, defaultValueDescription }: Option): Pick<FlagValue, "default" | "schema" | "form"> {
  if (typeof defaultValue === "boolean") return { default: defaultValue, schema: SWITCH, form: "switch" };
  if (Array.isArray(defaultValue)) return { default: defaultValue, schema: { type: "array", items: STRING }, form: "list" };
  if (typeof defaultValue === "object") return { default: {}, schema: STRINGS, form: "labels" };
  // A duration is kept in seconds, and described as people write it.
  const text = typeof defaultValue === "number" ? (defaultValueDescription ?? "") : String(defaultValue);
  return { default: text, schema: argChoices ? { enum: [...argChoices] } : NAME, form: "text" };
}

const POD: readonly Value[] = [
  { path: "image.repository", about: "Where the operator's image is.", default: SHIPPED_IMAGE.repository, schema: NAME },
  { path: "image.tag", about: "Tag of the image; empty: that of this version, unless there is a digest.", default: "", schema: STRING },
  { path: "image.digest", about: "Digest of the image, sha256:...: a tag may be another image tomorrow.", default: "", schema: STRING },
  {
    path: "image.pullPolicy",
    about: "When the kubelet pulls; empty: as Kubernetes does by default.",
    default: "",
    schema: { enum: ["", "Always", "IfNotPresent", "Never"] },
  },
  { path: "imagePullSecrets", about: "Secrets for the registry, each as {name: ...}.", default: [], schema: OBJECTS },
  {
    path: "replicas",
    about: "Instances; one of them leads. 0 stops the operator.",
    default: deployment.spec.replicas,
    schema: { type: "integer", minimum: 0 },
  },
  {
    path: "resources",
    about: "What the operator's container asks for and may use.",
    default: container["resources"] ?? {},
    schema: OBJECT,
  },
  { path: "nodeSelector", about: "Labels of the nodes that it may run on.", default: {}, schema: STRINGS },
  { path: "tolerations", about: "Taints that it tolerates.", default: [], schema: OBJECTS },
  { path: "affinity", about: "Which nodes and neighbours it is drawn to.", default: {}, schema: OBJECT },
  {
    path: "topologySpreadConstraints",
    about: "How its pods are spread.",
    default: podSpec["topologySpreadConstraints"] ?? [],
    schema: OBJECTS,
  },
  { path: "priorityClassName", about: "Its priority class; empty: none.", default: "", schema: STRING },
  { path: "podLabels", about: "Labels of its pods, besides those that select them.", default: {}, schema: STRINGS },
  { path: "podAnnotations", about: "Annotations of its pods.", default: {}, schema: STRINGS },
];

const WEBHOOKS: readonly Value[] = [
  {
    path: "breakGlass.webhook.secretName",
    about: "Secret with the https address that is told of emergency access; empty: nobody is told.",
    default: "",
    schema: STRING,
  },
  { path: "breakGlass.webhook.secretKey", about: "Key of the address in that Secret.", default: "url", schema: NAME },
  {
    path: "breakGlass.headsWebhook.secretName",
    about: "Secret with the https address that keeps the heads of the ledger; empty: none.",
    default: "",
    schema: STRING,
  },
  { path: "breakGlass.headsWebhook.secretKey", about: "Key of the address in that Secret.", default: "url", schema: NAME },
];

const MONITORING: readonly Value[] = [
  {
    path: "monitoring.labels",
    about: "Labels by which Prometheus' operator and Grafana find these objects.",
    default: {},
    schema: STRINGS,
  },
  { path: "monitoring.serviceMonitor", about: "Make a ServiceMonitor (monitoring.coreos.com).", default: false, schema: SWITCH },
  {
    path: "monitoring.prometheusRule",
    about: "Make a PrometheusRule with the alerts (monitoring.coreos.com).",
    default: false,
    schema: SWITCH,
  },
  { path: "monitoring.dashboard", about: "Make a ConfigMap with the dashboard for Grafana.", default: false, schema: SWITCH },
];

/** Everything that can be set. */
export const VALUES: readonly Value[] = [...POD, ...FLAG_VALUES, ...WEBHOOKS, ...MONITORING];

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

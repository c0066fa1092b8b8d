/** Proves with the real Helm that the chart installs what config/default installs, and with other values exactly what the operator expects under the flags that it then has. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { Command } from "commander";
import { parse } from "yaml";
import { reportRights } from "../../hack/config/rights.ts";
import type { KubernetesObject } from "../../operator/api/object.ts";
import { breakGlassNamespace } from "../../operator/breakglass/installation.ts";
import { installationRights } from "../../operator/breakglass/installation-rights.ts";
import { policyDocuments } from "../../operator/policies/documents.ts";
import { allPolicies } from "../../operator/policies/index.ts";
import { addOperatorFlags, type OperatorSettings, operatorSettings } from "../../operator/settings.ts";
import { kubectl } from "../support/kubectl.ts";
import {
  BUILDS,
  buildHelm,
  CHART,
  helm,
  helmRefusal,
  NAMESPACE,
  nameOf,
  objectsIn,
  ROOT,
  rendered,
  rendering,
  type Values,
} from "./tools/helm.ts";

const KEEP = "helm.sh/resource-policy";

interface Container {
  readonly image: string;
  readonly imagePullPolicy?: string;
  readonly args: readonly string[];
  readonly env: readonly unknown[];
  readonly resources: unknown;
}

interface Deployment extends KubernetesObject {
  readonly spec: {
    readonly replicas: number;
    readonly template: { readonly metadata: KubernetesObject["metadata"]; readonly spec: { readonly containers: readonly [Container] } };
  };
}

/** By name; without Helm's mark of what it keeps, which is looked at by itself. */
function byName(objects: readonly KubernetesObject[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(objects.map((object) => [nameOf(object), withoutKeep(object)]));
}

function withoutKeep(object: KubernetesObject): unknown {
  const { annotations, ...metadata } = { ...object.metadata } as { annotations?: Record<string, string> };
  const { [KEEP]: _, ...others } = annotations ?? {};
  return { ...object, metadata: Object.keys(others).length === 0 ? metadata : { ...metadata, annotations: others } };
}

function deploymentOf(objects: readonly KubernetesObject[]): Deployment {
  return objects.find(({ kind }) => kind === "Deployment") as Deployment;
}

/** The settings that the operator reads from the flags of its Deployment. */
function settingsOf(objects: readonly KubernetesObject[]): OperatorSettings {
  const [container] = deploymentOf(objects).spec.template.spec.containers;
  const command = addOperatorFlags(new Command()).exitOverride();
  command.parse(container.args.slice(1).map(asKubernetes), { from: "user" });
  return operatorSettings(command.opts());
}

/** What Kubernetes makes of an argument: $(NAME) is a variable, $$(NAME) is not. */
function asKubernetes(text: string): string {
  return text.replace(/\$?\$\(\w+\)/g, (found) => (found.startsWith("$$") ? found.slice(1) : "the value of a variable"));
}

interface Case {
  readonly reason: string;
  readonly values: Values;
  /** What the operator must read from its flags. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Emergency access, as far as it differs from the shipped settings. */
  readonly breakGlass?: Readonly<Record<string, unknown>>;
}

const CASES: readonly Case[] = [
  {
    reason: "the defaults",
    values: {},
    settings: { admissionEngine: "Native", policyReports: "Off", allowReservedNamespaces: false, log: { level: "info", format: "json" } },
  },
  {
    reason: "another namespace, whose name YAML would take for a number",
    values: { "breakGlass.namespace": "911" },
    settings: {},
    breakGlass: { namespace: "911" },
  },
  {
    reason: "roles in any order, twice, and one that Kubernetes' own name makes unbounded",
    values: { "breakGlass.roles": ["view", "edit", "sb-incident-admin", "view"] },
    settings: {},
    breakGlass: { roles: ["edit", "sb-incident-admin", "view"] },
  },
  { reason: "no roles at all", values: { "breakGlass.roles": [] }, settings: {}, breakGlass: { roles: [] } },
  {
    reason: "unbounded roles",
    values: { "breakGlass.roles": ["admin", "view"], "breakGlass.unboundedRoles": ["admin", "acme:all"] },
    settings: {},
    breakGlass: { roles: ["admin", "view"], unboundedRoles: ["acme:all", "admin"] },
  },
  {
    reason: "groups with everything that YAML, templates, HTML and Kubernetes could misread",
    values: { "breakGlass.custodians": ["ops: {{ .Values }} #1 & <all>", ' "leading space', "$(NODE_OPTIONS)", "- x", "true"] },
    settings: {},
    breakGlass: { custodians: [' "leading space', "$(NODE_OPTIONS)", "- x", "ops: {{ .Values }} #1 & <all>", "true"] },
  },
  { reason: "a cap of hours and minutes", values: { "breakGlass.maxDuration": "1h30m" }, settings: {}, breakGlass: { maxDuration: 5_400 } },
  { reason: "the longest cap", values: { "breakGlass.maxDuration": "24h" }, settings: {}, breakGlass: { maxDuration: 86_400 } },
  {
    reason: "system namespaces",
    values: { "breakGlass.allowSystemNamespaces": true },
    settings: {},
    breakGlass: { allowSystemNamespaces: true },
  },
  {
    reason: "labels for every object",
    values: { objectLabels: { team: "platform", "company.example/cost-center": "4711" } },
    settings: {},
    breakGlass: { objectLabels: { "company.example/cost-center": "4711", team: "platform" } },
  },
  { reason: "reserved namespaces", values: { allowReservedNamespaces: true }, settings: { allowReservedNamespaces: true } },
  { reason: "Kyverno", values: { admissionEngine: "Kyverno" }, settings: { admissionEngine: "Kyverno" } },
  { reason: "Gatekeeper", values: { admissionEngine: "Gatekeeper" }, settings: { admissionEngine: "Gatekeeper" } },
  { reason: "reports of one group", values: { policyReports: "wgpolicyk8s.io" }, settings: { policyReports: "wgpolicyk8s.io" } },
  { reason: "reports of the other group", values: { policyReports: "openreports.io" }, settings: { policyReports: "openreports.io" } },
  {
    reason: "log and pods",
    values: { logLevel: "debug", logFormat: "text", countTokenPods: true },
    settings: { log: { level: "debug", format: "text" }, countTokenPods: true },
  },
  {
    reason: "everything at once",
    values: {
      allowReservedNamespaces: true,
      admissionEngine: "Gatekeeper",
      policyReports: "openreports.io",
      objectLabels: { team: "platform" },
      breakGlass: {
        namespace: "emergency",
        roles: ["view"],
        unboundedRoles: ["cluster-admin"],
        custodians: ["ops"],
        maxDuration: "45m",
        allowSystemNamespaces: true,
      },
    },
    settings: { allowReservedNamespaces: true, admissionEngine: "Gatekeeper", policyReports: "openreports.io" },
    breakGlass: {
      namespace: "emergency",
      roles: ["view"],
      unboundedRoles: ["cluster-admin"],
      custodians: ["ops"],
      maxDuration: 2_700,
      allowSystemNamespaces: true,
      objectLabels: { team: "platform" },
    },
  },
];

const DEFAULTS = {
  namespace: "securitybaseline-breakglass",
  roles: ["sb-cluster-admin", "sb-incident-admin"],
  unboundedRoles: [],
  maxDuration: 14_400,
  custodians: [],
  allowSystemNamespaces: false,
  objectLabels: {},
};

interface Refused {
  readonly values: Values;
  readonly says: string;
}

const REFUSED: readonly Refused[] = [
  { values: { replicaCount: 3 }, says: "value must be one of 'image', 'imagePullSecrets', 'replicas'" },
  { values: { "image.name": "x" }, says: "at '/image': additional properties 'name' not allowed" },
  { values: { "breakGlass.webhook.url": "https://x" }, says: "at '/breakGlass/webhook': additional properties 'url' not allowed" },
  { values: { replicas: "two" }, says: "at '/replicas': got string, want integer" },
  { values: { replicas: -1 }, says: "at '/replicas': minimum: got -1, want 0" },
  { values: { replicas: null }, says: "missing property 'replicas'" },
  { values: { logLevel: "loud" }, says: "at '/logLevel': value must be one of 'error', 'warn', 'info', 'debug'" },
  { values: { admissionEngine: "OPA" }, says: "value must be one of 'Native', 'Kyverno', 'Gatekeeper'" },
  { values: { policyReports: "kyverno" }, says: "value must be one of 'Off', 'wgpolicyk8s.io', 'openreports.io'" },
  { values: { "breakGlass.webhook.format": "teams" }, says: "value must be one of 'generic', 'slack'" },
  { values: { objectLabels: { team: 1 } }, says: "at '/objectLabels/team': got number, want string" },
  { values: { "image.digest": "latest" }, says: 'image.digest: "latest" is refused: write sha256: and 64 hexadecimal digits' },
  { values: { "image.tag": "1@sha256:0" }, says: 'image.tag: "1@sha256:0" is refused: write a tag' },
  { values: { "image.repository": "x@y" }, says: 'image.repository: "x@y" is refused: write registry and name' },
  { values: { "breakGlass.namespace": "It's" }, says: 'breakGlass.namespace: "It\'s" is refused: write the name of a namespace' },
  { values: { "breakGlass.namespace": "kube-system" }, says: 'breakGlass.namespace: "kube-system" has another use' },
  { values: { "breakGlass.roles": ["a'b"] }, says: 'breakGlass.roles: "a\'b" is refused: write names of ClusterRoles' },
  { values: { "breakGlass.roles": [".."] }, says: 'breakGlass.roles: ".." is refused' },
  { values: { "breakGlass.unboundedRoles": [""] }, says: 'breakGlass.unboundedRoles: "" is refused' },
  { values: { "breakGlass.custodians": ["system:masters"] }, says: "write groups, none of which begins with system:" },
  { values: { "breakGlass.custodians": ["a,b"] }, says: 'breakGlass.custodians: "a,b" is refused' },
  { values: { "breakGlass.custodians": ["a']) || true || ['"] }, says: "is refused: write groups" },
  { values: { "breakGlass.custodians": ["a\nb"] }, says: 'breakGlass.custodians: "a\\nb" is refused' },
  { values: { "breakGlass.maxDuration": "5m" }, says: 'breakGlass.maxDuration: "5m" is refused: write a duration from 15m to 24h' },
  { values: { "breakGlass.maxDuration": "25h" }, says: 'breakGlass.maxDuration: "25h" is refused' },
  { values: { "breakGlass.maxDuration": "1d" }, says: 'breakGlass.maxDuration: "1d" is refused' },
  { values: { objectLabels: { "x.kubernetes.io/a": "b" } }, says: "decides something for Kubernetes or another tool" },
  { values: { objectLabels: { a: "b c" } }, says: 'objectLabels: "b c" is no label value' },
  { values: { objectLabels: { "-": "b" } }, says: 'objectLabels: "-" is no label key' },
  { values: { podLabels: { "app.kubernetes.io/name": "x" } }, says: "selects the operator's pods: choose another key" },
];

describe("the chart", function () {
  this.timeout(BUILDS);
  before(buildHelm);

  it("is fine for helm lint", async () => {
    expect(await helm("lint", CHART, "--strict", "--namespace", NAMESPACE, "--kube-version", "1.34.0")).to.contain("0 chart(s) failed");
  });

  it("renders by default what config/default is built to, object by object", async () => {
    const built = objectsIn(await kubectl(["kustomize", join(ROOT, "config/default")]));
    const chart = await rendered();
    expect(built).to.have.length.greaterThan(150);
    expect(chart.map(nameOf).sort()).to.deep.equal(built.map(nameOf).sort());
    expect(byName(chart)).to.deep.equal(byName(built));
  });

  it("keeps kinds and namespaces at an uninstallation, and nothing else", async () => {
    const kept = (await rendered()).filter(({ metadata }) => metadata?.annotations?.[KEEP] === "keep").map(nameOf);
    expect(kept.sort()).to.deep.equal([
      "CustomResourceDefinition/breakglassauditentries.securitybaseline.dev",
      "CustomResourceDefinition/breakglasscheckpoints.securitybaseline.dev",
      "CustomResourceDefinition/breakglassdecisions.securitybaseline.dev",
      "CustomResourceDefinition/breakglassrequests.securitybaseline.dev",
      "CustomResourceDefinition/clustersecuritybaselines.securitybaseline.dev",
      "CustomResourceDefinition/securitybaselines.securitybaseline.dev",
      "Namespace/securitybaseline-breakglass",
      "Namespace/securitybaseline-system",
    ]);
  });

  for (const { reason, values, settings, breakGlass = {} } of CASES) {
    it(`makes flags, policies and rights of one mind: ${reason}`, async () => {
      const objects = await rendered(values);
      const read = settingsOf(objects);
      expect(read).to.deep.include(settings);
      expect(read.breakGlass).to.deep.equal({ ...DEFAULTS, ...breakGlass });
      const policies = objects.filter(({ apiVersion }) => apiVersion === "admissionregistration.k8s.io/v1");
      expect(byName(policies)).to.deep.equal(byName(allPolicies(read).flatMap(policyDocuments) as unknown as KubernetesObject[]));
      const rights = [breakGlassNamespace(read.breakGlass), ...installationRights(read.breakGlass)] as unknown as KubernetesObject[];
      expect(byName(objects)).to.deep.include(byName(rights));
      const { policyReports } = read;
      const onReports = policyReports === "Off" ? [] : (reportRights(policyReports) as unknown as KubernetesObject[]);
      expect(byName(objects.filter(({ metadata }) => metadata?.name === "securitybaseline-policy-reports"))).to.deep.equal(
        byName(onReports),
      );
    });
  }

  for (const { values, says } of REFUSED) {
    it(`refuses ${JSON.stringify(values)} and says what to write`, async () => {
      expect(await helmRefusal(...rendering(values))).to.contain(says);
    });
  }

  it("refuses another namespace for the release, with the one to take", async () => {
    const said = await helmRefusal("template", "x", CHART, "--namespace", "security", "--kube-version", "1.34.0");
    expect(said).to.contain("install into the namespace securitybaseline-system (--namespace securitybaseline-system)");
  });

  it("refuses an API server that is too old", async () => {
    const said = await helmRefusal("template", "x", CHART, "--namespace", NAMESPACE, "--kube-version", "1.30.9");
    expect(said).to.contain("chart requires kubeVersion: >=1.31.0-0");
  });

  it("puts what concerns the pod where it belongs", async () => {
    const digest = `sha256:${"0".repeat(63)}a`;
    const { spec } = deploymentOf(
      await rendered({
        image: { repository: "ghcr.io/acme/sb", digest, pullPolicy: "Always" },
        imagePullSecrets: [{ name: "registry" }],
        replicas: 3,
        resources: { limits: { memory: "1Gi" } },
        nodeSelector: { pool: "system" },
        tolerations: [{ key: "system", operator: "Exists" }],
        affinity: { nodeAffinity: {} },
        topologySpreadConstraints: [],
        priorityClassName: "acme-high",
        podLabels: { team: "platform" },
        podAnnotations: { "acme.example/owner": "security" },
      }),
    );
    const { metadata, spec: pod } = spec.template;
    expect(spec.replicas).to.equal(3);
    expect(metadata).to.deep.equal({
      labels: { "app.kubernetes.io/name": "securitybaseline", "app.kubernetes.io/component": "operator", team: "platform" },
      annotations: { "acme.example/owner": "security" },
    });
    expect(pod).to.deep.include({
      imagePullSecrets: [{ name: "registry" }],
      nodeSelector: { pool: "system" },
      tolerations: [{ key: "system", operator: "Exists" }],
      affinity: { nodeAffinity: {} },
      priorityClassName: "acme-high",
    });
    expect(pod).to.not.have.property("topologySpreadConstraints");
    const [container] = pod.containers;
    expect(container).to.deep.include({ imagePullPolicy: "Always" });
    expect(container.image).to.equal(`ghcr.io/acme/sb@${digest}`);
    // What is given is merged into the defaults, as Helm does with maps.
    expect(container.resources).to.deep.equal({ requests: { cpu: "50m", memory: "128Mi" }, limits: { memory: "1Gi" } });
  });

  it("names the Secrets of webhooks, and no address", async () => {
    const objects = await rendered({
      "breakGlass.webhook": { secretName: "chat", format: "slack" },
      "breakGlass.headsWebhook": { secretName: "heads", secretKey: "address" },
    });
    const [container] = deploymentOf(objects).spec.template.spec.containers;
    expect(container.args).to.include.members([
      "--break-glass-webhook-format=slack",
      "--break-glass-webhook=$(BREAK_GLASS_WEBHOOK)",
      "--break-glass-heads-webhook=$(BREAK_GLASS_HEADS_WEBHOOK)",
    ]);
    expect(container.env).to.deep.include.members([
      { name: "BREAK_GLASS_WEBHOOK", valueFrom: { secretKeyRef: { name: "chat", key: "url" } } },
      { name: "BREAK_GLASS_HEADS_WEBHOOK", valueFrom: { secretKeyRef: { name: "heads", key: "address" } } },
    ]);
  });

  it("brings metrics, alerts and dashboard where they are asked for, with labels to find them by", async () => {
    const monitoring = { labels: { release: "prometheus" }, serviceMonitor: true, prometheusRule: true, dashboard: true };
    const [defaults, objects] = [await rendered(), await rendered({ monitoring })];
    const names = new Set(defaults.map(nameOf));
    const added = objects.filter((object) => !names.has(nameOf(object)));
    const [configMap, rule, monitor] = added.toSorted((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1));
    expect([configMap, rule, monitor].map((object) => object && nameOf(object))).to.deep.equal([
      "ConfigMap/securitybaseline-system/securitybaseline-dashboard",
      "PrometheusRule/securitybaseline-system/securitybaseline-operator",
      "ServiceMonitor/securitybaseline-system/securitybaseline-operator",
    ]);
    expect(added).to.have.length(3);
    for (const { metadata } of added) expect(metadata?.labels).to.include({ release: "prometheus" });
    const file = (name: string) => readFile(join(ROOT, "config/monitoring", name), "utf8");
    expect(configMap?.["data"]).to.deep.equal({ "securitybaseline.json": await file("dashboard.json") });
    expect(rule?.["spec"]).to.deep.equal(parse(await file("alerts.yaml")));
    expect(monitor?.["spec"]).to.deep.include({ endpoints: [{ port: "metrics", honorLabels: true }] });
  });
});

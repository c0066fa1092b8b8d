/** Writes the optional kustomize components: metrics for Prometheus' operator, replicas that no node takes away together, custodians of emergency access, and policy reports. */
import type { JsonObject } from "../../operator/api/json.ts";
import { DEFAULT_SETTINGS } from "../../operator/breakglass/installation.ts";
import { type PolicyReports, REPORT_KINDS, type ReportGroup } from "../../operator/kinds/policy-report.ts";
import type { PolicySettings } from "../../operator/policies/index.ts";
import { deployment } from "./chart/manager.ts";
import type { ManifestFile } from "./files.ts";
import { OPERATOR_ACCOUNT, OPERATOR_NAMESPACE } from "./installation.ts";
import { prometheusRule, serviceMonitor } from "./monitoring.ts";
import { difference, flagPatch } from "./patches.ts";

/** The group that the component knows: identity providers are told who is in it. */
const CUSTODIANS = "securitybaseline-custodians";

/** The files of all components; `filesFor` are those that follow from settings. */
export function optionalComponents(filesFor: (settings: PolicySettings) => readonly ManifestFile[]): readonly ManifestFile[] {
  return [...metrics(), ...highAvailability(), ...custodians(filesFor), ...REPORT_GROUPS.flatMap((group) => reports(group, filesFor))];
}

function metrics(): readonly ManifestFile[] {
  const files = [
    { path: "service-monitor.yaml", about: "Where Prometheus finds the operator's metrics.", documents: [serviceMonitor] },
    { path: "prometheus-rule.yaml", about: "The alerts of config/monitoring.", documents: [prometheusRule] },
  ];
  return component("metrics", "what the operator of Prometheus needs to scrape metrics and to alert", { files });
}

/** No surge: it would need one node more than there are replicas. */
function highAvailability(): readonly ManifestFile[] {
  const apart = { topologyKey: "kubernetes.io/hostname", labelSelector: deployment.spec["selector"] ?? {} };
  const patch = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: OPERATOR_ACCOUNT, namespace: OPERATOR_NAMESPACE },
    spec: {
      replicas: 3,
      strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } },
      template: { spec: { affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [apart] } } } },
    },
  };
  const file = { path: "apart.yaml", about: "Three replicas, each on a node of its own.", documents: [patch] };
  return component("ha", "three replicas of the operator, each on a node of its own", { patchFiles: [file] });
}

function custodians(filesFor: (settings: PolicySettings) => readonly ManifestFile[]): readonly ManifestFile[] {
  const documents = (groups: readonly string[]) =>
    filesFor({ breakGlass: { ...DEFAULT_SETTINGS, custodians: groups }, allowReservedNamespaces: false }).flatMap((file) => file.documents);
  const { added, patches } = difference(documents([]), documents([CUSTODIANS]));
  const file = { path: "rights.yaml", about: "What custodians may do: make the objects of a grant by hand.", documents: added };
  return component("custodians", `the group ${CUSTODIANS} may make grants of emergency access by hand, while the operator is down`, {
    files: [file],
    patches: [...patches, flagPatch(`--break-glass-custodians=${CUSTODIANS}`)],
  });
}

const REPORT_GROUPS = Object.keys(REPORT_KINDS) as readonly ReportGroup[];

/** A component per group: who has the reports of one hands out no rights on those of the other. */
function reports(group: ReportGroup, filesFor: (settings: PolicySettings) => readonly ManifestFile[]): readonly ManifestFile[] {
  const documents = (policyReports: PolicyReports) =>
    filesFor({ breakGlass: DEFAULT_SETTINGS, allowReservedNamespaces: false, policyReports }).flatMap((file) => file.documents);
  const { added, patches } = difference(documents("Off"), documents(group));
  const isRight = ({ kind }: JsonObject): boolean => String(kind).startsWith("ClusterRole");
  const { inNamespace, ofCluster } = REPORT_KINDS[group];
  const kinds = `${inNamespace.kind} and ${ofCluster.kind}`;
  const files = [
    { path: "rights.yaml", about: `What the operator may do with each ${kinds} of its name.`, documents: added.filter(isRight) },
    { path: "policies.yaml", about: "Holds the operator to that.", documents: added.filter((document) => !isRight(document)) },
  ];
  return component(`policy-reports-${group.split(".")[0]}`, `the operator writes a ${kinds} (${group}) beside each baseline`, {
    files,
    patches: [...patches, flagPatch(`--policy-reports=${group}`)],
  });
}

interface Parts {
  readonly files?: readonly ManifestFile[];
  readonly patchFiles?: readonly ManifestFile[];
  readonly patches?: readonly JsonObject[];
}

function component(name: string, about: string, { files = [], patchFiles = [], patches = [] }: Parts): readonly ManifestFile[] {
  const folder = `components/${name}`;
  const allPatches = [...patchFiles.map(({ path }) => ({ path })), ...patches];
  const kustomization = {
    apiVersion: "kustomize.config.k8s.io/v1alpha1",
    kind: "Component",
    ...(files.length > 0 && { resources: files.map(({ path }) => path) }),
    ...(allPatches.length > 0 && { patches: allPatches }),
  };
  return [
    ...[...files, ...patchFiles].map((file) => ({ ...file, path: `${folder}/${file.path}` })),
    { path: `${folder}/kustomization.yaml`, about: `Component for an overlay of config/default: ${about}.`, documents: [kustomization] },
  ];
}

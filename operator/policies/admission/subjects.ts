/** Lists what is judged by section `admission`, and by which checks. */
import type { Matched, Operation } from "../policy.ts";
import type { Check } from "./check.ts";
import { dropCapabilities, readOnlyRootFilesystem, secretEnvironment } from "./container-checks.ts";
import { hostnames, ingressClasses } from "./host-checks.ts";
import { imageReference, registries } from "./image-checks.ts";
import { IS_POD, type PodTerms, podVariables, templateOf } from "./pod.ts";
import { priorityClasses, requiredLabels, runtimeClasses, tokenAccounts } from "./pod-checks.ts";
import { resources } from "./resource-check.ts";
import { services } from "./service-check.ts";
import { storageClasses } from "./storage-check.ts";
import { isOfKind, type Subject } from "./subject.ts";

const WRITTEN: readonly Operation[] = ["CREATE", "UPDATE"];

function matched(group: string, version: string, operations: readonly Operation[], ...names: readonly string[]): Matched {
  return { group, version, resources: names, operations };
}

/** CEL: a field differs between the object before and after. */
function differs(field: string): string {
  return `dyn(object).?${field}.orValue({}) != dyn(oldObject).?${field}.orValue({})`;
}

/** Labels of a pod decide about exemptions, and are judged; other metadata is not. */
const POD_CHANGES = `${differs("spec")} || ${differs("metadata.?labels")}`;

export const pods: Subject<PodTerms> = {
  name: "pods",
  what: "pods and workloads",
  matches: [
    matched("", "v1", WRITTEN, "pods", "replicationcontrollers"),
    matched("", "v1", ["UPDATE"], "pods/ephemeralcontainers", "pods/resize"),
    matched("apps", "v1", WRITTEN, "deployments", "statefulsets", "daemonsets", "replicasets"),
    matched("batch", "v1", WRITTEN, "jobs", "cronjobs"),
  ],
  conditions: {
    // The pods of these are judged, and what made them is, too.
    "not-made-by-a-controller": `!(${isOfKind("ReplicaSet", "Job")}) || !dyn(object).metadata.?ownerReferences.orValue([]).exists(o, o.?controller.orValue(false))`,
    // A workload that was there before can be scaled, suspended and deleted.
    "changes-what-is-judged": `request.operation == 'CREATE' || (${IS_POD} ? ${POD_CHANGES} : ${templateOf("object")}.orValue({}) != ${templateOf("oldObject")}.orValue({}))`,
  },
  isTemplate: `!(${IS_POD})`,
  isJudgedAnew: `!(${IS_POD})`,
  labels: "variables.pod.?metadata.?labels.orValue({})",
  read: podVariables,
  checks: [
    registries,
    imageReference,
    requiredLabels,
    resources,
    dropCapabilities,
    readOnlyRootFilesystem,
    secretEnvironment,
    tokenAccounts,
    priorityClasses,
    runtimeClasses,
  ],
};

const WHOLE = {
  labels: "dyn(object).metadata.?labels.orValue({})",
  read: (object: string) => ({ variables: {}, terms: `dyn(${object})` }),
};

const serviceSubject: Subject<string> = {
  ...WHOLE,
  name: "services",
  what: "Services",
  matches: [matched("", "v1", WRITTEN, "services")],
  checks: [services],
};

const hostSubject: Subject<string> = {
  ...WHOLE,
  name: "hostnames",
  what: "Ingresses and routes",
  matches: [
    matched("networking.k8s.io", "v1", WRITTEN, "ingresses"),
    // Every version: which ones there are depends on what is installed of the Gateway API.
    matched("gateway.networking.k8s.io", "*", WRITTEN, "httproutes", "grpcroutes", "tlsroutes"),
  ],
  checks: [hostnames, ingressClasses] satisfies readonly Check<string>[],
};

const storageSubject: Subject<string> = {
  ...WHOLE,
  name: "storage",
  what: "claims of storage",
  matches: [matched("", "v1", WRITTEN, "persistentvolumeclaims"), matched("apps", "v1", WRITTEN, "statefulsets")],
  isTemplate: isOfKind("StatefulSet"),
  checks: [storageClasses],
};

/** Everything but pods: each object is read as a whole. */
export const others = [serviceSubject, hostSubject, storageSubject] as const;

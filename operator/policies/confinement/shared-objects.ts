/** Declares the policies on objects that exist without us, Namespaces and `default` ServiceAccounts: only our own fields of them may change. */
import { DELETION_POLICY_ANNOTATION } from "../../api/names.ts";
import { namespace, POD_SECURITY_LABELS } from "../../kinds/namespace.ts";
import { DEFAULT_ACCOUNT_NAME, serviceAccount } from "../../kinds/service-account.ts";
import { quote, quoteList } from "../cel.ts";
import { type Confinement, enforces, matchKind } from "./confine.ts";

/** Labels and annotations as both states of the object have them, as variables. */
const METADATA_MAPS = {
  labels: "object.metadata.?labels.orValue({})",
  oldLabels: "oldObject.metadata.?labels.orValue({})",
  annotations: "object.metadata.?annotations.orValue({})",
  oldAnnotations: "oldObject.metadata.?annotations.orValue({})",
};

const OUR_LABELS = quoteList(Object.values(POD_SECURITY_LABELS));
const OUR_ANNOTATION = quote(DELETION_POLICY_ANNOTATION);

/** CEL: two maps, both variables, are equal apart from the keys that `ours` is true for. */
function sameMap(now: string, before: string, ours: string): string[] {
  const [a, b] = [`variables.${now}`, `variables.${before}`];
  return [`${a}.all(k, ${ours} || (k in ${b} && ${a}[k] == ${b}[k]))`, `${b}.all(k, ${ours} || k in ${a})`];
}

/** CEL: nothing in metadata that others rely on has changed, apart from labels that `ourLabels` is true for and our annotation. */
function sameMetadata(ourLabels: string): string[] {
  return [
    ...sameMap("labels", "oldLabels", ourLabels),
    ...sameMap("annotations", "oldAnnotations", `k == ${OUR_ANNOTATION}`),
    sameList("metadata.?finalizers"),
    sameList("metadata.?ownerReferences"),
  ];
}

function sameList(list: string): string {
  return `object.${list}.orValue([]) == oldObject.${list}.orValue([])`;
}

/** Namespaces: their Pod Security labels and our annotation. The API server itself keeps `spec` as it is. */
export const namespaces: Confinement = {
  name: "namespaces",
  about: "Of a Namespace the operator changes its Pod Security labels and nothing else.",
  operations: ["UPDATE"],
  matches: [matchKind(namespace)],
  variables: METADATA_MAPS,
  validations: [
    {
      expression: sameMetadata(`k in ${OUR_LABELS}`).join("\n&& "),
      message: `refused another change of a Namespace: only its pod-security.kubernetes.io labels and the annotation ${DELETION_POLICY_ANNOTATION} may change`,
    },
  ],
};

/** CEL: the value of label `k` before and after. */
const [BEFORE, AFTER] = ["variables.oldLabels[?k].orValue('')", "variables.labels[?k].orValue('')"];

/** Pod Security labels where a baseline is: what it asks for in mode Enforce, otherwise they may only be taken away. */
export const podSecurityLabels: Confinement = {
  name: "pod-security",
  about: "Pod Security labels that the operator sets have the values that the namespace's baseline asks for.",
  operations: ["UPDATE"],
  matches: [matchKind(namespace)],
  withoutBaseline: "Allow",
  variables: {
    labels: METADATA_MAPS.labels,
    oldLabels: METADATA_MAPS.oldLabels,
    level: "params.?spec.?podSecurity.?enforce.orValue('')",
    version: "params.?spec.?podSecurity.?version.orValue('')",
    asked: `${enforces("podSecurity")} ? ${askedLabels()} : {}`,
  },
  validations: [
    {
      expression: `${OUR_LABELS}.all(k, ${AFTER} == ${BEFORE} || ${AFTER} == variables.asked[?k].orValue(''))`,
      message:
        "refused other Pod Security labels: only the levels and the version of spec.podSecurity in the namespace's SecurityBaseline may be set, in mode Enforce",
    },
  ],
};

/** CEL: the value that the baseline asks for, by label; `audit` and `warn` follow `enforce` where they are not given. */
function askedLabels(): string {
  const { enforce, enforceVersion, audit, auditVersion, warn, warnVersion } = POD_SECURITY_LABELS;
  const levels = [
    `${quote(enforce)}: variables.level`,
    `${quote(audit)}: params.?spec.?podSecurity.?audit.orValue(variables.level)`,
    `${quote(warn)}: params.?spec.?podSecurity.?warn.orValue(variables.level)`,
  ];
  const versions = [enforceVersion, auditVersion, warnVersion].map((label) => `${quote(label)}: variables.version`);
  return `{\n${[...levels, ...versions].map((entry) => `  ${entry}`).join(",\n")}\n}`;
}

/** ServiceAccounts `default`: the mounting of their token and our annotation. */
export const defaultAccounts: Confinement = {
  name: "default-service-accounts",
  about: "Of the ServiceAccount default the operator changes the mounting of its token and nothing else.",
  operations: ["CREATE", "UPDATE", "DELETE"],
  matches: [matchKind(serviceAccount)],
  conditions: {
    "the-default-account": `(request.operation == 'DELETE' ? oldObject : object).metadata.name == ${quote(DEFAULT_ACCOUNT_NAME)}`,
  },
  variables: METADATA_MAPS,
  validations: [
    {
      expression: "request.operation == 'UPDATE'",
      message: "refused to create or delete the ServiceAccount default: it belongs to the namespace and may only be updated",
    },
    {
      expression: [
        "request.operation != 'UPDATE' || (",
        [...sameMetadata("false"), sameList("?secrets"), sameList("?imagePullSecrets")].join("\n&& "),
        ")",
      ].join("\n"),
      message: `refused another change of the ServiceAccount default: only automountServiceAccountToken and the annotation ${DELETION_POLICY_ANNOTATION} may change`,
    },
  ],
};

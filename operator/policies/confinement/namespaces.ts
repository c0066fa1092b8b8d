/** Declares the policies on Namespaces: of all that stands on them the operator changes its own marks, and the Pod Security labels and what else a baseline asks for. */
import {
  ADMISSION_LABEL,
  APPLYING_LABEL,
  DELETION_POLICY_ANNOTATION,
  ENFORCED_LABEL,
  ENFORCED_REQUESTED,
  ENFORCED_VALUE,
  REHEARSED_VALUE,
} from "../../api/names.ts";
import { namespace, POD_SECURITY_LABELS } from "../../kinds/namespace.ts";
import { quote, quoteList } from "../cel.ts";
import { type Confinement, enforces, matchKind, type Place, reports } from "./confine.ts";
import { IMAGE_LABEL_FIELDS } from "./images.ts";
import { admissionMarkOf, IS_APPLIED, MARK_STEPS, MARKS, WHERE_NAMESPACES_ARE_APPLIED } from "./marks.ts";
import { LINKERD_FIELD } from "./mesh.ts";
import { heldByUsAlone, heldKey, METADATA, onlyKeysChange, othersStillHold, sameList } from "./metadata.ts";
import { IS_REHEARSED, IS_STORED_REHEARSAL } from "./rehearsals.ts";
import { type SharedField, sharedFieldAnywhere } from "./shared-fields.ts";

const POD_SECURITY = Object.values(POD_SECURITY_LABELS);
const LABELS = quoteList(POD_SECURITY);

/** What else only a baseline gives to a Namespace. */
const GIVEN_FIELDS: readonly SharedField[] = [LINKERD_FIELD, ...IMAGE_LABEL_FIELDS];

function givenKeys(wanted: SharedField["map"]): readonly string[] {
  return GIVEN_FIELDS.filter(({ map }) => map === wanted).map(({ key }) => key);
}

/** CEL of each level: `audit` and `warn` follow `enforce` where they are not given. */
const LEVELS = [
  { label: POD_SECURITY_LABELS.enforce, versionLabel: POD_SECURITY_LABELS.enforceVersion, level: "variables.level", version: "version" },
  {
    label: POD_SECURITY_LABELS.audit,
    versionLabel: POD_SECURITY_LABELS.auditVersion,
    level: "params.?spec.?podSecurity.?audit.orValue(variables.level)",
    version: "auditVersion",
  },
  {
    label: POD_SECURITY_LABELS.warn,
    versionLabel: POD_SECURITY_LABELS.warnVersion,
    level: "params.?spec.?podSecurity.?warn.orValue(variables.level)",
    version: "warnVersion",
  },
] as const;

/** CEL: the value of label `k` before and after. */
const [BEFORE, AFTER] = ["variables.oldLabels[?k].orValue('')", "variables.labels[?k].orValue('')"];

const HELD = heldKey("labels", "k");

const { enforce: LEVEL_LABEL, enforceVersion: VERSION_LABEL } = POD_SECURITY_LABELS;

/** CEL: values of a label before, after and as asked for; `nothing` stands for none. The baseline is read without types. */
function stepsOf(label: string, nothing: string): string {
  const maps = ["variables.oldLabels", "variables.labels", "variables.asked"];
  return `[${maps.map((map) => `string(${map}[?${quote(label)}].orValue(${quote(nothing)}))`).join(", ")}]`;
}

/** CEL: whether `enforce` and its version together go up, in the order of kinds/pod-security-standard.ts, and no further than to what is asked for. */
const RISING: Readonly<Record<string, string>> = {
  holds: `${enforces("podSecurity")} && params.?spec.?podSecurity.?onViolation.orValue('') == 'Hold'`,
  levels: `${stepsOf(LEVEL_LABEL, "privileged")}.map(l, {'baseline': 1, 'restricted': 2}[?l].orValue(0))`,
  versions: `${stepsOf(VERSION_LABEL, "latest")}.map(v, v.matches('^v1[.][0-9]{1,3}$') ? int(v.substring(3)) : 1000)`,
  standards: "[0, 1, 2].map(i, variables.levels[i] == 0 ? 0 : variables.levels[i] * 10000 + variables.versions[i])",
  rises: "variables.holds && variables.standards[0] < variables.standards[1] && variables.standards[1] <= variables.standards[2]",
};

/** CEL: the Namespace carries the mark before and after the request. */
const STAYS_MARKED = `[variables.mark, variables.oldMark] == [${quote(ENFORCED_VALUE)}, ${quote(ENFORCED_VALUE)}]`;

/** What holds for every Namespace, whether a baseline is in it or not. The API server itself keeps `spec` as it is. */
export const namespaces: Confinement = {
  name: "namespaces",
  about:
    "Of a Namespace the operator changes its own marks, the Pod Security labels, the policy of Linkerd and the labels of those who check images, and nothing else.",
  operations: ["UPDATE"],
  matches: [matchKind(namespace)],
  variables: { ...METADATA, ...MARKS, rehearsed: IS_REHEARSED },
  validations: [
    {
      expression: [
        onlyKeysChange("labels", [...POD_SECURITY, ENFORCED_LABEL, ADMISSION_LABEL, APPLYING_LABEL, ...givenKeys("labels")]),
        onlyKeysChange("annotations", [DELETION_POLICY_ANNOTATION, ...givenKeys("annotations")]),
        sameList("metadata.?finalizers"),
        sameList("metadata.?ownerReferences"),
      ].join("\n&& "),
      message: `refused another change of a Namespace: only its pod-security.kubernetes.io labels, the labels ${ENFORCED_LABEL}, ${ADMISSION_LABEL}, ${APPLYING_LABEL}, ${givenKeys("labels").join(" and ")} and the annotations ${DELETION_POLICY_ANNOTATION} and ${givenKeys("annotations").join(" and ")} may change`,
    },
    {
      expression: MARK_STEPS,
      message: `refused to mark a namespace at once: the label ${ENFORCED_LABEL} becomes ${ENFORCED_VALUE} only after it was ${ENFORCED_REQUESTED}`,
    },
    {
      expression: `!(${IS_STORED_REHEARSAL})`,
      message: `refused to store a rehearsal: the label ${APPLYING_LABEL} is ${REHEARSED_VALUE} in a dry run alone`,
    },
    {
      expression: `${STAYS_MARKED}\n|| variables.rehearsed\n|| ${LABELS}.all(k, !(k in variables.labels) || ${AFTER} == ${BEFORE})`,
      message: "refused Pod Security labels where no baseline is enforced: there they may only be given up",
    },
    {
      expression: `!(${STAYS_MARKED})\n|| ${IS_APPLIED}\n|| ${LABELS}.all(k, ${AFTER} == ${BEFORE})`,
      message: `refused to change Pod Security labels past the baseline: they change together with the label ${APPLYING_LABEL}`,
    },
    {
      expression: `${IS_APPLIED} || ${admissionMarkOf("variables.labels")} == ${admissionMarkOf("variables.oldLabels")}`,
      message: `refused to change the label ${ADMISSION_LABEL} past the baseline: it changes together with the label ${APPLYING_LABEL}`,
    },
    {
      expression: `${LABELS}.all(k, !(k in variables.oldLabels) || k in variables.labels || ${heldByUsAlone(HELD)})`,
      message: "refused to remove Pod Security labels that somebody else set",
    },
    {
      expression: `${STAYS_MARKED}\n|| variables.rehearsed\n|| ${LABELS}.all(k, !(k in variables.labels) || ${othersStillHold(HELD)})`,
      message: "refused to forget who set the Pod Security labels",
    },
    ...GIVEN_FIELDS.flatMap((field) => sharedFieldAnywhere(field, `(${STAYS_MARKED})`)),
  ],
};

/** Pod Security labels where a baseline is: what it asks for in mode Enforce, and in a dry run also in mode Report; otherwise they may only be given up. */
export function podSecurityLabels(place: Place): Confinement {
  return {
    name: "pod-security",
    about: "Pod Security labels that the operator sets have the values that the namespace's baseline asks for.",
    ...WHERE_NAMESPACES_ARE_APPLIED,
    by: { place, withoutBaseline: "Allow" },
    variables: {
      labels: "object.metadata.?labels.orValue({})",
      oldLabels: "oldObject.metadata.?labels.orValue({})",
      level: "params.?spec.?podSecurity.?enforce.orValue('')",
      version: "params.?spec.?podSecurity.?version.orValue('')",
      rehearsed: IS_REHEARSED,
      asks: `${enforces("podSecurity")}\n|| (variables.rehearsed && ${reports("podSecurity")})`,
      asked: `variables.asks ? ${askedLabels()} : {}`,
      ...RISING,
    },
    validations: [
      {
        expression: `${LABELS}.all(k, ${AFTER} == ${BEFORE} || ${AFTER} == variables.asked[?k].orValue('') || (variables.rises && k in ${quoteList([LEVEL_LABEL, VERSION_LABEL])}))`,
        message:
          "refused other Pod Security labels: only the levels and the version of spec.podSecurity in the namespace's SecurityBaseline may be set, in mode Enforce, and tried in mode Report; with onViolation Hold, enforce and its version may also be raised on the way there",
      },
    ],
  };
}

/** CEL: the value that the baseline asks for, by label; "" where it asks for none. A version is asked for where its level is. */
function askedLabels(): string {
  const versionOf = (level: string, version: string): string =>
    `${level} == '' ? '' : params.?spec.?podSecurity.?${version}.orValue(variables.version)`;
  const entries = LEVELS.flatMap(({ label, versionLabel, level, version }) => [
    `${quote(label)}: ${level}`,
    `${quote(versionLabel)}: ${versionOf(level, version)}`,
  ]);
  return `{\n${entries.map((entry) => `  ${entry}`).join(",\n")}\n}`;
}

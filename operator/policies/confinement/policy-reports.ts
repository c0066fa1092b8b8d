/** Declares the policies on policy reports: a stolen token can write none but those beside baselines, and take none of anybody else. */
import { RESERVED_NAMESPACES } from "../../api/installation.ts";
import {
  MANAGED_BY_LABEL,
  MANAGED_BY_VALUE,
  REPORT_LABEL,
  REPORT_LABEL_VALUE,
  REPORT_NAME,
  REPORTS_FIELD_MANAGER,
} from "../../api/names.ts";
import { clusterPosture, namespacePosture } from "../../api/postures.ts";
import { REPORT_KINDS, type ReportGroup, type ReportKind } from "../../kinds/policy-report.ts";
import { quote, quoteList } from "../cel.ts";
import { type Confinement, matchKind, type Place } from "./confine.ts";
import { METADATA, onlyKeysChange, sameList, writtenByUs } from "./metadata.ts";
import { ownedBy } from "./ownership.ts";

const SHARED = { operations: ["CREATE", "UPDATE"] } as const satisfies Partial<Confinement>;

const LABELS = { [MANAGED_BY_LABEL]: MANAGED_BY_VALUE, [REPORT_LABEL]: REPORT_LABEL_VALUE };

/** CEL: our label stood on the object, or we have applied it; as policyreports/row.ts tells ours from others. */
const WAS_OURS = `${quote(REPORT_LABEL)} in variables.oldLabels || ${writtenByUs("oldObject", REPORTS_FIELD_MANAGER)}`;

/** Not where the installation wants no baseline: there nobody is told of one. */
const NOT_RESERVED = {
  // Requests outside of namespaces have none.
  expression: `!(request.?namespace.orValue('') in ${quoteList(RESERVED_NAMESPACES)})`,
  message: `refused a policy report in a reserved namespace: no baseline is obeyed in ${RESERVED_NAMESPACES.join(", ")}`,
};

/** The policies on the reports of a group. */
export function policyReports(group: ReportGroup, allowReservedNamespaces: boolean): readonly Confinement[] {
  const { inNamespace, ofCluster } = REPORT_KINDS[group];
  return [
    reports([inNamespace, ofCluster], allowReservedNamespaces ? [] : [NOT_RESERVED]),
    owners(inNamespace, { prefix: "", posture: namespacePosture, namespaces: [] }),
    owners(ofCluster, { prefix: "cluster-", posture: clusterPosture, namespaces: [] }),
  ];
}

/** Any report that the operator writes. */
function reports(kinds: readonly ReportKind[], places: Confinement["validations"]): Confinement {
  return {
    ...SHARED,
    name: "policy-reports",
    about: "Of policy reports the operator writes those of its own name and label, and nothing that somebody else made.",
    matches: kinds.map(matchKind),
    variables: METADATA,
    validations: [
      {
        expression: `object.metadata.name == ${quote(REPORT_NAME)}`,
        message: `refused another policy report: the operator's are called ${REPORT_NAME}`,
      },
      {
        expression: [
          ...Object.entries(LABELS).map(([key, value]) => `variables.labels[?${quote(key)}].orValue('') == ${quote(value)}`),
          onlyKeysChange("labels", Object.keys(LABELS)),
          "variables.annotations == variables.oldAnnotations",
        ].join("\n&& "),
        message: `refused labels or annotations of others: a policy report of the operator carries ${Object.entries(LABELS)
          .map((pair) => pair.join("="))
          .join(" and ")}`,
      },
      { expression: sameList("metadata.?finalizers"), message: "refused another list of finalizers: the operator sets and removes none" },
      {
        expression: `request.operation == 'CREATE' || ${WAS_OURS}`,
        message: "refused to take over a policy report that somebody else made: rename or delete it",
      },
      ...places,
    ],
  };
}

/** Whose the report is: so there is one in no namespace without a baseline, and none that stays when the baseline goes. */
function owners(kind: ReportKind, place: Place): Confinement {
  const { kind: postureKind } = place.posture;
  const { variables, validations } = ownedBy(place.posture);
  return {
    ...SHARED,
    name: "policy-report-owners",
    about: `A policy report that the operator writes belongs to the ${postureKind} that it tells of.`,
    matches: [matchKind(kind)],
    by: { place, withoutBaseline: "DenyCreation" },
    objects: [{ key: REPORT_LABEL, operator: "Exists" }],
    variables,
    validations: [
      ...validations,
      {
        expression: `variables.now.exists(r, r.kind == ${quote(postureKind)} && r.uid == params.metadata.uid)`,
        message: `refused a policy report without an owner: the ${postureKind} that it tells of must be one`,
      },
    ],
  };
}

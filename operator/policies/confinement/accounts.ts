/** Declares the policies on ServiceAccounts: which of them, and of each no other token, identity in a cloud or pull secret than a baseline asks for. */
import { APPLYING_LABEL, DELETION_POLICY_ANNOTATION } from "../../api/names.ts";
import { DEFAULT_ACCOUNT_NAME, serviceAccount } from "../../kinds/service-account.ts";
import { quote } from "../cel.ts";
import { type Confinement, changes, enforces, matchKind, type Place } from "./confine.ts";
import { NOT_A_GRANT } from "./grant-objects.ts";
import { BEING_APPLIED, IN_A_MARKED_NAMESPACE, IS_APPLIED } from "./marks.ts";
import { heldByUsAlone, METADATA, onlyAskedChange, onlyKeysChange, othersStillHold, sameList } from "./metadata.ts";
import { sameSet } from "./network-peers.ts";
import { NOT_THE_DEFAULT_ACCOUNT } from "./objects.ts";

const SHARED = { operations: ["CREATE", "UPDATE"], matches: [matchKind(serviceAccount)] } as const satisfies Partial<Confinement>;

const OF_DEFAULT = `(request.operation == 'DELETE' ? oldObject : object).metadata.name == ${quote(DEFAULT_ACCOUNT_NAME)}`;

/** CEL: whether pods mount the token of the object: a field that may be absent. */
const MOUNTED = (object: string): string => `${object}.?automountServiceAccountToken`;

/** CEL: the way to that field in an entry of managedFields. */
const HELD = "[?'f:automountServiceAccountToken']";

/** CEL: the entries of the section that ask for the account of this name. */
export function askedAccounts(name: string): string {
  return `(${enforces("serviceAccounts")} ? params.spec.serviceAccounts.?accounts.orValue([]).filter(a, a.name == ${name}) : [])`;
}

/** CEL: names of the pull secrets of an account or of an entry. */
const PULLED = (object: string): string => `${object}.?imagePullSecrets.orValue([]).map(s, s.name)`;

/** CEL: the pull secrets are those that entry `a` lists; where it lists none, the list is others' and may only be given up. */
const PULL_SECRETS = [
  `${sameList("?imagePullSecrets")}`,
  `|| (${PULLED("a")}.size() > 0 ? ${sameSet(PULLED("object"), PULLED("a"))}`,
  `  : ${PULLED("object")}.size() == 0 && ${heldByUsAlone("[?'f:imagePullSecrets']")})`,
].join("\n");

/** Accounts of their own for workloads: those that the section lists. */
export function serviceAccounts(place: Place): Confinement {
  return {
    ...SHARED,
    name: "service-accounts",
    about: "ServiceAccounts that the operator writes are those that the namespace's baseline lists, as it lists them.",
    by: { place, withoutBaseline: "Deny" },
    conditions: {
      ...NOT_THE_DEFAULT_ACCOUNT,
      ...NOT_A_GRANT,
      ...changes("automountServiceAccountToken", "imagePullSecrets", "metadata.?annotations"),
    },
    variables: { ...METADATA, accounts: askedAccounts("object.metadata.name") },
    validations: [
      {
        expression: "variables.accounts.size() == 1",
        message:
          "refused a ServiceAccount that no baseline asks for: its name must be that of an entry in spec.serviceAccounts.accounts of the namespace's SecurityBaseline, in mode Enforce",
      },
      {
        expression: `variables.accounts.all(a, ${MOUNTED("object")}.orValue(true) == a.?automountToken.orValue(false))`,
        message: "refused another automountServiceAccountToken than the namespace's SecurityBaseline asks for",
      },
      {
        expression: `variables.accounts.all(a, ${PULL_SECRETS})`,
        message: "refused other imagePullSecrets of a ServiceAccount than the namespace's SecurityBaseline lists for it",
      },
      {
        expression: `variables.accounts.all(a, ${onlyAskedChange("annotations", [], "a.?annotations.orValue({})")})`,
        message: "refused other annotations of a ServiceAccount than the namespace's SecurityBaseline lists for it",
      },
    ],
  };
}

/** Secrets of any account: the operator names none. */
export const accountSecrets: Confinement = {
  ...SHARED,
  name: "service-account-secrets",
  about: "The operator gives ServiceAccounts no secrets and takes none away; pull secrets are those that a baseline lists.",
  conditions: NOT_A_GRANT,
  validations: [{ expression: sameList("?secrets"), message: "refused other secrets of a ServiceAccount" }],
};

/** The ServiceAccount `default`, whether a baseline is there or not: the mounting of its token and our annotation. */
export const defaultAccounts: Confinement = {
  name: "default-service-accounts",
  about: "Of the ServiceAccount default the operator changes the mounting of its token and nothing else.",
  operations: ["CREATE", "UPDATE", "DELETE"],
  matches: [matchKind(serviceAccount)],
  conditions: { "the-default-account": OF_DEFAULT },
  variables: METADATA,
  validations: [
    {
      expression: "request.operation == 'UPDATE'",
      message: "refused to create or delete the ServiceAccount default: it belongs to the namespace and may only be updated",
    },
    updated({
      expression: [
        onlyKeysChange("labels", [APPLYING_LABEL]),
        onlyKeysChange("annotations", [DELETION_POLICY_ANNOTATION]),
        sameList("metadata.?finalizers"),
        sameList("metadata.?ownerReferences"),
        sameList("?imagePullSecrets"),
      ].join("\n&& "),
      message: `refused another change of the ServiceAccount default: only automountServiceAccountToken, the label ${APPLYING_LABEL} and the annotation ${DELETION_POLICY_ANNOTATION} may change`,
    }),
    updated({
      expression: `!(${IN_A_MARKED_NAMESPACE}) || ${IS_APPLIED} || ${MOUNTED("object")} == ${MOUNTED("oldObject")}`,
      message: `refused to change automountServiceAccountToken of the ServiceAccount default past the baseline: it changes together with the label ${APPLYING_LABEL}`,
    }),
    updated({
      expression: [
        `${MOUNTED("object")} == ${MOUNTED("oldObject")}`,
        `? ${IN_A_MARKED_NAMESPACE} || ${othersStillHold(HELD)}`,
        `: ${MOUNTED("object")}.hasValue() ? ${IN_A_MARKED_NAMESPACE} : ${heldByUsAlone(HELD)}`,
      ].join("\n"),
      message:
        "refused another automountServiceAccountToken of the ServiceAccount default: where no baseline is enforced it may only be given up, if nobody else set it",
    }),
  ],
};

/** What the mounting of its token is, where a baseline is. */
export function defaultAutomount(place: Place): Confinement {
  return {
    name: "default-automount",
    about: "The token of the ServiceAccount default is mounted as the namespace's baseline says.",
    operations: ["UPDATE"],
    by: { place, withoutBaseline: "Allow" },
    matches: [{ ...matchKind(serviceAccount), names: [DEFAULT_ACCOUNT_NAME] }],
    objects: BEING_APPLIED,
    conditions: changes("automountServiceAccountToken"),
    validations: [
      {
        expression: `${enforces("serviceAccounts")}\n? ${MOUNTED("object")}.orValue(true) == params.spec.serviceAccounts.?automountDefaultToken.orValue(false)\n: !${MOUNTED("object")}.hasValue()`,
        message:
          "refused another automountServiceAccountToken of the ServiceAccount default than the namespace's SecurityBaseline asks for",
      },
    ],
  };
}

function updated({ expression, message }: { readonly expression: string; readonly message: string }) {
  return { expression: `request.operation != 'UPDATE' || (${expression})`, message };
}

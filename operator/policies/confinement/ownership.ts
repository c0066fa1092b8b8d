/** Declares the policies on what becomes of objects as a whole: whom they belong to, which of others' are taken over, and which are deleted. */
import { API_VERSION, BREAK_GLASS_ROLE_PREFIX, STORE_TOKEN_ROLE } from "../../api/names.ts";
import type { PostureKind } from "../../api/postures.ts";
import { authorizationPolicy } from "../../kinds/authorization-policy.ts";
import { imageValidatingPolicy } from "../../kinds/image-validating-policy.ts";
import type { OwnedKind } from "../../kinds/kind.ts";
import { networkPolicy } from "../../kinds/network-policy.ts";
import { peerAuthentication } from "../../kinds/peer-authentication.ts";
import { role } from "../../kinds/role.ts";
import { roleBinding } from "../../kinds/role-binding.ts";
import { serviceAccount } from "../../kinds/service-account.ts";
import { tracingPolicy } from "../../kinds/tracing-policy.ts";
import { quote } from "../cel.ts";
import { askedAccounts } from "./accounts.ts";
import { breakGlassRoleAsked } from "./break-glass-roles.ts";
import { type Confinement, enforces, matchGenerated, matchKind, type Place } from "./confine.ts";
import { NOT_A_GRANT } from "./grant-objects.ts";
import { accessRoleAsked } from "./grants.ts";
import { imagePolicyAsked } from "./images.ts";
import { authorizationPolicyAsked, peerAuthenticationAsked } from "./mesh.ts";
import { writtenByUs } from "./metadata.ts";
import { askedFlows, FLOW_ASKED } from "./network-policies.ts";
import { BINDS_ANOTHER_ROLE, labelled, NOT_THE_DEFAULT_ACCOUNT } from "./objects.ts";
import { tracingPolicyAsked } from "./runtime.ts";
import { STORES_ASK } from "./store-tokens.ts";

/** Lists of section `secrets`, by the resource that their entries become. */
type SecretLists = Readonly<Record<string, string>>;

/**
 * CEL of owners: garbage collection deletes what its owner took along, so that a foreign owner would delete the object, and one of ours an object of
 * others.
 */
export function ownedBy({ kind, name }: PostureKind): Required<Pick<Confinement, "variables" | "validations">> {
  const ofPosture = `r.apiVersion == ${quote(API_VERSION)} && r.kind == ${quote(kind)}`;
  return {
    variables: {
      now: "object.metadata.?ownerReferences.orValue([])",
      before: "request.operation == 'CREATE' ? [] : oldObject.metadata.?ownerReferences.orValue([])",
    },
    validations: [
      {
        expression: [
          `variables.now.all(r, r in variables.before || (${ofPosture}`,
          `  && r.name == ${quote(name)} && r.uid == params.metadata.uid && !r.?blockOwnerDeletion.orValue(false)))`,
        ].join("\n"),
        message: `refused another owner of an object: only the namespace's ${kind} may be one`,
      },
      {
        expression: `variables.before.all(r, r in variables.now || (${ofPosture}))`,
        message: "refused to remove owners that somebody else set",
      },
    ],
  };
}

/** Owners of everything that is generated. */
export function owners(kinds: readonly OwnedKind[], place: Place): Confinement {
  return {
    name: "owners",
    about: "Objects that the operator writes belong to the baseline of their namespace and to nobody else by its doing.",
    operations: ["CREATE", "UPDATE"],
    matches: matchGenerated(kinds),
    by: { place, withoutBaseline: "DenyCreation" },
    conditions: { ...NOT_THE_DEFAULT_ACCOUNT, ...NOT_A_GRANT },
    ...ownedBy(place.posture),
  };
}

/** CEL: a line of the inventory in the status of `params` is about the object, by resource and name. */
const LINE =
  "request.resource.resource + (request.resource.group == '' ? '' : '.' + request.resource.group) + ' ' + oldObject.metadata.name + ' '";

/** CEL: the object is the one that the line tells, or one that took its place since the baseline is there. */
const IN_THE_INVENTORY = [
  "dyn(params).?status.?inventory.orValue([]).exists(line, line.startsWith(variables.line)",
  "  && (line == variables.line + string(oldObject.metadata.uid) || variables.isYounger))",
].join("\n");

/** What IN_THE_INVENTORY reads. */
const INVENTORY_VARIABLES = {
  line: LINE,
  isYounger: "timestamp(oldObject.metadata.creationTimestamp) >= timestamp(params.metadata.creationTimestamp)",
};

/** Updates of what somebody else made. A stolen label is put back: our entry in managedFields tells that the object was ours. */
export function adoption(kinds: readonly OwnedKind[], place: Place): Confinement {
  return {
    name: "adoption",
    about: "The operator takes over what somebody else made only where the baseline says so, or where it had it in place before.",
    operations: ["UPDATE"],
    matches: matchGenerated(kinds),
    by: { place, withoutBaseline: "Allow" },
    conditions: {
      ...NOT_THE_DEFAULT_ACCOUNT,
      // What stays without the label is refused anyway; one policy answers, not either of two.
      "takes-over": `${labelled("object")} && !(${labelled("oldObject")}) && !(${writtenByUs("oldObject")})`,
    },
    variables: INVENTORY_VARIABLES,
    validations: [
      {
        expression: `dyn(params).?spec.?adoptExisting.orValue(false)\n|| ${IN_THE_INVENTORY}`,
        message:
          "refused to take over an object that somebody else made: set spec.adoptExisting in the namespace's SecurityBaseline to allow it",
      },
    ],
  };
}

const NAME = "oldObject.metadata.name";

const ROLES_ASKED = [
  `(${NAME} == ${quote(STORE_TOKEN_ROLE)} ? ${STORES_ASK}`,
  `: ${NAME}.startsWith(${quote(BREAK_GLASS_ROLE_PREFIX)}) ? ${breakGlassRoleAsked(NAME)}`,
  `: ${accessRoleAsked(NAME)})`,
].join("\n");

/**
 * Deletions of RoleBindings that others wrote. RBAC lets nobody change where a binding leads, nor label one that leads to more than he holds, so one
 * that was made anew, to another role, can only be replaced: under our label where its name is asked for, without it where one of its name was in place.
 */
export function replacedBindings(place: Place): Confinement {
  const asked = place.posture.namespaced ? ROLES_ASKED : breakGlassRoleAsked(NAME);
  return {
    name: "replaced-bindings",
    about: "The operator deletes a RoleBinding of others only where it replaces one that the baseline asks for, and that leads elsewhere.",
    operations: ["DELETE"],
    matches: [matchKind(roleBinding)],
    by: { place, withoutBaseline: "Allow" },
    objects: [],
    conditions: { ...NOT_A_GRANT, "made-by-others": `!(${labelled("oldObject")} && ${writtenByUs("oldObject")})` },
    variables: INVENTORY_VARIABLES,
    validations: [
      {
        expression: `${BINDS_ANOTHER_ROLE}\n&& (${labelled("oldObject")} && (${asked})\n  || ${IN_THE_INVENTORY})`,
        message: "refused to delete a RoleBinding that somebody else made: none of its name was in place for the baseline",
      },
    ],
  };
}

/** Deletions where a baseline is: what it asks for stays. */
export function askedObjects(kinds: readonly OwnedKind[], place: Place, secrets: SecretLists): Confinement {
  const asked: readonly (readonly [resource: string, expression: string])[] = [
    [networkPolicy.resource, `(${FLOW_ASKED})`],
    [serviceAccount.resource, `${askedAccounts(NAME)}.size() > 0`],
    ...[role, roleBinding].map(({ resource }) => [resource, ROLES_ASKED] as const),
    [imageValidatingPolicy.resource, imagePolicyAsked(NAME)],
    [peerAuthentication.resource, peerAuthenticationAsked(NAME)],
    [authorizationPolicy.resource, authorizationPolicyAsked(NAME)],
    [tracingPolicy.resource, tracingPolicyAsked(NAME)],
    ...Object.entries(secrets).map(([resource, list]) => [resource, entryAsked(list)] as const),
  ];
  const choice = asked.map(([resource, expression]) => `request.resource.resource == ${quote(resource)} ? ${expression}\n: `).join("");
  return keep({ kinds, place, asked: `${choice}false`, variables: askedFlows(NAME) });
}

/** As `askedObjects`, in the break-glass namespace. */
export function askedClusterObjects(kinds: readonly OwnedKind[], place: Place): Confinement {
  return keep({ kinds, place, asked: breakGlassRoleAsked(NAME), variables: {} });
}

interface Kept {
  readonly kinds: readonly OwnedKind[];
  readonly place: Place;
  /** CEL */
  readonly asked: string;
  readonly variables: Readonly<Record<string, string>>;
}

function keep({ kinds, place, asked, variables }: Kept): Confinement {
  return {
    name: "asked-objects",
    about: "The operator deletes nothing that a baseline asks for.",
    operations: ["DELETE"],
    matches: matchGenerated(kinds),
    by: { place, withoutBaseline: "Allow" },
    conditions: { ...NOT_THE_DEFAULT_ACCOUNT, ...NOT_A_GRANT },
    variables: { ...variables, asked },
    validations: [
      {
        expression: `!variables.asked || ${BINDS_ANOTHER_ROLE}`,
        message: `refused to delete an object that the ${place.posture.kind} asks for, in mode Enforce`,
      },
    ],
  };
}

function entryAsked(list: string): string {
  return `${enforces("secrets")} && params.spec.secrets.?${list}.orValue([]).exists(e, e.name == ${NAME})`;
}

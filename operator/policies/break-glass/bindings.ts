/** Declares the policies on bindings of identities, and on everything that grants rights in the break-glass namespace. */
import { GRANT_NAME_PREFIX, MINT_VERB } from "../../api/names.ts";
import { bindableRoles } from "../../breakglass/allowed-roles.ts";
import type { BreakGlassSettings } from "../../breakglass/types.ts";
import { quote, quoteList } from "../cel.ts";
import { type Matched, namespacesNamed, type Policy, type Validation } from "../policy.ts";
import {
  byCustodian,
  byMaker,
  identityPrefix,
  isGrantName,
  MADE_WITH_THE_MARK,
  MADE_WITHOUT_STRINGS,
  NAME,
  unchanged,
  whenMade,
  whenUpdated,
} from "./terms.ts";

const RBAC = "rbac.authorization.k8s.io";

export function matchRbac(operations: Matched["operations"], ...resources: readonly string[]): Matched {
  return { group: RBAC, version: "v1", resources, operations };
}

/** CEL: subjects of an object that may have none. */
function subjectsOf(object: string): string {
  return `${object}.?subjects.orValue([])`;
}

/** CEL: the object binds one subject, the identity of its own name. Read without types, because other kinds have no subjects. */
export function bindsItsIdentity({ namespace }: BreakGlassSettings): string {
  const subjects = subjectsOf("dyn(object)");
  const identity = `s.kind == 'ServiceAccount' && s.?namespace.orValue('') == ${quote(namespace)} && s.name == ${NAME}`;
  return `${subjects}.size() == 1 && ${subjects}.all(s, ${identity}) && ${isGrantName(NAME)}`;
}

/** Bindings of identities anywhere, and what gives rights inside the break-glass namespace. */
export function bindingPolicies(settings: BreakGlassSettings): readonly Policy[] {
  return [bindings(settings), minters(settings), namespaceBindings(settings)];
}

function bindings(settings: BreakGlassSettings): Policy {
  const { anywhere, inCluster } = bindableRoles(settings);
  const binds = (object: string): string => `${subjectsOf(object)}.exists(s, ${isIdentity(settings)})`;
  const handsOut = `(${byMaker(settings)} && object.roleRef.kind == 'ClusterRole' && object.roleRef.name in ${quoteList([...anywhere, ...inCluster])})`;
  return {
    name: "bindings",
    about: "Identities of grants are bound to the ClusterRoles that the installation allows, each alone, by the operator or a custodian.",
    matches: [matchRbac(["CREATE", "UPDATE"], "rolebindings", "clusterrolebindings")],
    conditions: {
      // Who may hand out those ClusterRoles without holding their rights hands them out to identities only, which end.
      "concerns-identities": [binds("object"), `(request.operation == 'UPDATE' && ${binds("oldObject")})`, handsOut].join("\n|| "),
    },
    validations: [
      {
        expression: whenMade(byMaker(settings)),
        message: "only the operator and custodians bind identities of grants: make a BreakGlassRequest instead",
      },
      {
        expression: whenMade(bindsItsIdentity(settings)),
        message: `refused a binding to others beside or instead of an identity: it has one subject, the ServiceAccount of its own name in ${settings.namespace}`,
      },
      {
        expression: whenMade(`object.roleRef.kind == 'ClusterRole' && (${isBindable(settings)})`),
        message: `refused a binding of an identity to another role: the installation allows ${anywhere.join(", ")}${inCluster.length > 0 ? `; and for the whole cluster alone ${inCluster.join(", ")}` : ""}`,
      },
      MADE_WITHOUT_STRINGS,
      MADE_WITH_THE_MARK,
      UNCHANGED_BINDING,
    ],
  };
}

/** CEL: the role may be bound by such a binding. */
function isBindable(settings: BreakGlassSettings): string {
  const { anywhere, inCluster } = bindableRoles(settings);
  const named = (names: readonly string[]): string => `object.roleRef.name in ${quoteList(names)}`;
  return [
    named(anywhere),
    ...(inCluster.length > 0 ? [`(request.resource.resource == 'clusterrolebindings' && ${named(inCluster)})`] : []),
  ].join(" || ");
}

const UNCHANGED_BINDING: Validation = {
  expression: whenUpdated(unchanged("?subjects")),
  message: "a binding of a grant cannot be changed: delete it to end the grant",
};

/** CEL: the subject `s` is an identity, by whatever kind of name. */
function isIdentity(settings: BreakGlassSettings): string {
  return [
    `(s.kind == 'ServiceAccount' && s.?namespace.orValue('') == ${quote(settings.namespace)})`,
    `(s.kind == 'User' && s.name.startsWith(${quote(identityPrefix(settings))}))`,
    `(s.kind == 'Group' && s.name == ${quote(`system:serviceaccounts:${settings.namespace}`)})`,
  ].join(" || ");
}

/** The name says that the object belongs to a grant; a custodian's rights in the namespace are for grants alone. */
function isMinter(settings: BreakGlassSettings): string {
  const byName = `${NAME}.startsWith(${quote(GRANT_NAME_PREFIX)})`;
  return settings.custodians.length === 0 ? byName : `(${byName} || ${byCustodian(settings)})`;
}

function minters(settings: BreakGlassSettings): Policy {
  const rule = [
    "r.?apiGroups.orValue([]) == ['']",
    "r.?resources.orValue([]) == ['serviceaccounts/token']",
    `r.?verbs.orValue([]) == ${quoteList(["create", MINT_VERB])}`,
    `r.?resourceNames.orValue([]) == [${NAME}]`,
    "r.?nonResourceURLs.orValue([]) == []",
  ].join(" && ");
  return {
    name: "minters",
    about: "The Role of a grant lets mint tokens of the identity of its name, and nothing else.",
    matches: [matchRbac(["CREATE", "UPDATE"], "roles")],
    namespaces: namespacesNamed("In", settings.namespace),
    conditions: { "of-a-grant": isMinter(settings) },
    validations: [
      makesMinters(settings),
      {
        expression: whenMade(`${isGrantName(NAME)} && object.?rules.orValue([]).size() == 1 && object.rules.all(r, ${rule})`),
        message:
          "refused a Role of a grant with another form: it lets create and mint serviceaccounts/token of the identity of its own name",
      },
      MADE_WITHOUT_STRINGS,
      MADE_WITH_THE_MARK,
      { expression: whenUpdated(unchanged("?rules")), message: "a Role of a grant cannot be changed: delete it to end the grant" },
    ],
  };
}

function namespaceBindings(settings: BreakGlassSettings): Policy {
  const toOwnRole = `object.roleRef.kind == 'Role' && object.roleRef.name == ${NAME}`;
  const toOnePerson = `${subjectsOf("object")}.size() == 1 && ${subjectsOf("object")}.all(s, s.kind == 'User' && !s.name.startsWith('system:'))`;
  const kept = `(request.operation == 'UPDATE' && ${unchanged("?subjects")})`;
  return {
    name: "namespace-bindings",
    about: "In the break-glass namespace roles of its own are bound and no general ones, and those of a grant to one person.",
    matches: [matchRbac(["CREATE", "UPDATE"], "rolebindings")],
    namespaces: namespacesNamed("In", settings.namespace),
    variables: { minter: isMinter(settings) },
    validations: [
      {
        // Whoever holds edit or admin in a namespace may act as its ServiceAccounts.
        expression: `object.roleRef.kind == 'Role' || object.roleRef.name.startsWith('securitybaseline-') || ${kept}`,
        message:
          "refused a binding to a general ClusterRole in the break-glass namespace: bind a Role of this namespace, or a ClusterRole whose name begins with securitybaseline-",
      },
      forMinters(makesMinters(settings)),
      forMinters({
        expression: whenMade(`${isGrantName(NAME)} && ${toOwnRole} && ${toOnePerson}`),
        message: "refused a RoleBinding of a grant with another form: it binds the Role of its own name to one User, who is a person",
      }),
      forMinters(MADE_WITHOUT_STRINGS),
      forMinters(MADE_WITH_THE_MARK),
      forMinters(UNCHANGED_BINDING),
    ],
  };
}

function makesMinters(settings: BreakGlassSettings): Validation {
  return {
    expression: whenMade(byMaker(settings)),
    message:
      "only the operator and custodians let people mint tokens: make a BreakGlassRequest instead, or choose a name that does not begin with bg-",
  };
}

function forMinters(validation: Validation): Validation {
  return { ...validation, expression: `!variables.minter || (${validation.expression})` };
}

/** Declares the policies on the one Role that makes External Secrets act as a store's ServiceAccount, and on its binding. */
import { EXTERNAL_SECRETS_ACCOUNT, STORE_TOKEN_ROLE } from "../../api/names.ts";
import { role } from "../../kinds/role.ts";
import { roleBinding } from "../../kinds/role-binding.ts";
import { quote } from "../cel.ts";
import { type Confinement, changes, enforces, matchKind, type Place } from "./confine.ts";
import { RBAC_GROUP, RULE_AS_LISTS } from "./grants.ts";

/** CEL: the baseline has stores, each of which names an account. */
export const STORES_ASK = `(${enforces("secrets")} && params.spec.secrets.?stores.orValue([]).size() > 0)`;

/** What both policies have in common. The names of other Roles are judged by `roles` and `role-bindings`. */
const STORE_TOKEN = {
  operations: ["CREATE", "UPDATE"],
  variables: { accounts: `${enforces("secrets")}\n? params.spec.secrets.?stores.orValue([]).map(s, s.serviceAccount)\n: []` },
} as const satisfies Partial<Confinement>;

const THE_STORE_TOKEN = { "the-store-token": `object.metadata.name == ${quote(STORE_TOKEN_ROLE)}` };

const SUBJECTS = "object.?subjects.orValue([])";

const ASKED = "variables.accounts.size() > 0";

const { namespace, name } = EXTERNAL_SECRETS_ACCOUNT;

/** The Role: tokens of the accounts that stores name, and nothing else. */
export function storeTokenRoles(place: Place): Confinement {
  return {
    ...STORE_TOKEN,
    by: { place, withoutBaseline: "Deny" },
    name: "store-token-roles",
    about: "The Role by which External Secrets gets tokens is for the accounts of the namespace's stores.",
    matches: [matchKind(role)],
    conditions: { ...THE_STORE_TOKEN, ...changes("rules") },
    variables: { ...STORE_TOKEN.variables, written: `object.?rules.orValue([]).map(r, ${RULE_AS_LISTS})` },
    validations: [
      {
        expression: ASKED,
        message: `refused the Role ${STORE_TOKEN_ROLE} that no baseline asks for: the namespace's SecurityBaseline has no spec.secrets.stores in mode Enforce`,
      },
      {
        // Without names a rule would mean every account: the names are all of those that are asked for, of which there is one at least.
        expression: [
          "variables.written.size() == 1 && variables.written.all(r,",
          "  r[0] == [''] && r[1] == ['serviceaccounts/token'] && r[2] == ['create']",
          "  && r[3].all(n, n in variables.accounts) && variables.accounts.all(a, a in r[3]))",
        ].join("\n"),
        message: `refused the Role ${STORE_TOKEN_ROLE} with other rules: it lets create tokens of exactly the accounts in spec.secrets.stores of the namespace's SecurityBaseline`,
      },
    ],
  };
}

/** The RoleBinding: to the controller of External Secrets and to nobody else. */
export function storeTokenBindings(place: Place): Confinement {
  return {
    ...STORE_TOKEN,
    by: { place, withoutBaseline: "Deny" },
    name: "store-token-bindings",
    about: "The Role by which External Secrets gets tokens is bound to its controller alone.",
    matches: [matchKind(roleBinding)],
    conditions: { ...THE_STORE_TOKEN, ...changes("subjects") },
    validations: [
      {
        expression: ASKED,
        message: `refused the RoleBinding ${STORE_TOKEN_ROLE} that no baseline asks for: the namespace's SecurityBaseline has no spec.secrets.stores in mode Enforce`,
      },
      {
        expression: [
          `object.roleRef.apiGroup == ${RBAC_GROUP} && object.roleRef.kind == 'Role' && object.roleRef.name == object.metadata.name`,
          // Without subjects while the account does not exist, which the API server cannot know here.
          `&& (${SUBJECTS}.size() == 0`,
          `  || ${SUBJECTS}.map(s, [s.kind, s.?apiGroup.orValue(''), s.?namespace.orValue(''), s.name])`,
          `    == [['ServiceAccount', '', ${quote(namespace)}, ${quote(name)}]])`,
        ].join("\n"),
        message: `refused the RoleBinding ${STORE_TOKEN_ROLE} of another role or to others: it binds the Role of its own name to the account ${namespace}/${name} alone`,
      },
    ],
  };
}

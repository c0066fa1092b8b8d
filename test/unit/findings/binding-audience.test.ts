/** Tests to whom a binding is said to give its role: people, everybody, workloads of this namespace and of others, and parts of Kubernetes. */
import { expect } from "chai";
import type { Json, JsonObject } from "../../../operator/api/json.ts";
import { type Audience, audienceOf } from "../../../operator/kinds/binding-audience.ts";
import { roleBinding } from "../../../operator/kinds/role-binding.ts";
import { traitsOf } from "../../../operator/plan/facts.ts";

const HOME = "payments";

interface Case {
  readonly reason: string;
  readonly subjects: Json;
  readonly audience: Audience;
}

const user = (name: string): JsonObject => ({ apiGroup: "rbac.authorization.k8s.io", kind: "User", name });
const group = (name: string): JsonObject => ({ apiGroup: "rbac.authorization.k8s.io", kind: "Group", name });
const account = (name: string, namespace?: string): JsonObject => ({ kind: "ServiceAccount", name, ...(namespace && { namespace }) });
const one = (name: string): { readonly names: readonly string[]; readonly count: number } => ({ names: [name], count: 1 });

const PEOPLE: readonly Case[] = [
  { reason: "a user", subjects: [user("bob")], audience: { User: one("bob") } },
  { reason: "a group", subjects: [group("dev")], audience: { Group: one("dev") } },
  {
    reason: "both, and several of them, sorted",
    subjects: [user("zoe"), group("dev"), user("ann")],
    audience: { User: { names: ["ann", "zoe"], count: 2 }, Group: one("dev") },
  },
  { reason: "the same name twice is one", subjects: [user("bob"), user("bob")], audience: { User: one("bob") } },
  {
    reason: "a user and a group of one name are two",
    subjects: [user("ops"), group("ops")],
    audience: { User: one("ops"), Group: one("ops") },
  },
  { reason: "a user that is called as an account is no account", subjects: [user("default")], audience: { User: one("default") } },
  {
    reason: "a name that only resembles Kubernetes' is a person's",
    subjects: [user("System:admin")],
    audience: { User: one("System:admin") },
  },
];

const EVERYBODY: readonly Case[] = [
  { reason: "all who have signed in", subjects: [group("system:authenticated")], audience: { Public: one("system:authenticated") } },
  { reason: "all who have not", subjects: [group("system:unauthenticated")], audience: { Public: one("system:unauthenticated") } },
  { reason: "all workloads", subjects: [group("system:serviceaccounts")], audience: { Public: one("system:serviceaccounts") } },
  { reason: "the user for those without a name", subjects: [user("system:anonymous")], audience: { Public: one("system:anonymous") } },
  {
    reason: "a public user in the place of a group is a group, and a public group in the place of a user nobody",
    subjects: [user("system:authenticated"), group("system:anonymous")],
    audience: { Group: one("system:anonymous") },
  },
  {
    reason: "a way of signing in, where a distribution tells them apart",
    subjects: [group("system:authenticated:oauth")],
    audience: { Public: one("system:authenticated:oauth") },
  },
];

const WORKLOADS: readonly Case[] = [
  { reason: "an account of this namespace", subjects: [account("api", HOME)], audience: { OwnAccount: one("api") } },
  { reason: "an account without namespace is of the binding's own", subjects: [account("api")], audience: { OwnAccount: one("api") } },
  { reason: "an account of another namespace", subjects: [account("ci", "build")], audience: { ForeignAccount: one("build/ci") } },
  {
    reason: "an account by its user name",
    subjects: [user("system:serviceaccount:build:ci")],
    audience: { ForeignAccount: one("build/ci") },
  },
  {
    reason: "an account of this namespace by its user name",
    subjects: [user(`system:serviceaccount:${HOME}:api`)],
    audience: { OwnAccount: one("api") },
  },
  {
    reason: "all accounts of a namespace",
    subjects: [group("system:serviceaccounts:build")],
    audience: { ForeignAccount: one("build/*") },
  },
  {
    reason: "all accounts of this namespace",
    subjects: [group(`system:serviceaccounts:${HOME}`)],
    audience: { OwnAccount: one("*") },
  },
  {
    reason: "one account by both names is one",
    subjects: [account("ci", "build"), user("system:serviceaccount:build:ci")],
    audience: { ForeignAccount: one("build/ci") },
  },
  {
    reason: "a namespace that begins as this one is another",
    subjects: [account("api", "payments-test")],
    audience: { ForeignAccount: one("payments-test/api") },
  },
  {
    reason: "an account that is called as a public group is an account",
    subjects: [account("system:authenticated", "build")],
    audience: { ForeignAccount: one("build/system:authenticated") },
  },
];

const PARTS_OF_KUBERNETES: readonly Case[] = [
  {
    reason: "the operator, in whatever form it is named",
    subjects: [
      { kind: "ServiceAccount", namespace: "securitybaseline-system", name: "securitybaseline-operator" },
      user("system:serviceaccount:securitybaseline-system:securitybaseline-operator"),
    ],
    audience: {},
  },
  { reason: "controllers", subjects: [user("system:kube-controller-manager")], audience: {} },
  {
    reason: "a node, but not all of them: they are a group, as who joins is",
    subjects: [user("system:node:worker-1"), group("system:nodes")],
    audience: { Group: one("system:nodes") },
  },
  { reason: "those who may do everything anyway", subjects: [group("system:masters")], audience: {} },
];

const ODD: readonly Case[] = [
  { reason: "no subjects", subjects: null, audience: {} },
  { reason: "an empty list", subjects: [], audience: {} },
  { reason: "subjects that are none", subjects: [null, "bob", 7, ["bob"]], audience: {} },
  { reason: "subjects in the place of a list", subjects: user("bob"), audience: {} },
  { reason: "a subject without kind might be a person", subjects: [{ name: "bob" }], audience: { User: one("bob") } },
  { reason: "a subject without name is told without one", subjects: [{ kind: "Group" }], audience: { Group: one("") } },
  { reason: "a name that is a number", subjects: [{ kind: "User", name: 7 }], audience: { User: one("7") } },
  { reason: "an account's user name without its end", subjects: [user("system:serviceaccount:")], audience: { ForeignAccount: one("/") } },
  {
    reason: "a name that every object has",
    subjects: [user("__proto__"), user("constructor")],
    audience: { User: { names: ["__proto__", "constructor"], count: 2 } },
  },
];

const TABLES: readonly (readonly [title: string, cases: readonly Case[]])[] = [
  ["people", PEOPLE],
  ["everybody", EVERYBODY],
  ["workloads", WORKLOADS],
  ["not parts of Kubernetes", PARTS_OF_KUBERNETES],
  ["odd subjects", ODD],
];

describe("the audience of a binding", () => {
  for (const [title, cases] of TABLES)
    describe(`is ${title}`, () => {
      for (const { reason, subjects, audience } of cases) it(reason, () => expect(audienceOf(subjects, HOME)).to.deep.equal(audience));
    });

  it("is three names and a number of thousands of subjects", () => {
    const subjects = Array.from({ length: 5000 }, (_, index) => user(`u${String(index).padStart(4, "0")}`)).toReversed();
    expect(audienceOf(subjects, HOME)).to.deep.equal({ User: { names: ["u0000", "u0001", "u0002"], count: 5000 } });
  });

  it("has very long names cut, and two of them that begin alike stay two", () => {
    const long = "a".repeat(253);
    const { User } = audienceOf([user(`${long}x`), user(`${long}y`)], HOME);
    expect(User).to.deep.equal({ names: [long, long], count: 2 });
  });

  it("can be told whatever stands where a long name is cut", () => {
    const object = (name: string): JsonObject => ({
      metadata: { name: "bob-admin", namespace: HOME },
      roleRef: { kind: "ClusterRole", name: "cluster-admin" },
      subjects: [user("bob"), user(name)],
    });
    const traits = traitsOf(roleBinding, object(`${"z".repeat(252)}\u{1f600}`));
    const { audience } = JSON.parse(traits ?? "{}") as { readonly audience?: Audience };
    expect(audience?.User?.count).to.equal(2);
    expect(audience?.User?.names[0]).to.equal("bob");
  });
});

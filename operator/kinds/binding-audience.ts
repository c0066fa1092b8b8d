/** Says to whom a binding gives its role, in a few words that know no more subjects than a reader wants to see. */
import { OPERATOR_ACCOUNT, OPERATOR_NAMESPACE } from "../api/installation.ts";
import { isJsonObject, type Json, type JsonObject } from "../api/json.ts";

/**
 * Who somebody is. ServiceAccounts are told apart as seen from the namespace of the binding. From the cluster they are: `DefaultAccount` for those that pods
 * have who asked for none, or all of a namespace; `Crowd` for more than can be followed one by one; others are none of these, because that is how
 * controllers work.
 */
export type AudienceClass = "User" | "Group" | "Public" | "OwnAccount" | "ForeignAccount" | "DefaultAccount" | "Crowd";

/** Subjects of one class: the first names, sorted, and how many there are in all. */
export type Listed = {
  readonly names: readonly string[];
  readonly count: number;
};

export type Audience = Readonly<Partial<Record<AudienceClass, Listed>>>;

/** Names that are kept of each class, and characters of each. */
const MAX_NAMED = 3;
const LONGEST_NAME = 253;
/** ServiceAccounts of one binding that are followed one by one. The largest that usual installations bring names eight. */
const MAX_ACCOUNTS = 16;

/** Groups that every authenticated account, or everybody, is in (Kubernetes docs, RBAC: default roles and role bindings). */
const PUBLIC = new Set(["system:authenticated", "system:unauthenticated", "system:serviceaccounts"]);
/** Some distributions tell the ways of signing in apart. */
const AUTHENTICATED_PREFIX = "system:authenticated:";
/** May do everything anyway. */
const MASTERS = "system:masters";
/** Holders of the credential that kubeadm makes for whoever installs the cluster (KEP-4214); it had been one of system:masters. */
const INSTALLERS = "kubeadm:cluster-admins";
const ANONYMOUS = "system:anonymous";
const ACCOUNT_PREFIX = "system:serviceaccount:";
const ACCOUNTS_PREFIX = "system:serviceaccounts:";

/** Users of parts of Kubernetes itself: nobody else is given these names. */
const SYSTEM_PREFIX = "system:";
/** In the whole cluster also those of Amazon EKS (its user guide, default roles and users), and of programs of Kubernetes where installers leave `system:` out. */
const PROVIDER_PREFIX = "eks:";
const PROGRAMS = new Set(["kube-apiserver", "kube-controller-manager", "kube-proxy", "kube-scheduler", "kubelet"]);
/** Every namespace has it; see `DEFAULT_ACCOUNT_NAME`. A star is all of them. */
const OF_ANY_POD = new Set(["default", "*"]);

interface Member {
  readonly class: AudienceClass;
  readonly name: string;
}

/** The audience of these subjects of a binding in `namespace`; parts of Kubernetes itself are left out. */
export function audienceOf(subjects: Json | undefined, namespace: string): Audience {
  return grouped(membersOf(subjects, namespace));
}

/** The audience of these subjects of a binding for the whole cluster; parts of Kubernetes itself, and of its installation, are left out. */
export function audienceInCluster(subjects: Json | undefined): Audience {
  const members = membersOf(subjects, "").filter((member) => !isOfInstallation(member));
  const isCrowd = new Set(accountsIn(members)).size > MAX_ACCOUNTS;
  return grouped(
    members.flatMap((member): readonly Member[] => {
      if (member.class !== "ForeignAccount") return [member];
      if (isCrowd) return [{ ...member, class: "Crowd" }];
      return OF_ANY_POD.has(member.name.split("/")[1] ?? "") ? [{ ...member, class: "DefaultAccount" }] : [];
    }),
  );
}

/**
 * ServiceAccounts among these subjects that are not of `namespace`, each as `<namespace>/<name>`, sorted; a star instead of a name is all of that
 * namespace. Empty also where they are too many: whoever judges the binding itself is told how many.
 */
export function foreignAccounts(subjects: Json | undefined, namespace: string): readonly string[] {
  const accounts = [...new Set(accountsIn(membersOf(subjects, namespace)))];
  return accounts.length > MAX_ACCOUNTS ? [] : accounts.map(cut).sort(byCodeUnit);
}

function byCodeUnit(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function accountsIn(members: readonly Member[]): readonly string[] {
  return members.filter((member) => member.class === "ForeignAccount").map(({ name }) => name);
}

function isOfInstallation(member: Member): boolean {
  if (member.class === "Group") return member.name === INSTALLERS;
  return member.class === "User" && (member.name.startsWith(PROVIDER_PREFIX) || PROGRAMS.has(member.name));
}

function membersOf(subjects: Json | undefined, home: string): readonly Member[] {
  return (Array.isArray(subjects) ? subjects : []).flatMap((subject) => (isJsonObject(subject) ? memberOf(subject, home) : []));
}

function grouped(members: readonly Member[]): Audience {
  return Object.fromEntries([...Map.groupBy(members, (member) => member.class)].map(([name, group]) => [name, listed(group)]));
}

function memberOf(subject: JsonObject, home: string): readonly Member[] {
  const name = String(subject["name"] ?? "");
  if (subject["kind"] === "ServiceAccount") return accountOf(String(subject["namespace"] ?? home), name, home);
  return subject["kind"] === "Group" ? groupOf(name, home) : userOf(name, home);
}

function userOf(name: string, home: string): readonly Member[] {
  if (name === ANONYMOUS) return [{ class: "Public", name }];
  if (name.startsWith(ACCOUNT_PREFIX)) {
    const [namespace = "", account = ""] = name.slice(ACCOUNT_PREFIX.length).split(":");
    return accountOf(namespace, account, home);
  }
  return name.startsWith(SYSTEM_PREFIX) ? [] : [{ class: "User", name }];
}

function groupOf(name: string, home: string): readonly Member[] {
  if (PUBLIC.has(name) || name.startsWith(AUTHENTICATED_PREFIX)) return [{ class: "Public", name }];
  if (name.startsWith(ACCOUNTS_PREFIX)) return accountOf(name.slice(ACCOUNTS_PREFIX.length), "*", home);
  // Also nodes and whoever joins: what they may read of a namespace is meant to depend on their pods.
  return name === MASTERS ? [] : [{ class: "Group", name }];
}

/** The operator itself is left out: what its account may do is the installation's, and held by policies. */
function accountOf(namespace: string, name: string, home: string): readonly Member[] {
  if (namespace === OPERATOR_NAMESPACE && name === OPERATOR_ACCOUNT) return [];
  return [namespace === home ? { class: "OwnAccount", name } : { class: "ForeignAccount", name: `${namespace}/${name}` }];
}

function listed(members: readonly Member[]): Listed {
  const names = [...new Set(members.map(({ name }) => name))].sort();
  return { names: names.slice(0, MAX_NAMED).map(cut), count: names.length };
}

/** A cut may go through a character: half a one is no text, and would keep the whole binding from being read. */
function cut(name: string): string {
  return name.slice(0, LONGEST_NAME).toWellFormed();
}

/** Lists the accounts of section `serviceAccounts` at the edge of what the CRD allows. */
import type { Case } from "./case.ts";

const account = (fields: object) => ({ serviceAccounts: { accounts: [{ name: "api", ...fields }] } });
const annotated = (...keys: readonly string[]) => account({ annotations: Object.fromEntries(keys.map((key) => [key, "x"])) });

const AT = "spec.serviceAccounts.accounts[0]";

const NO_KEYS: readonly { readonly reason: string; readonly key: string }[] = [
  { reason: "an empty one", key: "" },
  { reason: "a blank in it", key: "a b" },
  { reason: "a domain in capitals", key: "AWS.com/role" },
  { reason: "two slashes", key: "a/b/c" },
  { reason: "a name of 64 characters", key: `a/${"b".repeat(64)}` },
  { reason: "a line break at the end", key: "role\n" },
];

const DECIDING = [
  "kubernetes.io/enforce-mountable-secrets",
  "kubectl.kubernetes.io/last-applied-configuration",
  "a.k8s.io/b",
  "k8s.io/b",
  "securitybaseline.dev/refresh",
  "x.securitybaseline.dev/y",
];

export const ACCOUNT_CASES: readonly Case[] = [
  {
    reason: "the default account has a field of its own",
    bad: account({ name: "default" }),
    good: account({ name: "default-2" }),
    at: AT,
    says: "the ServiceAccount `default` exists in every namespace",
  },
  {
    reason: "accounts are told apart by name",
    bad: { serviceAccounts: { accounts: [{ name: "a" }, { name: "a", automountToken: true }] } },
    good: { serviceAccounts: { accounts: [{ name: "a" }, { name: "b" }] } },
    at: "spec.serviceAccounts.accounts[1]",
    says: "duplicate name",
    server: "spec.serviceAccounts.accounts[1]: Duplicate value",
  },
  ...NO_KEYS.map(({ reason, key }) => ({
    reason: `no key of an annotation: ${reason}`,
    bad: annotated(key),
    good: annotated("eks.amazonaws.com/role-arn", "iam.gke.io/gcp-service-account", "plain"),
    at: `${AT}.annotations`,
    says: "not an annotation key: write a name of at most 63 letters",
  })),
  ...DECIDING.map((key) => ({
    reason: `an annotation that decides something: ${key}`,
    bad: annotated(key),
    good: annotated("mykubernetes.io/x", "kubernetes.io.example/x", "example.com/k8s.io"),
    at: `${AT}.annotations`,
    says: "annotations of kubernetes.io, k8s.io and securitybaseline.dev decide what Kubernetes and the operator do: remove them",
  })),
  {
    reason: "a pull secret has the name of a Secret",
    bad: account({ imagePullSecrets: [{ name: "Registry" }] }),
    good: account({ imagePullSecrets: [{ name: "registry.example.com" }] }),
    at: `${AT}.imagePullSecrets[0].name`,
    says: "RFC 1123 subdomain",
    server: `${AT}.imagePullSecrets[0].name`,
  },
  {
    reason: "a pull secret is named as Kubernetes writes it",
    bad: account({ imagePullSecrets: ["registry"] }),
    good: account({ imagePullSecrets: [] }),
    at: `${AT}.imagePullSecrets[0]`,
    says: "must be a map, not a string",
    server: `${AT}.imagePullSecrets[0]`,
  },
];

/** Owns the table of specs at the edge of what the CRD allows: lint and a real API server must draw the same line. */
import { ACCESS_CASES } from "./access-cases.ts";
import { BOUND_CASES } from "./bound-cases.ts";
import { type Case, FULL } from "./case.ts";
import { NETWORK_CASES } from "./network-cases.ts";
import { WORD_CASES } from "./word-cases.ts";

const podSecurity = (fields: object) => ({ podSecurity: { enforce: "baseline", ...fields } });
const account = (fields: object) => ({ serviceAccounts: { accounts: [{ name: "api", ...fields }] } });

const OTHER_CASES: readonly Case[] = [
  {
    reason: "modes are named",
    bad: { mode: "off" },
    good: { mode: "Off" },
    at: "spec.mode",
    says: '"off" is not allowed: write Enforce, or Report, or Off',
    server: "spec.mode: Unsupported value",
  },
  {
    reason: "a bare Off is a boolean in YAML",
    bad: { mode: false },
    good: { mode: "Off" },
    at: "spec.mode",
    says: "must be a string, not a boolean: write it with quotes",
    server: "spec.mode",
  },
  {
    reason: "a misspelt section would do nothing",
    bad: { acess: {} },
    good: { access: {} },
    at: "spec.acess",
    says: 'unknown field "acess": did you mean access?',
    server: 'unknown field "spec.acess"',
  },
  {
    reason: "sections of later versions are not accepted silently",
    bad: { breakGlass: {} },
    good: {},
    at: "spec.breakGlass",
    says: 'unknown field "breakGlass": known are mode',
    server: 'unknown field "spec.breakGlass"',
  },
  {
    reason: "a section is a map",
    bad: { access: [] },
    good: { access: {} },
    at: "spec.access",
    says: "must be a map, not a list",
    server: "spec.access",
  },
  {
    reason: "a null section is an absent one",
    bad: { access: { roles: [null] } },
    good: { access: null },
    at: "spec.access.roles[0]",
    says: "must be a map, not null",
    server: "spec.access.roles[0]",
  },
  {
    reason: "a null field takes its default",
    bad: { mode: 1 },
    good: { mode: null },
    at: "spec.mode",
    says: "must be a string",
    server: "spec.mode",
  },
  {
    reason: "the Pod Security section has a level",
    bad: { podSecurity: {} },
    good: podSecurity({}),
    at: "spec.podSecurity.enforce",
    says: "required: add enforce",
    server: "spec.podSecurity.enforce: Required value",
  },
  {
    reason: "levels are named",
    bad: podSecurity({ enforce: "strict" }),
    good: podSecurity({ enforce: "restricted" }),
    at: "spec.podSecurity.enforce",
    says: '"strict" is not allowed: write privileged, or baseline, or restricted',
    server: "spec.podSecurity.enforce",
  },
  ...["1.36", "v1.036", "v2.1", "v1.36.1", "v1.1000", "Latest", "latest\n"].map((version) => ({
    reason: `${JSON.stringify(version)} is no version of the standard`,
    bad: podSecurity({ version }),
    good: podSecurity({ version: "v1.36" }),
    at: "spec.podSecurity.version",
    says: "`latest` or a minor version of Kubernetes such as `v1.36`",
    server: "spec.podSecurity.version",
  })),
  {
    reason: "the default account has a field of its own",
    bad: account({ name: "default" }),
    good: account({ name: "default-2" }),
    at: "spec.serviceAccounts.accounts[0]",
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
];

export const CASES: readonly Case[] = [...ACCESS_CASES, ...NETWORK_CASES, ...OTHER_CASES, ...WORD_CASES, ...BOUND_CASES];

/** Specs that must be accepted as they are. */
export const ACCEPTED: readonly { readonly reason: string; readonly spec: object }[] = [
  { reason: "nothing is needed", spec: {} },
  { reason: "one section is enough", spec: { podSecurity: { enforce: "restricted" } } },
  { reason: "each section may be empty where it needs nothing", spec: { access: {}, network: { dns: {} }, serviceAccounts: {} } },
  { reason: "every field at once", spec: FULL },
  { reason: "every list at its bound, the names at theirs", spec: largest() },
];

/** A spec as its author wrote it, and as the API server stores it: an absent section gets no defaults. */
export const DEFAULTED = {
  given: {
    mode: null,
    podSecurity: { enforce: "restricted" },
    network: {
      dns: {},
      ingress: [{ name: "in", from: [{ preset: "SameNamespace" }], ports: [{ port: 80 }, { port: 53, protocol: "UDP" }] }],
    },
    serviceAccounts: { accounts: [{ name: "api" }] },
  },
  completed: {
    mode: "Enforce",
    adoptExisting: false,
    deletionPolicy: "Delete",
    podSecurity: { enforce: "restricted", version: "latest" },
    network: {
      defaultDeny: ["Ingress", "Egress"],
      allowDNS: true,
      dns: {},
      ingress: [
        {
          name: "in",
          from: [{ preset: "SameNamespace" }],
          ports: [
            { port: 80, protocol: "TCP" },
            { port: 53, protocol: "UDP" },
          ],
        },
      ],
    },
    serviceAccounts: { automountDefaultToken: false, accounts: [{ name: "api", automountToken: false }] },
  },
};

/** As large as the schema allows where CEL rules look: what the API server's cost limits must let pass. */
function largest(): object {
  const names = Array.from({ length: 64 }, (_, index) => `${"n".repeat(61)}${index + 10}`);
  const words = (count: number, length: number) => Array.from({ length: count }, (_, index) => `${"w".repeat(length - 2)}${index + 10}`);
  const rules = Array.from({ length: 16 }, () => ({ apiGroups: words(8, 63), resources: words(32, 63), verbs: words(16, 20) }));
  const roles = names
    .slice(0, 32)
    .map((name, index) => ({ name, groups: words(32, 253), ...(index < 16 ? { rules } : { rules: rules.slice(0, 1) }) }));
  const blocks = Array.from({ length: 16 }, (_, index) => ({
    cidr: "10.0.0.0/8",
    except: Array.from({ length: 16 }, (_, e) => `10.${index}.${e}.0/24`),
  }));
  const labels = Object.fromEntries(words(16, 63).map((key) => [key, "v".repeat(63)]));
  const flows = names.map((name) => ({ name, pods: { matchLabels: labels } }));
  return {
    access: { roles },
    network: { ingress: flows.map((flow) => ({ ...flow, from: blocks })), egress: flows.map((flow) => ({ ...flow, to: blocks })) },
    serviceAccounts: { accounts: names.map((name) => ({ name })) },
  };
}

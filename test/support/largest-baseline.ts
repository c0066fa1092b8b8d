/** The largest baseline that the API server takes, in the forms that are the most work to compare, for tests of limits and of long looks. */
import type { AccessRole } from "../../operator/api/baseline.ts";
import type { EgressEntry, IngressEntry, NetworkPeer, NetworkPort } from "../../operator/api/baseline-network.ts";

export function many<T>(count: number, one: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => one(index));
}

const LABELS = Object.fromEntries(many(16, (index) => [`label-${index}`.padEnd(63, "x"), "v".repeat(63)]));
const values = many(16, (index) => `value-${index}`.padEnd(63, "x"));
const requirement = (name: string) => ({ key: name.padEnd(63, "x"), operator: "In" as const, values });
const REQUIREMENTS = many(7, (index) => requirement(`key-${index}`));

/** Peers that are compared the longer the later they begin to differ. */
const PEERS: Readonly<Record<string, (index: number) => NetworkPeer>> = {
  namespaces: (index) => ({ namespace: `ns-${index}`, pods: { matchLabels: { app: "web" } } }),
  labels: (index) => ({ pods: { matchLabels: LABELS, matchExpressions: [...REQUIREMENTS, requirement(`last-${index}`)] } }),
  exceptions: (index) => ({
    cidr: "10.0.0.0/8",
    except: [...many(15, (hole) => `10.0.${hole}.0/24`), `10.99.${index}.0/24`],
  }),
  presets: (index) => (index === 0 ? { preset: "KubeAPI" } : index === 1 ? { preset: "Internet" } : { cidr: `10.${index}.0.0/16` }),
};
const FORMS = Object.keys(PEERS);

/** Forms that are written out in this direction alone: the API server stores no object of more than 1.5 MiB. */
const INGRESS_ONLY = ["labels"];

const PORTS: readonly NetworkPort[] = many(16, (index) => (index % 2 === 0 ? { port: `port-${index}` } : { port: index, endPort: 65535 }));
const SMALL: readonly NetworkPeer[] = many(64, (index) => ({ namespace: `ns-${index}` }));

const peersOf = (form: string): readonly NetworkPeer[] => many(64, (index) => PEERS[form]?.(index) ?? {});
const entries = (forms: readonly string[]) =>
  many(64, (index) => {
    const form = forms[index - 60];
    return { name: form ?? `flow-${index}`, ports: PORTS, peers: form === undefined ? SMALL : peersOf(form) };
  });
const ingress: IngressEntry[] = entries(FORMS).map(({ peers, ...entry }) => ({ ...entry, from: peers }));
const egress: EgressEntry[] = entries(FORMS.filter((form) => !INGRESS_ONLY.includes(form))).map(({ peers, ...entry }) => ({
  ...entry,
  to: peers,
}));

export const LARGEST_GROUPS = many(128, (index) => `${"g".repeat(60)}-${index}`);
const roles: AccessRole[] = many(32, (index) => ({
  name: `role-${index}`,
  groups: LARGEST_GROUPS,
  rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["get"] }],
}));

export const LARGEST_SPEC = { network: { ingress, egress }, access: { roles } };

/** NetworkPolicies that it yields: one per flow, and those that deny the rest and allow DNS. */
export const LARGEST_POLICIES = 64 + 64 + 2;

/** Proves that the policies judge the largest baseline, too: within what the API server lets an expression cost, and as exactly as small ones. */
import { expect } from "chai";
import type { AccessRole } from "../../operator/api/baseline.ts";
import type { EgressEntry, IngressEntry, NetworkPeer, NetworkPort } from "../../operator/api/baseline-network.ts";
import type { JsonObject } from "../../operator/api/json.ts";
import type { KubernetesObject } from "../../operator/api/object.ts";
import type { ApiClient } from "../support/api-client.ts";
import { desiredWith } from "../support/in-effect.ts";
import { applyAs, bindingOf, group, namespaceWith, operatorClient } from "../support/operator-token.ts";
import { refusal } from "../support/refusal.ts";

function many<T>(count: number, one: (index: number) => T): T[] {
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

const GROUPS = many(128, (index) => `${"g".repeat(60)}-${index}`);
const roles: AccessRole[] = many(32, (index) => ({
  name: `role-${index}`,
  groups: GROUPS,
  rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["get"] }],
}));

const SPEC = { network: { ingress, egress }, access: { roles } };
const ENDPOINTS = [{ addresses: many(5, (index) => `172.18.0.${index}`), ports: [{ port: 6443, protocol: "TCP" as const }] }];

interface Rule {
  readonly from?: readonly JsonObject[];
  readonly to?: readonly JsonObject[];
}

describe("the largest baseline", () => {
  let operator: ApiClient;
  let namespace: string;
  let yielded: ReadonlyMap<string, KubernetesObject>;

  before(async () => {
    operator = await operatorClient();
    namespace = await namespaceWith(SPEC);
    const baseline = {
      apiVersion: "securitybaseline.dev/v1alpha1",
      kind: "SecurityBaseline",
      metadata: { name: "baseline", namespace },
      spec: SPEC,
    };
    yielded = new Map(
      desiredWith(baseline, ENDPOINTS).map(({ kind, name, manifest }) => [`${kind.kind} ${name}`, manifest as unknown as KubernetesObject]),
    );
  });

  const names = [
    ...ingress.slice(59).map(({ name }) => `allow-ingress-${name}`),
    ...egress.slice(59).map(({ name }) => `allow-egress-${name}`),
    "allow-dns",
    "default-deny",
  ];
  for (const name of names) {
    it(`allowed: ${name}, exactly as the section yields it`, async () => {
      await applyAs(operator, yielded.get(`NetworkPolicy ${name}`) as KubernetesObject);
    });
  }

  for (const name of names.filter((one) => one.startsWith("allow-ingress") || one.startsWith("allow-egress"))) {
    it(`refused: ${name}, with another peer in the place of its last one`, async () => {
      const object = yielded.get(`NetworkPolicy ${name}`) as KubernetesObject & { spec: Record<"ingress" | "egress", readonly Rule[]> };
      const side = name.startsWith("allow-ingress") ? "from" : "to";
      const [first, ...others] = side === "from" ? object.spec.ingress : object.spec.egress;
      const widened = [{ ...first, [side]: [...(first?.[side] ?? []).slice(0, -1), { namespaceSelector: {} }] }, ...others];
      const attempt = applyAs(operator, {
        ...object,
        spec: { ...object.spec, [side === "from" ? "ingress" : "egress"]: widened },
      } as KubernetesObject);
      expect((await refusal(attempt)).message).to.contain("refused a NetworkPolicy with other rules");
    });
  }

  it("allowed: a role for 128 groups", async () => {
    await applyAs(operator, yielded.get("Role role-31") as KubernetesObject);
    await applyAs(operator, yielded.get("RoleBinding role-31") as KubernetesObject);
  });

  it("refused: a role for one group more", async () => {
    const widened = bindingOf(namespace, "role-31", [...GROUPS, "stranger"].map(group));
    expect((await refusal(applyAs(operator, widened))).message).to.contain("refused a RoleBinding to other subjects");
  });
});

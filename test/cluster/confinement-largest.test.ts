/** Proves that the policies judge the largest baseline, too: within what the API server lets an expression cost, and as exactly as small ones. */
import { expect } from "chai";
import type { JsonObject } from "../../operator/api/json.ts";
import type { KubernetesObject } from "../../operator/api/object.ts";
import type { ApiClient } from "../support/api-client.ts";
import { baselineRef } from "../support/baselines.ts";
import { admin } from "../support/cluster.ts";
import { desiredWith } from "../support/in-effect.ts";
import { LARGEST_GROUPS, LARGEST_SPEC, many } from "../support/largest-baseline.ts";
import { applyAs, bindingOf, group, namespaceWith, operatorClient } from "../support/operator-token.ts";
import { refusal } from "../support/refusal.ts";

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
    namespace = await namespaceWith(LARGEST_SPEC);
    const baseline = {
      apiVersion: "securitybaseline.dev/v1alpha1",
      kind: "SecurityBaseline",
      metadata: { name: "baseline", namespace },
      spec: LARGEST_SPEC,
    };
    yielded = new Map(
      desiredWith(baseline, ENDPOINTS).map(({ kind, name, manifest }) => [`${kind.kind} ${name}`, manifest as unknown as KubernetesObject]),
    );
  });

  // The operators of other tests would be busy with it for minutes.
  after(() => admin().delete(baselineRef(namespace)));

  const names = [
    ...LARGEST_SPEC.network.ingress.slice(59).map(({ name }) => `allow-ingress-${name}`),
    ...LARGEST_SPEC.network.egress.slice(59).map(({ name }) => `allow-egress-${name}`),
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
    const widened = bindingOf(namespace, "role-31", [...LARGEST_GROUPS, "stranger"].map(group));
    expect((await refusal(applyAs(operator, widened))).message).to.contain("refused a RoleBinding to other subjects");
  });
});

/** Shows what a stolen operator token can do in spite of its confinement: each line of the table in docs/install.md that says so. */
import { expect } from "chai";
import type { SecurityBaselineSpec } from "../../operator/api/baseline.ts";
import type { KubernetesObject } from "../../operator/api/object.ts";
import type { ApiClient } from "../support/api-client.ts";
import { BACKENDS, removeBackends } from "../support/backend-kinds.ts";
import { admin } from "../support/cluster.ts";
import { eventually } from "../support/eventually.ts";
import { applyAs, denyAll, MANAGED, namespaceWith, operatorClientThenBackends, writeBaseline } from "../support/operator-token.ts";
import { refusal } from "../support/refusal.ts";
import { ASKED, objectIn } from "./secrets/confined-objects.ts";

const API_VERSION = "securitybaseline.dev/v1alpha1";
const ENFORCED = "securitybaseline.dev/enforced";
const ENFORCE = "pod-security.kubernetes.io/enforce";
/** On a shared object: the API server holds this change against the baseline. */
const APPLYING = { "securitybaseline.dev/applying": "true" };
const SPEC: SecurityBaselineSpec = {
  network: { egress: [{ name: "to-api", to: [{ preset: "KubeAPI" }] }] },
  podSecurity: { enforce: "restricted" },
};

describe("what a stolen operator token can do", () => {
  let operator: ApiClient;

  before(async () => {
    operator = await operatorClientThenBackends();
  });

  after(() => removeBackends(...BACKENDS));

  const namespaceRef = (name: string) => ({ apiVersion: "v1", kind: "Namespace", name });
  const baselineRef = (namespace: string) => ({ apiVersion: API_VERSION, kind: "SecurityBaseline", namespace, name: "baseline" });
  const ours = (namespace: string, name: string, spec: object): KubernetesObject => ({
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { namespace, name, labels: { ...MANAGED, "securitybaseline.dev/control": "network" } },
    spec,
  });
  const writeStatus = async (namespace: string, status: object) => {
    const path = `${await admin().path(baselineRef(namespace))}/status`;
    return operator.send({ method: "PATCH", path, body: { status }, contentType: "application/merge-patch+json" });
  };

  for (const namespace of ["default", "kube-system"]) {
    it(`tell Events of anything, in ${namespace}`, async () => {
      await operator.create({
        apiVersion: "events.k8s.io/v1",
        kind: "Event",
        metadata: { namespace, generateName: "x-" } as object,
        eventTime: "2026-11-23T12:00:00.000000Z",
        reportingController: "somebody",
        reportingInstance: "x",
        action: "x",
        reason: "X",
        type: "Normal",
        regarding: { apiVersion: "v1", kind: "Pod", namespace, name: "x" },
      });
    });
  }

  it("write any status of a baseline, and by an inventory of its own take over objects of the names that the baseline asks for", async () => {
    const namespace = await namespaceWith(SPEC);
    const stranger = await admin().create(denyAll(namespace, "default-deny"));
    const spec = { podSelector: {}, policyTypes: ["Ingress", "Egress"], ingress: [], egress: [] };
    expect((await refusal(applyAs(operator, ours(namespace, "default-deny", spec)))).message).to.contain("refused to take over");
    await writeStatus(namespace, { inventory: [`networkpolicies.networking.k8s.io default-deny ${stranger.metadata?.uid}`] });
    await eventually("the policies see the inventory", () => applyAs(operator, ours(namespace, "default-deny", spec)));
    // Their content stays what the baseline asks for.
    const open = await refusal(applyAs(operator, ours(namespace, "default-deny", { ...spec, ingress: [{}] })));
    expect(open.message).to.contain("refused a NetworkPolicy with other rules");
  });

  it("open single addresses of its choice where an entry asks for preset KubeAPI", async () => {
    const namespace = await namespaceWith(SPEC);
    const egress = [{ to: [{ ipBlock: { cidr: "169.254.169.254/32" } }], ports: [{ port: 80, protocol: "TCP" }] }];
    await applyAs(operator, ours(namespace, "allow-egress-to-api", { podSelector: {}, policyTypes: ["Egress"], ingress: [], egress }));
  });

  it("take the mark away, after which the operator itself writes nothing there until it has set it again", async () => {
    const namespace = await namespaceWith(SPEC);
    await operator.mergePatch(namespaceRef(namespace), { metadata: { labels: { [ENFORCED]: null } } });
    await eventually("the API server knows that the mark is gone", async () => {
      const spec = { podSelector: {}, policyTypes: ["Ingress", "Egress"], ingress: [], egress: [] };
      expect((await refusal(applyAs(operator, ours(namespace, "default-deny", spec)))).message).to.contain("where no baseline is enforced");
    });
  });

  it("delete objects of ours that the baseline does not ask for", async () => {
    const namespace = await namespaceWith(SPEC);
    const leftover = ours(namespace, "leftover", { podSelector: {}, policyTypes: ["Ingress"] });
    await admin().apply(leftover, { manager: "securitybaseline" });
    await operator.delete({ apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", namespace, name: "leftover" });
  });

  describe("between the deletion of a baseline and the end of its mark", () => {
    let namespace: string;

    before(async () => {
      namespace = await namespaceWith({ ...SPEC, ...ASKED });
      await applyAs(operator, objectIn(namespace, "vault"));
      await admin().delete(baselineRef(namespace));
      await eventually("the policies see that the baseline is gone", async () => {
        const { message } = await refusal(applyAs(operator, ours(namespace, "default-deny", { podSelector: {} })));
        if (!message.includes("no params found")) throw new Error(message);
      });
    });

    it("set Pod Security labels", async () => {
      await eventually("no baseline judges", () =>
        operator.mergePatch(namespaceRef(namespace), { metadata: { labels: { ...APPLYING, [ENFORCE]: "privileged" } } }),
      );
    });

    it("change objects of spec.secrets that were there", async () => {
      const provider = { vault: { server: "https://elsewhere.example.com", path: "x", version: "v2", auth: {} } };
      const { apiVersion = "", kind = "" } = objectIn(namespace, "vault");
      await eventually("no baseline judges", () =>
        operator.mergePatch({ apiVersion, kind, namespace, name: "vault" }, { spec: { provider } }),
      );
    });

    it("delete RoleBindings of others that lead to a Role of another name", async () => {
      const metadata = { namespace, name: "theirs" };
      const role = { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "other" };
      const binding = { apiVersion: "rbac.authorization.k8s.io/v1", kind: "RoleBinding" };
      await admin().create({ ...binding, metadata, subjects: [], roleRef: role } as KubernetesObject);
      await eventually("no baseline judges", () => operator.delete({ ...binding, ...metadata }));
    });

    it("make no new one", async () => {
      expect((await refusal(operator.create(objectIn(namespace, "db")))).message).to.contain("no params found");
    });

    it("no more once somebody states a baseline there", async () => {
      await writeBaseline(namespace, SPEC);
      await eventually("the policies see the baseline", async () => {
        const attempt = operator.mergePatch(namespaceRef(namespace), { metadata: { labels: { ...APPLYING, [ENFORCE]: "baseline" } } });
        expect((await refusal(attempt)).message).to.contain("refused other Pod Security labels");
      });
    });
  });

  it("hold the operator's Lease, so that no replica works", async () => {
    const lease = {
      apiVersion: "coordination.k8s.io/v1",
      kind: "Lease",
      namespace: "securitybaseline-system",
      name: "securitybaseline-operator",
    };
    const { namespace, name, ...kind } = lease;
    if ((await admin().find(lease)) === undefined) await operator.create({ ...kind, metadata: { namespace, name } });
    const current = await operator.get(lease);
    await operator.replace({ ...current, spec: { holderIdentity: "thief", leaseDurationSeconds: 1 } } as KubernetesObject);
    await admin().delete(lease);
  });
});

/** Proves that the judge in process says of every row of the tables what the API server says of it, by the same text of the rules. */
import { expect } from "chai";
import type { AdmissionSection } from "../../../../operator/api/baseline-admission.ts";
import type { KubernetesObject } from "../../../../operator/api/object.ts";
import { admissionPolicies } from "../../../../operator/policies/admission/index.ts";
import { objection } from "../../../../operator/policies/admission/judge.ts";
import { labelled, objectWith, POD_KINDS, podOf, STRICT, type Template, WORKLOAD_KINDS, web, withWeb } from "./objects.ts";
import { GATEWAY_ROWS, OBJECT_ROWS, placed } from "./other-rows.ts";
import { POD_ROWS } from "./pod-rows.ts";
import { SECTION_ROWS } from "./section-rows.ts";

const NAMESPACE = "payments";
const CREATED = "2026-11-28T20:00:00Z";

/** Policies that look at objects of a kind, by the group and the plural of it. */
const POLICIES: Readonly<Record<string, string>> = {
  Service: "services",
  Ingress: "hostnames",
  HTTPRoute: "hostnames",
  GRPCRoute: "hostnames",
  TLSRoute: "hostnames",
  PersistentVolumeClaim: "storage",
};

/** What the API server fills in before it asks a policy: the time, and the token of a pod that gets one. */
function completed(object: KubernetesObject): KubernetesObject {
  const spec = object["spec"] as { automountServiceAccountToken?: boolean; volumes?: readonly object[] } | undefined;
  const metadata = { name: "web", namespace: NAMESPACE, ...object.metadata, creationTimestamp: CREATED };
  if (object.kind !== "Pod" || spec?.automountServiceAccountToken === false) return { ...object, metadata };
  const token = { name: "kube-api-access-x", projected: { sources: [{ serviceAccountToken: { path: "token" } }] } };
  return { ...object, metadata, spec: { ...spec, volumes: [...(spec?.volumes ?? []), token] } } as KubernetesObject;
}

function judged(
  object: KubernetesObject,
  section: AdmissionSection | undefined,
  suffix = "",
  oldObject?: KubernetesObject,
): string | undefined {
  const names = object.kind === "StatefulSet" ? ["pods", "storage"] : [POLICIES[object.kind ?? ""] ?? "pods"];
  const policies = admissionPolicies.filter(({ name }) => names.some((one) => name === `securitybaseline-admission-${one}${suffix}`));
  const params = { spec: section === undefined ? {} : { admission: section } };
  const request = { namespace: NAMESPACE, object: completed(object), ...(oldObject && { oldObject: completed(oldObject) }) };
  return policies.map((policy) => objection(policy, request, params)).find((said) => said !== undefined);
}

const refused = (says: string | undefined) => (says === undefined ? undefined : `the SecurityBaseline of payments refuses it: ${says}`);

describe("the judge of section admission in process", () => {
  for (const row of POD_ROWS) {
    it(`${row.check}: ${row.reason}`, () => {
      for (const kind of POD_KINDS) {
        const says = kind !== "Pod" && "ofTemplate" in row ? row.ofTemplate : row.says;
        expect(judged(objectWith(kind, row.pod, NAMESPACE), STRICT), kind).to.equal(refused(says));
      }
    });
  }

  for (const row of [...OBJECT_ROWS, ...GATEWAY_ROWS]) {
    it(`${row.check}: ${row.reason}`, () => {
      expect(judged(placed(row, NAMESPACE), STRICT)).to.equal(refused(row.says));
      const labels = { exempt: row.check, team: "payments" };
      expect(judged(placed(row, NAMESPACE, labels), STRICT)).to.equal(undefined);
    });
  }

  for (const { reason, section, objects } of SECTION_ROWS) {
    it(`says what it means: ${reason}`, () => {
      for (const [object, says] of objects) expect(judged(object, section)).to.equal(refused(says));
    });
  }

  describe("of an update", () => {
    const BAD = withWeb({ image: "nginx:1" });
    const NOT_FROM = "which is not from registry.example.com:5000/payments or ghcr.io/acme";
    const update = (kind: string, before: Template, after: Template, change: object = {}): string | undefined =>
      judged({ ...objectWith(kind, after, NAMESPACE), ...change }, STRICT, "", objectWith(kind, before, NAMESPACE));

    it("says nothing of a template that stays as it is, and all of one that changes", () => {
      for (const kind of WORKLOAD_KINDS) {
        expect(update(kind, BAD, BAD, { metadata: { name: "web", annotations: { a: "b" } } }), kind).to.equal(undefined);
        const changed = update(kind, BAD, withWeb({ image: "nginx:1", env: [{ name: "A", value: "b" }] }));
        expect(changed, kind).to.equal(refused(`container "web" uses nginx:1, ${NOT_FROM}`));
      }
    });

    it("says of a pod only what is new", () => {
      const debugged = podOf({ containers: [web({ image: "nginx:1" }), web({ name: "debug", image: "busybox:1" })] });
      expect(update("Pod", BAD, debugged)).to.equal(refused(`container "debug" uses busybox:1, ${NOT_FROM}`));
      expect(update("Pod", BAD, podOf())).to.equal(undefined);
      const added = podOf({ containers: [web({ image: "nginx:1" })], ephemeralContainers: [web({ name: "shell", image: "busybox:2" })] });
      expect(update("Pod", BAD, added)).to.equal(refused(`container "shell" uses busybox:2, ${NOT_FROM}`));
    });

    it("says nothing of ReplicaSets and Jobs that a controller made", () => {
      const owner = { apiVersion: "apps/v1", kind: "Deployment", name: "web", uid: "1", controller: true };
      const owned = { metadata: { name: "web", ownerReferences: [owner] } };
      for (const kind of ["ReplicaSet", "Job"]) {
        expect(judged({ ...objectWith(kind, BAD, NAMESPACE), ...owned }, STRICT), kind).to.equal(undefined);
      }
      expect(judged({ ...objectWith("Deployment", BAD, NAMESPACE), ...owned }, STRICT)).to.include(NOT_FROM);
    });
  });

  it("knows an exemption that has ended from one that lasts", () => {
    const wears = (exempt: string) => objectWith("Pod", labelled(withWeb({ image: "nginx:1" }), { exempt }), NAMESPACE);
    expect(judged(wears("registries"), STRICT)).to.equal(undefined);
    expect(judged(wears("ended"), STRICT)).to.include("nginx:1, which is not from");
  });

  it("tells what would be refused, by the policy that only tells", () => {
    const bad = objectWith("Pod", withWeb({ image: "nginx:1" }), NAMESPACE);
    const section: AdmissionSection = { registries: ["ghcr.io/acme"] };
    const said = 'container "web" uses nginx:1, which is not from ghcr.io/acme';
    expect(judged(bad, { ...section, mode: "Report" }, "-report")).to.equal(`the SecurityBaseline of payments would refuse it: ${said}`);
    expect(judged(bad, { ...section, mode: "Report" })).to.equal(undefined);
    expect(judged(bad, { ...section, mode: "Off" }, "-report")).to.equal(undefined);
    expect(judged(bad, undefined)).to.equal(undefined);
  });

  it("throws where the API server could not judge either", () => {
    const object = objectWith("Pod", podOf({ containers: [web({ resources: { limits: { cpu: "a lot", memory: "1Gi" } } })] }), NAMESPACE);
    expect(() => judged(object, STRICT)).to.throw("not an amount: a lot");
  });
});

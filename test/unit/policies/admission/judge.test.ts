/** Proves that the judge in process says of every row of the tables what the API server says of it, by the same text of the rules. */
import { expect } from "chai";
import type { AdmissionSection } from "../../../../operator/api/baseline-admission.ts";
import type { KubernetesObject } from "../../../../operator/api/object.ts";
import { admissionPolicies } from "../../../../operator/policies/admission/index.ts";
import { objection } from "../../../../operator/policies/admission/judge.ts";
import { objectWith, POD_KINDS, STRICT } from "./objects.ts";
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
});

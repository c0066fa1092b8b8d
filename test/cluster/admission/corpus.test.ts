/** Proves what the API server refuses, admits, exempts and only reports of every kind of object, by the tables of section `admission`. */
import { expect } from "chai";
import type { KubernetesObject } from "../../../operator/api/object.ts";
import { admittingNamespace, tryCreate } from "../../support/admission-section.ts";
import { admin } from "../../support/cluster.ts";
import { installOperatorManifests } from "../../support/installation.ts";
import { labelled, objectWith, POD_KINDS, STRICT } from "../../unit/policies/admission/objects.ts";
import { OBJECT_ROWS, placed } from "../../unit/policies/admission/other-rows.ts";
import { POD_ROWS, type PodRow } from "../../unit/policies/admission/pod-rows.ts";
import { SECTION_ROWS } from "../../unit/policies/admission/section-rows.ts";

const RUNTIME_CLASSES = ["gvisor", "kata"];
const PRIORITY_CLASS = { apiVersion: "scheduling.k8s.io/v1", kind: "PriorityClass" };
const PAYMENTS_HIGH = { ...PRIORITY_CLASS, metadata: { name: "payments-high" }, value: 1000 } as KubernetesObject;

/** The minor version of Kubernetes from which on the API server takes volumes that are images, unless its feature gate says so earlier. */
const TAKES_IMAGE_VOLUMES = 35;

let minor: number;

/** What is said of a pod, or of the template of a workload. Of a field that the API server does not take, and drops, there is nothing to say. */
function saidOf(row: PodRow, kind: string): string | undefined {
  const { volumes = [] } = row.pod.spec as { readonly volumes?: readonly object[] };
  if (minor < TAKES_IMAGE_VOLUMES && volumes.some((volume) => "image" in volume)) return undefined;
  return kind !== "Pod" && "ofTemplate" in row ? row.ofTemplate : row.says;
}

describe("admission", () => {
  let enforced: string;
  let reported: string;

  before(async () => {
    await installOperatorManifests();
    minor = Number((await admin().send<{ readonly minor: string }>({ method: "GET", path: "/version" })).minor);
    for (const name of RUNTIME_CLASSES) {
      await admin().apply({ apiVersion: "node.k8s.io/v1", kind: "RuntimeClass", metadata: { name }, handler: name } as KubernetesObject);
    }
    await admin().apply(PAYMENTS_HIGH);
    [enforced, reported] = await Promise.all([admittingNamespace(STRICT), admittingNamespace({ ...STRICT, mode: "Report" }, "Report")]);
    for (const namespace of [enforced, reported]) {
      await admin().create({ apiVersion: "v1", kind: "ServiceAccount", metadata: { namespace, name: "controller" } });
    }
  });

  after(async () => {
    for (const name of RUNTIME_CLASSES) await admin().delete({ apiVersion: "node.k8s.io/v1", kind: "RuntimeClass", name });
    await admin().delete({ ...PRIORITY_CLASS, name: "payments-high" });
  });

  /** Every kind at the same time: what is looked for is what is said, not how fast. */
  async function judged(row: PodRow, objectOf: (kind: string) => KubernetesObject) {
    return Promise.all(POD_KINDS.map(async (kind) => ({ kind, said: saidOf(row, kind), ...(await tryCreate(objectOf(kind))) })));
  }

  for (const row of POD_ROWS) {
    it(`${row.check}: ${row.reason}: every kind is ${row.says === undefined ? "admitted" : "refused"}`, async () => {
      const verdicts = await judged(row, (kind) => objectWith(kind, row.pod, enforced));
      const expected = POD_KINDS.map((kind) => {
        const said = saidOf(row, kind);
        return said === undefined
          ? { kind, status: 201, refusal: "" }
          : { kind, status: 403, refusal: `the SecurityBaseline of ${enforced} refuses it: ${said}` };
      });
      expect(verdicts.map(({ kind, status, refusal }) => ({ kind, status, refusal }))).to.deep.equal(expected);
    });
  }

  for (const row of POD_ROWS.filter(({ says }) => says !== undefined)) {
    it(`${row.check}: ${row.reason}: only told in Report`, async () => {
      for (const { kind, said, status, warnings } of await judged(row, (kind) => objectWith(kind, row.pod, reported))) {
        expect(status, kind).to.equal(201);
        expect(warnings, kind).to.deep.equal(said === undefined ? [] : [`the SecurityBaseline of ${reported} would refuse it: ${said}`]);
      }
    });
  }

  for (const row of POD_ROWS.filter(({ says, isOfSeveral }) => says !== undefined && !isOfSeveral)) {
    it(`${row.check}: ${row.reason}: admitted to whom the check does not apply`, async () => {
      const labels = { exempt: row.check, team: "payments" };
      const verdicts = await judged(row, (kind) => objectWith(kind, labelled(row.pod, labels), enforced));
      expect(verdicts.map(({ refusal }) => refusal)).to.deep.equal(POD_KINDS.map(() => ""));
    });
  }

  for (const row of OBJECT_ROWS) {
    it(`${row.check}: ${row.reason}: is ${row.says === undefined ? "admitted" : "refused, told or exempt"}`, async () => {
      const { says } = row;
      const labels = { exempt: row.check, team: "payments" };
      const [refused, told, exempt] = await Promise.all([
        tryCreate(placed(row, enforced)),
        tryCreate(placed(row, reported)),
        tryCreate(placed(row, enforced, labels)),
      ]);
      expect(refused.refusal).to.equal(says === undefined ? "" : `the SecurityBaseline of ${enforced} refuses it: ${says}`);
      expect(refused.status).to.equal(says === undefined ? 201 : 403);
      expect(told.status).to.equal(201);
      expect(told.warnings).to.deep.equal(says === undefined ? [] : [`the SecurityBaseline of ${reported} would refuse it: ${says}`]);
      expect(exempt).to.deep.include({ status: 201, refusal: "" });
    });
  }

  it("an exemption that has ended admits nothing", async () => {
    const row = POD_ROWS.find(({ reason }) => reason === "a short name is on Docker Hub");
    const verdicts = await judged(row as PodRow, (kind) => objectWith(kind, labelled((row as PodRow).pod, { exempt: "ended" }), enforced));
    for (const { kind, status, refusal } of verdicts) {
      expect(refusal, kind).to.include('container "web" uses nginx:1.27, which is not from');
      expect(status, kind).to.equal(403);
    }
  });

  for (const { reason, section, objects } of SECTION_ROWS) {
    it(`says what it means: ${reason}`, async () => {
      const namespace = await admittingNamespace(section);
      const placedIn = (object: KubernetesObject) => ({ ...object, metadata: { ...object.metadata, name: "web", namespace } });
      const verdicts = await Promise.all(objects.map(([object]) => tryCreate(placedIn(object))));
      expect(verdicts.map(({ refusal }) => refusal)).to.deep.equal(
        objects.map(([, says]) => (says === undefined ? "" : `the SecurityBaseline of ${namespace} refuses it: ${says}`)),
      );
    });
  }
});

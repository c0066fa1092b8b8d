/** Proves which labels and annotations are in nobody's name: those that no entry of managedFields books, without ours. */
import { expect } from "chai";
import type { JsonObject } from "../../../operator/api/json.ts";
import type { ManagedFieldsEntry } from "../../../operator/api/object.ts";
import { namespace } from "../../../operator/kinds/namespace.ts";
import { unownedMetadata } from "../../../operator/plan/unowned.ts";

const entry = (manager: string, metadata: JsonObject): ManagedFieldsEntry => ({
  manager,
  operation: "Update",
  fieldsV1: { "f:metadata": metadata },
});
const unowned = (metadata: object) => unownedMetadata(namespace, { metadata });

describe("labels and annotations in nobody's name", () => {
  it("are those that no books hold", () => {
    const books = [entry("kubectl", { "f:labels": { ".": {}, "f:team": {} } }), entry("velero", { "f:annotations": { "f:note": {} } })];
    expect(
      unowned({ labels: { team: "a", "istio-injection": "enabled" }, annotations: { note: "n", owner: "o" }, managedFields: books }),
    ).to.deep.equal({ labels: { "istio-injection": "enabled" }, annotations: { owner: "o" } });
  });

  it("are all of them where the books were cleared", () => {
    expect(unowned({ labels: { team: "a" }, annotations: {} })).to.deep.equal({ labels: { team: "a" } });
  });

  it("are none where somebody owns the whole", () => {
    expect(unowned({ labels: { team: "a" }, managedFields: [entry("kubectl", { "f:labels": {} })] })).to.equal(undefined);
  });

  it("are not our marks, nor what baselines decide: in another's name we could not give them up", () => {
    const labels = { "securitybaseline.dev/enforced": "true", "pod-security.kubernetes.io/enforce": "restricted" };
    expect(unowned({ labels, annotations: { "securitybaseline.dev/deletion-policy": "Delete" } })).to.equal(undefined);
  });

  it("may have names of JavaScript's own", () => {
    const labels = JSON.parse('{"__proto__": "a", "constructor": "b"}') as JsonObject;
    expect(JSON.stringify(unowned({ labels }))).to.equal('{"labels":{"__proto__":"a","constructor":"b"}}');
  });
});

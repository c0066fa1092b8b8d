/** Tests when an object that was released still says what becomes of it, which nobody else would take away. */
import { expect } from "chai";
import type { KubernetesObject } from "../../../operator/api/object.ts";
import { admissionMark } from "../../../operator/kinds/admission-mark.ts";
import type { OwnedKind } from "../../../operator/kinds/kind.ts";
import { linkerdPolicy } from "../../../operator/kinds/linkerd-policy.ts";
import { namespace } from "../../../operator/kinds/namespace.ts";
import { unmark } from "../../../operator/plan/retention.ts";

const POLICY = "securitybaseline.dev/deletion-policy";
const BOOKED = { "f:metadata": { "f:annotations": { [`f:${POLICY}`]: {} } } };
const REMOVED = [{ op: "remove", path: "/metadata/annotations/securitybaseline.dev~1deletion-policy" }];

function held(manager: string, operation: "Apply" | "Update"): KubernetesObject {
  const managedFields = [{ manager, operation, fieldsV1: BOOKED }];
  return { apiVersion: "v1", kind: "Namespace", metadata: { name: "payments", annotations: { [POLICY]: "Retain" }, managedFields } };
}

const cases: readonly { readonly reason: string; readonly kind: OwnedKind; readonly object: KubernetesObject; readonly gone: boolean }[] = [
  { reason: "a patch of ours wrote it when all was to stay", kind: namespace, object: held("securitybaseline", "Update"), gone: true },
  { reason: "the same, where the section is another", kind: linkerdPolicy, object: held("securitybaseline", "Update"), gone: true },
  { reason: "another section applies it, too", kind: namespace, object: held("securitybaseline-mesh", "Apply"), gone: false },
  { reason: "the same, the other way round", kind: linkerdPolicy, object: held("securitybaseline", "Apply"), gone: false },
  { reason: "it says nothing of the mark of admission", kind: admissionMark, object: held("securitybaseline", "Update"), gone: false },
  {
    reason: "it went with the apply",
    kind: namespace,
    object: { apiVersion: "v1", kind: "Namespace", metadata: { name: "payments", annotations: { team: "payments" } } },
    gone: false,
  },
];

describe("the annotation of what was released", () => {
  for (const { reason, kind, object, gone } of cases) {
    it(`${gone ? "is removed" : "is left alone"}: ${reason}`, () => {
      expect(unmark(kind, object)).to.deep.equal(gone ? REMOVED : []);
    });
  }
});

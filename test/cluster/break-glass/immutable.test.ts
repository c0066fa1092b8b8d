/** Proves that the CRDs themselves keep requests and decisions as they were written, whoever asks. */
import { expect } from "chai";
import { ask, decideOn, INCIDENT } from "../../support/break-glass.ts";
import { admin, impersonate } from "../../support/cluster.ts";
import { namespaceWith, operatorClient } from "../../support/operator-token.ts";
import { refusal } from "../../support/refusal.ts";

interface Written {
  readonly kind: string;
  readonly metadata: { readonly namespace: string; readonly name: string };
}

describe("what was asked and decided", () => {
  let request: Written;
  let decision: Written;

  before(async () => {
    await operatorClient();
    const namespace = await namespaceWith({ breakGlass: { profiles: [INCIDENT] } });
    const alice = { name: "alice", client: impersonate("alice", "system:masters") };
    const asked = await ask(alice, namespace);
    request = asked;
    decision = await decideOn(alice, asked, "Withdraw");
  });

  const changes = [
    { what: "a request", of: () => request, change: { reason: "something else than was approved" }, says: "a request cannot be changed" },
    { what: "a decision", of: () => decision, change: { comment: "I never said so" }, says: "a decision cannot be changed" },
  ];
  for (const { what, of, change, says } of changes) {
    it(`is not changed by the administrator either: ${what}`, async () => {
      const { kind, metadata } = of();
      const ref = { apiVersion: "securitybaseline.dev/v1alpha1", kind, namespace: metadata.namespace, name: metadata.name };
      const failure = await refusal(admin().mergePatch(ref, { spec: change }));
      expect(failure.message).to.contain(says).and.not.to.contain("ValidatingAdmissionPolicy");
      expect(failure.status).to.equal(422);
    });
  }
});

/** Tests what the section `images` says beside its objects: what it does not do, how Kyverno took its policies, and what nobody can check. */
import { expect } from "chai";
import type { ImagesSection } from "../../../operator/api/baseline-images.ts";
import type { JsonObject } from "../../../operator/api/json.ts";
import { images } from "../../../operator/controls/images/images.ts";
import { OFFLINE } from "../../../operator/facts/index.ts";
import { imageValidatingPolicy } from "../../../operator/kinds/image-validating-policy.ts";
import { healthView } from "./health-view.ts";

const KEY = { images: ["ghcr.io/acme/*"], publicKey: "a key" };
const KYVERNO: ImagesSection = { backend: "Kyverno", signers: [{ name: "ci", ...KEY }] };
const DENYING: ImagesSection = { ...KYVERNO, action: "Deny" };
const SIGSTORE: ImagesSection = { backend: "Sigstore" };
const CONNAISSEUR: ImagesSection = { backend: "Connaisseur" };

const CONTEXT = { namespace: "payments", mode: "Enforce", facts: OFFLINE } as const;
const EMPTY = healthView({ now: 0, seen: [] });

const PASSES = "an image that no entry of signers means needs no signature: spec.admission.registries says which images may run at all";

function policy(...conditions: readonly JsonObject[]): JsonObject {
  return { metadata: { name: "signed-by-ci" }, status: { conditionStatus: { ready: false, conditions } } };
}

const verdicts: readonly { readonly reason: string; readonly live: JsonObject; readonly state: string; readonly says: string }[] = [
  {
    reason: "works when the API server asks Kyverno, whatever Kyverno's summary says",
    live: policy(
      { type: "PolicyCached", status: "False", reason: "Failed" },
      { type: "WebhookConfigured", status: "True", reason: "Succeeded" },
    ),
    state: "Synced",
    says: "Succeeded",
  },
  {
    reason: "fails when it does not",
    live: policy({ type: "WebhookConfigured", status: "False", reason: "Failed" }),
    state: "Failed",
    says: "Failed",
  },
  { reason: "waits for a Kyverno that says nothing", live: policy(), state: "Pending", says: "AwaitingBackend" },
  { reason: "waits without a status", live: { metadata: { name: "signed-by-ci" } }, state: "Pending", says: "AwaitingBackend" },
  {
    reason: "waits where the status is something else",
    live: { metadata: { name: "signed-by-ci" }, status: { conditionStatus: ["WebhookConfigured"] } },
    state: "Pending",
    says: "AwaitingBackend",
  },
  {
    reason: "takes a reason for one word, and no more of it",
    live: policy({ type: "WebhookConfigured", status: "False", reason: "<b>a\nb</b>" }),
    state: "Failed",
    says: "babb",
  },
];

describe("section images", () => {
  it("says that nothing is refused while it only audits, and which images need no signature", () => {
    expect(images.warnings?.(KYVERNO, CONTEXT)).to.deep.equal(["no pod is refused while action is Audit", PASSES]);
    expect(images.warnings?.(DENYING, CONTEXT)).to.deep.equal([PASSES]);
    expect(images.warnings?.({ ...DENYING, onViolation: "Hold" }, CONTEXT)).to.deep.equal([
      "a policy that is new only audits until Kyverno's reports tell of every running pod that it passes",
      PASSES,
    ]);
    expect(images.warnings?.(SIGSTORE, CONTEXT)).to.deep.equal([]);
  });

  it("says of each backend what could not be checked, and of a label what it cannot do", () => {
    expect(images.caveat?.(KYVERNO, EMPTY)).to.equal(
      "whether Kyverno is set up to leave out this namespace, or some pods by an exception, could not be checked",
    );
    expect(images.caveat?.(SIGSTORE, EMPTY)).to.match(
      /said by ClusterImagePolicies for the whole cluster, and not by this namespace; .*could not be checked$/,
    );
    expect(images.caveat?.(CONNAISSEUR, EMPTY)).to.match(
      /said by Connaisseur's Helm values.*namespacedValidation\.mode: validate\), could not be checked$/,
    );
  });

  for (const { reason, live, state, says } of verdicts) {
    it(`a policy ${reason}`, () => {
      const health = images.health?.(KYVERNO, healthView({ now: 0, seen: [[imageValidatingPolicy, live]] }));
      expect(health?.map((entry) => [entry.kind, entry.name, entry.state, entry.reason])).to.deep.equal([
        ["NamespacedImageValidatingPolicy", "signed-by-ci", state, says],
      ]);
    });
  }

  it("tells the health of nothing where a label is all", () => {
    expect([SIGSTORE, CONNAISSEUR].map((section) => images.health?.(section, EMPTY))).to.deep.equal([[], []]);
  });
});

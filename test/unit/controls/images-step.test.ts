/** Tests when a policy on images may go from auditing to refusing, and what is said while it may not. */
import { expect } from "chai";
import {
  type ImageEvidence,
  type PodEvidence,
  type PodResult,
  stepsCarefully,
  whyHeld,
  withAudit,
} from "../../../operator/controls/images/step.ts";
import { signedImages } from "../plan/baseline-objects.ts";

const CI = { name: "signed-by-ci", since: 10_000 };

function pod(name: string, result?: PodResult, policy = CI.name): PodEvidence {
  return { name, results: new Map(result === undefined ? [] : [[policy, result]]) };
}

const passes = (at = 10_001): PodResult => ({ passes: true, at });
const fails = (at = 10_001): PodResult => ({ passes: false, at });

const UNTOLD = "signed-by-ci only audits: no report of Kyverno tells whether the running pods";

const cases: readonly {
  readonly reason: string;
  readonly evidence: ImageEvidence;
  readonly says: string | undefined;
  readonly since?: undefined;
}[] = [
  { reason: "all pods pass", evidence: { pods: [pod("a", passes()), pod("b", passes())] }, says: undefined },
  { reason: "no pod runs", evidence: { pods: [] }, says: undefined },
  { reason: "no pod runs, and the policy is not there yet", evidence: { pods: [] }, since: undefined, says: undefined },
  {
    reason: "a pod would be refused",
    evidence: { pods: [pod("b", fails()), pod("a", passes()), pod("c")] },
    says: "signed-by-ci only audits: it would refuse the running pods b, which have images without the signature or cannot be checked",
  },
  { reason: "a pod is in no report", evidence: { pods: [pod("a", passes()), pod("b")] }, says: `${UNTOLD} b would pass` },
  {
    reason: "its report is about another policy",
    evidence: { pods: [pod("a", passes(), "signed-by-vendor")] },
    says: `${UNTOLD} a would pass`,
  },
  { reason: "its report is older than the policy", evidence: { pods: [pod("a", passes(9_000))] }, says: `${UNTOLD} a would pass` },
  {
    reason: "a refusal that is older than the policy is none, either",
    evidence: { pods: [pod("a", fails(9_000))] },
    says: `${UNTOLD} a would pass`,
  },
  { reason: "the clocks differ a little", evidence: { pods: [pod("a", passes(9_941))] }, says: undefined },
  { reason: "the report has no time", evidence: { pods: [pod("a", passes(0))] }, says: `${UNTOLD} a would pass` },
  { reason: "the policy is not there yet", evidence: { pods: [pod("a", passes())] }, since: undefined, says: `${UNTOLD} a would pass` },
  {
    reason: "many pods are in no report",
    evidence: { pods: ["g", "f", "e", "d", "c", "b", "a"].map((name) => pod(name)) },
    says: `${UNTOLD} a, b, c, d, e and 2 more would pass`,
  },
  {
    reason: "nothing is known",
    evidence: { unknown: "policyreports cannot be listed" },
    says: "signed-by-ci only audits: policyreports cannot be listed",
  },
  {
    reason: "nothing is known yet",
    evidence: { unknown: undefined },
    says: "signed-by-ci only audits: running pods are looked at in a moment",
  },
];

describe("the step from auditing to refusing", () => {
  for (const { reason, evidence, says, ...rest } of cases) {
    it(`${says === undefined ? "is taken" : "is not taken"}: ${reason}`, () => {
      expect(whyHeld({ ...CI, ...rest }, evidence)).to.equal(says);
    });
  }

  it("is taken at once where nobody holds it, and not at all where nothing is refused", () => {
    const section = { backend: "Kyverno", action: "Deny", onViolation: "Hold" } as const;
    expect(stepsCarefully(section)).to.equal(true);
    expect(stepsCarefully({ ...section, onViolation: "Enforce" })).to.equal(false);
    expect(stepsCarefully({ ...section, action: "Audit" })).to.equal(false);
    expect(stepsCarefully({ backend: "Kyverno", onViolation: "Hold" })).to.equal(false);
  });

  it("leaves a policy that audits, and refuses nobody while Kyverno does not answer", () => {
    const { manifest, held } = withAudit(signedImages());
    expect([manifest["spec"], held]).to.deep.equal([
      { failurePolicy: "Ignore", validationActions: ["Audit"], matchImageReferences: [{ glob: "ghcr.io/acme/*" }] },
      true,
    ]);
  });
});

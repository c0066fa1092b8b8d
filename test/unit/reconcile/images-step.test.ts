/** Proves which policies on images go on auditing in a look, that one which refused goes on to, and what is followed for how long. */
import { expect } from "chai";
import type { ImagesSection } from "../../../operator/api/baseline-images.ts";
import type { JsonObject } from "../../../operator/api/json.ts";
import { images } from "../../../operator/controls/images/images.ts";
import type { ImageEvidence } from "../../../operator/controls/images/step.ts";
import { imageValidatingPolicy } from "../../../operator/kinds/image-validating-policy.ts";
import type { Section } from "../../../operator/plan/snapshot.ts";
import type { Live } from "../../../operator/plan/types.ts";
import type { BaselineEntry } from "../../../operator/reconcile/caches.ts";
import { ImagesStep } from "../../../operator/reconcile/images-step.ts";
import { signedImages } from "../plan/baseline-objects.ts";

const ENTRY = { home: "payments", uid: "1" } as unknown as BaselineEntry;
const SECTION: ImagesSection = { backend: "Kyverno", action: "Deny", onViolation: "Hold", signers: [] };
const FAILING: ImageEvidence = { pods: [{ name: "api-0", results: new Map([["signed-by-ci", { passes: false, at: 200 }]]) }] };
const PASSING: ImageEvidence = { pods: [{ name: "api-0", results: new Map([["signed-by-ci", { passes: true, at: 200 }]]) }] };

function section(parts: Partial<Record<keyof Section, unknown>> = {}): Section {
  const desired = [signedImages("Deny")];
  return { control: images, mode: "Enforce", value: SECTION, desired, present: desired, problems: [], ...parts } as unknown as Section;
}

function live(denies: boolean, control: string | undefined = "images"): Live {
  return {
    kind: imageValidatingPolicy,
    name: "signed-by-ci",
    control,
    managed: false,
    facts: JSON.stringify({ denies, since: 100 }),
  } as unknown as Live;
}

function scene(evidence: ImageEvidence) {
  const state = { followed: 0, left: 0, evidence };
  const step = new ImagesStep({
    reports: {
      follow: () => {
        state.followed += 1;
      },
      leave: () => {
        state.left += 1;
      },
      leaveAll: () => undefined,
      known: () => state.evidence,
    },
  });
  const look = (sections: readonly Section[], seen: readonly Live[]) => step.begin(ENTRY, sections, seen);
  return { step, state, look };
}

/** What the policy does after the look, and what is told. */
function outcome(sections: readonly Section[]): readonly unknown[] {
  const [one] = sections;
  const spec = one?.present[0]?.manifest["spec"] as JsonObject | undefined;
  return [spec?.["validationActions"], spec?.["failurePolicy"], one?.present[0]?.held === true, one?.problems[0]?.reason];
}

const DENIES = [["Deny"], "Fail", false, undefined];
const AUDITS = [["Audit"], "Ignore", true, "Held"];

describe("the step of section images", () => {
  it("has a policy only audit while a running pod would be refused, and refuse when all pass", () => {
    const { state, look } = scene(FAILING);
    const held = look([section()], [live(false)]);
    expect(outcome(held)).to.deep.equal(AUDITS);
    expect(held[0]?.problems[0]?.message).to.match(
      /^signed-by-ci only audits: it would refuse the running pods api-0.*: sign what runs, or set onViolation to Enforce$/,
    );
    expect(held[0]?.desired[0]?.held).to.equal(true);
    state.evidence = PASSING;
    expect(outcome(look([section()], [live(false)]))).to.deep.equal(DENIES);
  });

  it("makes a policy that is not there yet audit first, where pods run", () => {
    expect(outcome(scene(PASSING).look([section()], []))).to.deep.equal(AUDITS);
    expect(outcome(scene({ pods: [] }).look([section()], []))).to.deep.equal(DENIES);
  });

  it("has one that was seen to refuse go on to, whatever runs and whatever somebody made of it", () => {
    const { state, look } = scene(FAILING);
    expect(outcome(look([section()], [live(true)]))).to.deep.equal(DENIES);
    expect(outcome(look([section()], [live(false)]))).to.deep.equal(DENIES);
    expect(state).to.deep.include({ followed: 0, left: 2 });
  });

  it("does not take the word of a policy that is somebody else's", () => {
    const stranger = { ...live(true), control: undefined } as Live;
    expect(outcome(scene(FAILING).look([section()], [stranger]))).to.deep.equal(AUDITS);
  });

  it("remembers nothing of another baseline, nor of another time", () => {
    const { step, look } = scene(FAILING);
    look([section()], [live(true)]);
    const other = step.begin({ ...ENTRY, uid: "2" }, [section()], [live(false)]);
    expect(outcome(other)).to.deep.equal(AUDITS);
    look([section()], [live(true)]);
    step.clear();
    expect(outcome(look([section()], [live(false)]))).to.deep.equal(AUDITS);
  });

  for (const { reason, parts } of [
    { reason: "nobody holds it", parts: { value: { ...SECTION, onViolation: "Enforce" } } },
    { reason: "the section only reports", parts: { mode: "Report" } },
    { reason: "the section is refused", parts: { refused: { reason: "InvalidSpec", message: "x" } } },
    { reason: "the policies are not known", parts: { blocked: { reason: "BackendUnavailable", message: "x" } } },
  ]) {
    it(`leaves everything as it is asked for, and follows nothing, where ${reason}`, () => {
      const { state, look } = scene(FAILING);
      expect(outcome(look([section(parts)], [live(false)]))).to.deep.equal(DENIES);
      expect(state).to.deep.include({ followed: 0, left: 1 });
    });
  }
});

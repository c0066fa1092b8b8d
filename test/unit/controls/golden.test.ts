/** Proves that every golden baseline becomes exactly the documents that stand beside it. */
import { expect } from "chai";
import type { Posture } from "../../../operator/api/postures.ts";
import { ourKind, validate } from "../../../operator/api/validate.ts";
import { controls } from "../../../operator/controls/index.ts";
import type { EndpointSet } from "../../../operator/facts/kube-api.ts";
import { desiredWith } from "../../support/in-effect.ts";
import { goldenCases } from "./golden-cases.ts";
import { shuffled } from "./shuffle.ts";

const cases = goldenCases();

function manifests(baseline: Posture, kubeAPI: readonly EndpointSet[]): readonly unknown[] {
  return desiredWith(baseline, kubeAPI, "securitybaseline-breakglass").map((desired) => desired.manifest);
}

describe("golden baselines", () => {
  for (const { title, baseline, kubeAPI, expected, why } of cases) {
    describe(title, () => {
      it("is a valid baseline", () => {
        expect(validate(ourKind(baseline) ?? "SecurityBaseline", baseline)).to.deep.equal([]);
      });

      it("becomes the expected documents", () => {
        expect(manifests(baseline, kubeAPI)).to.deep.equal(expected);
      });

      it("becomes the same bytes when names, sets and keys are listed the other way round", () => {
        const other = manifests(shuffled(baseline), shuffled({ kubeAPI }).kubeAPI);
        expect(JSON.stringify(other)).to.equal(JSON.stringify(manifests(baseline, kubeAPI)));
      });

      it("says why in two to five sentences", () => {
        expect(why.match(/[.!?](?=\s)/g) ?? []).to.have.length.within(2, 5);
      });
    });
  }

  it("cover every control", () => {
    const covered = new Set(cases.map(({ title }) => title.split("/")[0]));
    expect(covered).to.include.all.keys(controls.map((control) => control.name));
  });
});

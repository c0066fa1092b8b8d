/** Proves that a desired object and what a real API server makes of it are the same to us. */
import { expect } from "chai";
import { ownedKinds } from "../../../operator/controls/index.ts";
import { normalised, recorded } from "./recorded.ts";

describe("what the API server stores", () => {
  for (const { form, kind, applied, live } of recorded) {
    it(`${form} equals what was applied`, () => expect(normalised(kind, live)).to.deep.equal(normalised(kind, applied)));
  }

  it("was recorded for every kind that Kubernetes itself serves", () => {
    const kinds = new Set(recorded.map(({ kind }) => kind.kind));
    const builtIn = ownedKinds.filter((kind) => kind.optional !== true);
    expect(builtIn.map(({ kind }) => kind).filter((kind) => !kinds.has(kind))).to.deep.equal([]);
  });
});

/** Proves what `plan` prints in each form, byte by byte, for one scene that has something of everything. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import type { PlanForm } from "../../../../operator/cli/plan/plan.ts";
import { FILES, sceneCluster } from "./scene.ts";
import { plan } from "./stage.ts";

const GOLDENS: readonly (readonly [PlanForm, string])[] = [
  ["text", "plan.txt"],
  ["json", "plan.json.txt"],
  ["markdown", "plan.md"],
  ["sarif", "plan.sarif"],
];

describe("a plan", () => {
  for (const [output, file] of GOLDENS) {
    it(`reads in form ${output} as the golden says, time and again`, async () => {
      const golden = readFileSync(join(import.meta.dirname, "goldens", file), "utf8");
      for (const run of ["first", "second"]) {
        const { code, out, err } = await plan(FILES, sceneCluster(), { output });
        expect(out, run).to.equal(golden);
        expect([code, err], run).to.deep.equal([1, ""]);
      }
    });
  }

  it("is coloured without another word, if colours are wanted", async () => {
    const plain = await plan(FILES, sceneCluster());
    const coloured = await plan(FILES, sceneCluster(), { colour: true });
    expect(coloured.out).to.contain("  \u001b[32m+ Role log-reader\u001b[0m");
    expect(coloured.out.split(/\p{Cc}\[\d+m/u).join("")).to.equal(plain.out);
  });
});

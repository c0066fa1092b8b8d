/** Proves which namespaces the rules for Falco may be printed for, and what a refusal says to write instead. */
import { expect } from "chai";
import { Command } from "commander";
import { addFalcoNamespaceFlag } from "../../../operator/cli/falco-namespace.ts";

function read(...args: string[]): unknown {
  const command = addFalcoNamespaceFlag(new Command().exitOverride().configureOutput({ writeErr: () => undefined }));
  return command.parse(args, { from: "user" }).opts()["falcoNamespace"];
}

describe("the flag for the namespace of Falco", () => {
  it("asks for no rules by default, and is read as written", () => {
    expect(read()).to.equal(undefined);
    expect(read("--falco-namespace", "falco-system")).to.equal("falco-system");
  });

  for (const name of ["", "Falco", "falco system", "falco/rules", "-falco", "f".repeat(64)]) {
    it(`refuses what no namespace is called: ${JSON.stringify(name)}`, () => {
      expect(() => read("--falco-namespace", name)).to.throw("write the namespace in which Falco runs: at most 63 lower-case letters");
    });
  }
});

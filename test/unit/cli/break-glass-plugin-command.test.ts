/** Proves that a kubeconfig of emergency access names the small program only where that can do its work. */
import { chmod, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { pluginCommand } from "../../../operator/cli/break-glass/plugin-command.ts";

describe("the program that a kubeconfig of emergency access runs", () => {
  let folder = "";
  let small = "";
  const program = (name = "securitybaseline.mjs"): string => join(folder, name);
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "securitybaseline-plugin-"));
    small = program("securitybaseline-credential.mjs");
    await writeFile(small, "", { mode: 0o755 });
  });
  afterEach(() => rm(folder, { recursive: true }));

  it("is the small one beside the whole one", () => {
    expect(pluginCommand(program())).to.equal(small);
  });

  const others: readonly { reason: string; name?: string; platform?: string; change?: () => Promise<void> }[] = [
    { reason: "there is no small one", change: () => rename(small, program("securitybaseline-credential")) },
    { reason: "the small one cannot be run", change: () => chmod(small, 0o000) },
    { reason: "the whole one has a name by which the small one would not find it", name: "securitybaseline" },
    { reason: "the program runs from its sources", name: "commands.ts" },
    { reason: "the system runs no files of this kind", platform: "win32" },
  ];
  for (const { reason, name, platform, change } of others) {
    it(`is the one on the PATH where ${reason}`, async () => {
      await change?.();
      expect(pluginCommand(program(name), platform)).to.equal("securitybaseline");
    });
  }
});

/** Proves that each command keeps the table of exit codes, and that the table has each command. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { type Command, CommanderError } from "commander";
import { createProgram } from "../../../operator/program.ts";
import { writeKubeconfig } from "../../support/command-line.ts";
import { runProgram } from "../../support/program.ts";
import { OLD } from "../breakglass/archives.ts";

const PAGE = join(import.meta.dirname, "../../../docs/reference/exit-codes.md");

/** Commands of two words, or one, that do something. */
function leavesOf(command: Command, path: readonly string[] = []): readonly (readonly [string, Command])[] {
  if (command.commands.length === 0) return [[path.join(" "), command]];
  return command.commands.flatMap((one) => leavesOf(one, [...path, one.name()]));
}

const LEAVES = leavesOf(createProgram({ programFile: "securitybaseline.mjs", begins: () => undefined })).filter(
  ([name]) => !name.startsWith("__"),
);

/** Arguments with which a command would do its work, where it has to have some. */
const ARGUMENTS: Readonly<Record<string, readonly string[]>> = {
  "audit checkpoint": ["FILE", "--location", "the safe"],
  "audit prune": ["FILE", "--yes"],
  "break-glass approve": ["incident-x", "--yes"],
  "break-glass credential": ["incident-x"],
  "break-glass deny": ["incident-x"],
  "break-glass offline": ["-n", "shop", "--role", "view", "--user", "jane", "--for", "30m"],
  "break-glass request": ["--profile", "incident", "--for", "30m", "--reason", "the shop is down, nobody can pay"],
  "break-glass review": ["incident-x"],
  "break-glass revoke": ["incident-x"],
  "break-glass show": ["incident-x"],
  "break-glass withdraw": ["incident-x"],
  plan: ["-f", "config/samples/team-alpha.yaml"],
  report: ["-o", "json"],
};

/** A port of this machine on which nobody listens. */
async function deadPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe("exit codes", () => {
  let rows: ReadonlyMap<string, readonly string[]>;
  let folder: string;
  let kubeconfig: string;

  before(async () => {
    const page = await readFile(PAGE, "utf8");
    const cells = [...page.matchAll(/^\| `([a-z -]+)` \|(.*)\|(.*)\|$/gm)];
    rows = new Map(cells.map(([, name = "", one = "", three = ""]) => [name, [one.trim(), three.trim()]]));
    folder = await mkdtemp(join(tmpdir(), "securitybaseline-codes-"));
    kubeconfig = await writeKubeconfig(folder, `http://127.0.0.1:${await deadPort()}`);
    await writeFile(join(folder, "ledger"), OLD.map((entry) => `${JSON.stringify(entry)}\n`).join(""));
  });

  after(() => rm(folder, { recursive: true }));

  it("stand in the table for each command, in the order of the alphabet", () => {
    expect([...rows.keys()]).to.deep.equal(LEAVES.map(([name]) => name).sort());
  });

  for (const [name] of LEAVES) {
    it(`of ${name} are 2 for a flag that is not there`, async () => {
      const program = createProgram({ programFile: "securitybaseline.mjs", begins: () => expect.fail("a command began") });
      for (const [, command] of leavesOf(program)) command.configureOutput({ writeErr: () => undefined });
      const parsed = program.parseAsync([...name.split(" "), "--no-such-flag"], { from: "user" });
      const error = await parsed.then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      expect(error).to.be.instanceOf(CommanderError);
      // The program answers 2 for each of these that is not 0.
      expect((error as CommanderError).exitCode).to.equal(1);
    });
  }

  for (const [name, command] of LEAVES.filter(([leaf]) => leaf !== "operator")) {
    const asksCluster = command.options.some(({ long }) => long === "--kubeconfig");
    if (asksCluster) {
      it(`of ${name} are 3 and one line where the cluster is gone`, async () => {
        const args = (ARGUMENTS[name] ?? []).map((word) => (word === "FILE" ? join(folder, "ledger") : word));
        const { code, stderr, stdout } = await runProgram([...name.split(" "), ...args, "--kubeconfig", kubeconfig]);
        expect(stderr).to.match(/^[^\n]*127\.0\.0\.1[^\n]*\n$/);
        expect({ code, stdout }).to.deep.equal({ code: 3, stdout: "" });
        expect(rows.get(name)?.[1]).to.match(/^yes/);
      });
    } else it(`of ${name} are never 3: it asks no cluster`, () => expect(rows.get(name)?.[1]).to.equal(""));
  }
});

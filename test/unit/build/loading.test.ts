/** Proves that a command loads what it needs and no more: what every command loads holds of other packages only the parser of command lines. */
import { join } from "node:path";
import { expect } from "chai";
import { build, type Metafile } from "esbuild";

const ROOT = join(import.meta.dirname, "..", "..", "..");
const PACKAGE = /^.*node_modules\/((?:@[^/]+\/)?[^/]+)\//;

/** What is loaded together with a module, at once and not later, as files of this checkout. */
async function loadedWith(entry: string): Promise<readonly string[]> {
  const options = { absWorkingDir: ROOT, bundle: true, splitting: true, format: "esm", platform: "node", logLevel: "silent" } as const;
  const { metafile } = await build({ ...options, entryPoints: [entry], outdir: "unused", write: false, metafile: true });
  const chunks = new Set<string>();
  const follow = (name: string, { outputs }: Metafile): void => {
    if (chunks.has(name)) return;
    chunks.add(name);
    for (const { path, kind, external } of outputs[name]?.imports ?? []) {
      if (kind === "import-statement" && external !== true) follow(path, { outputs, inputs: {} });
    }
  };
  const [first = ""] = Object.entries(metafile.outputs).find(([, { entryPoint }]) => entryPoint === entry) ?? [];
  follow(first, metafile);
  return [...chunks].flatMap((name) => Object.keys(metafile.outputs[name]?.inputs ?? {}));
}

function packagesOf(files: readonly string[]): readonly string[] {
  return [...new Set(files.flatMap((file) => PACKAGE.exec(file)?.[1] ?? []))].sort();
}

describe("what every command loads", function () {
  this.timeout(60_000);

  it("is, of other packages, the parser of command lines", async () => {
    expect(packagesOf(await loadedWith("operator/command-line.ts"))).to.deep.equal(["commander"]);
  });

  it("is nothing of the operator's client, its caches and its log", async () => {
    const files = await loadedWith("operator/command-line.ts");
    expect(files).to.include("operator/program.ts");
    expect(files.filter((file) => /^operator\/(cluster\/transport|reconcile|broker\/broker|observe\/log\.ts)/.test(file))).to.deep.equal(
      [],
    );
  });

  it("is for the operator all of that: the question is one that tells", async () => {
    const files = await loadedWith("operator/operator.ts");
    expect(files).to.include.members(["operator/cluster/transport.ts", "operator/observe/log.ts"]);
    expect(packagesOf(files)).to.include.members(["@kubernetes/client-node", "undici", "winston"]);
  });
});

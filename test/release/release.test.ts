/** Proves that a release is the same whenever and wherever it is made, and that each of its files is what the tool that it is for takes it for. */
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { parseAllDocuments } from "yaml";
import { controlPlaneBinary } from "../../hack/control-plane-binary.ts";
import { kubectlEnvironment } from "../../hack/control-plane-handle.ts";
import { toolBinary } from "../../hack/tool-binary.ts";
import { kubectl } from "../support/kubectl.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const VERSION = "7.8.9-rc.1";
const IMAGE = "registry.example.org/team/operator";
const URL = "https://downloads.example.org/7.8.9-rc.1";
/** Milliseconds: Go compiles the tools and the control plane on a machine that has none of them. */
const BUILDS = 60 * 60_000;
/** Seconds since 1970: when the commit of the release is dated. */
const DATE = "1767323045 +0000";
const BUFFER = { maxBuffer: 256 * 1024 * 1024 };

const run = promisify(execFile);

/** A checkout of what is in the work tree here, in order for a release of this version. Lies inside of this one, where files can be linked. */
async function checkoutIn(folder: string): Promise<void> {
  const { stdout } = await run("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], { cwd: ROOT, ...BUFFER });
  for (const path of stdout.split("\0").filter(Boolean)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await cp(join(ROOT, path), join(folder, path), { verbatimSymlinks: true });
  }
  await run("cp", ["-al", join(ROOT, "node_modules"), join(folder, "node_modules")]);
  await stateVersion(folder);
  const dated = { ...process.env, GIT_AUTHOR_DATE: DATE, GIT_COMMITTER_DATE: DATE };
  const author = ["-c", "user.name=release", "-c", "user.email=release@example.org", "-c", "commit.gpgsign=false"];
  for (const args of [
    ["init", "--quiet"],
    ["add", "--all"],
    [...author, "commit", "--quiet", "--message", "Release"],
  ]) {
    await run("git", args, { cwd: folder, env: dated, ...BUFFER });
  }
}

/** Writes the version where docs/releasing.md says that it is to be written. */
async function stateVersion(folder: string): Promise<void> {
  const { version } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  const replace = async (path: string, change: (text: string) => string): Promise<void> =>
    writeFile(join(folder, path), change(await readFile(join(folder, path), "utf8")));
  await replace("package.json", (text) => text.replace(`"version": "${version}"`, `"version": "${VERSION}"`));
  await replace("package-lock.json", (text) =>
    text.replace(`"version": "${version}"`, `"version": "${VERSION}"`).replace(`"version": "${version}"`, `"version": "${VERSION}"`),
  );
  await replace("config/default/kustomization.yaml", (text) => text.replace(`newTag: ${version}`, `newTag: ${VERSION}`));
  await run(process.execPath, ["hack/generate-config.ts"], { cwd: folder, ...BUFFER });
  await replace("CHANGELOG.md", (text) => text.replace("## Unreleased", `## ${VERSION}`));
}

/** Runs `make release`'s program as `make` does. */
function release(folder: string, environment: Readonly<Record<string, string>>, umask = "022") {
  const env = { ...process.env, VERSION, IMAGE, URL, ...environment };
  return run("sh", ["-c", `umask ${umask} && exec "$0" hack/release/release.ts`, process.execPath], { cwd: folder, env, ...BUFFER });
}

/** Objects in the order of their names, so that only their contents are compared. */
function objectsIn(text: string): readonly object[] {
  const objects = parseAllDocuments(text, { version: "1.1" }).map((document) => document.toJS());
  const nameOf = ({ kind, metadata }: { kind: string; metadata: { name: string; namespace?: string } }): string =>
    [kind, metadata.namespace ?? "", metadata.name].join("/");
  return objects.sort((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1));
}

describe("a release", function () {
  this.timeout(BUILDS);
  const tell = (line: string): void => void process.stdout.write(`${line}\n`);
  let work: string;
  let first: string;
  let files: string;
  let said: string;
  const program = `securitybaseline-program-${VERSION}`;
  const read = (name: string): Promise<string> => readFile(join(files, name), "utf8");

  before(async () => {
    await mkdir(join(ROOT, ".work"), { recursive: true });
    work = await mkdtemp(join(ROOT, ".work", "release-"));
    first = join(work, "first");
    await checkoutIn(first);
    said = (await release(first, {})).stdout;
    files = join(first, "dist", "release", VERSION);
  });
  after(() => rm(work, { recursive: true, force: true }));

  it("is the same in another folder and at another time, whatever the umask, the time zone and the language", async () => {
    const second = join(work, "deeper", "second");
    await checkoutIn(second);
    await release(second, { TZ: "Asia/Tokyo", LC_ALL: "C" }, "077");
    const again = join(second, "dist", "release", VERSION);
    expect(await readdir(again)).to.deep.equal(await readdir(files));
    await run("diff", ["--recursive", files, again]);
    await rm(second, { recursive: true });
  });

  it("is whole by its checksums, which name every file", async () => {
    await run("sha256sum", ["--check", "--strict", "SHA256SUMS"], { cwd: files });
    const named = (await read("SHA256SUMS"))
      .trimEnd()
      .split("\n")
      .map((line) => line.slice(66));
    expect([...named, "SHA256SUMS"]).to.have.members(await readdir(files));
  });

  it("is refused for what is not committed, and then leaves the folder as it was", async () => {
    await writeFile(join(first, "new.txt"), "");
    const failure = await release(first, {}).catch((error) => error);
    await rm(join(first, "new.txt"));
    expect(failure.code).to.equal(2);
    expect(failure.stderr).to.equal("release: the checkout differs from its commit in new.txt: commit or remove what `git status` lists\n");
    await run("sha256sum", ["--check", "--strict", "SHA256SUMS"], { cwd: files });
  });

  it("is refused for a tag that exists", async () => {
    await run("git", ["tag", `v${VERSION}`], { cwd: first });
    const failure = await release(first, {}).catch((error) => error);
    await run("git", ["tag", "--delete", `v${VERSION}`], { cwd: first });
    expect(failure.stderr).to.equal(`release: the tag v${VERSION} exists already: choose the next version\n`);
  });

  describe("the program in it", () => {
    let folder: string;
    const runProgram = (...args: string[]) =>
      run(process.execPath, [join(folder, "securitybaseline.mjs"), ...args], { cwd: tmpdir(), env: {}, ...BUFFER });

    before(async () => {
      const unpacked = join(work, "unpacked");
      await mkdir(unpacked);
      await run("tar", ["-x", "-z", "-f", join(files, `${program}.tar.gz`), "-C", unpacked]);
      folder = join(unpacked, program);
    });

    it("says the version, and renders a baseline", async () => {
      expect((await runProgram("version")).stdout).to.match(/^securitybaseline 7\.8\.9-rc\.1 \(commit [0-9a-f]{40}\)\n$/);
      const { stdout } = await runProgram("render", "-f", join(ROOT, "config", "samples", "team-alpha.yaml"));
      expect(stdout).to.include("kind: NetworkPolicy");
    });

    it("comes with its licence, those of others, and kubectl's plugin", async () => {
      expect(await readdir(folder)).to.have.members([
        "LICENSE",
        "THIRD_PARTY_LICENSES",
        "securitybaseline-credential.mjs",
        "securitybaseline.mjs",
      ]);
    });
  });

  describe("the manifests in it", () => {
    it("are what kubectl makes of config/default and crds, with the image of the release", async () => {
      const reference = /^image to push and sign: (.*)$/m.exec(said)?.[1] ?? "";
      expect(reference).to.match(/^registry\.example\.org\/team\/operator:7\.8\.9-rc\.1@sha256:[0-9a-f]{64}$/);
      const kustomize = async (folder: string): Promise<string> =>
        (await run(await controlPlaneBinary(tell), ["kubectl", "kustomize", join(first, folder)], { env: kubectlEnvironment(), ...BUFFER }))
          .stdout;
      const whole = (await kustomize("config/default")).replaceAll(`registry.example.com/securitybaseline/operator:${VERSION}`, reference);
      expect(objectsIn(await read("install.yaml"))).to.deep.equal(objectsIn(whole));
      expect(objectsIn(await read("crds.yaml"))).to.deep.equal(objectsIn(await kustomize("crds")));
    });

    it("are taken by a real API server from one file, in their order", async () => {
      await kubectl(["apply", "--server-side", "-f", join(files, "install.yaml")]);
      const stated = await kubectl([
        "get",
        "deployment",
        "-n",
        "securitybaseline-system",
        "securitybaseline-operator",
        "-o",
        "jsonpath={..image}",
      ]);
      expect(said).to.include(String(stated));
    });
  });

  it("has an image whose archive is a layout with the digest that was told, whole and named by the version", async () => {
    const layout = join(work, "layout");
    await mkdir(layout);
    const [archive = ""] = (await readdir(files)).filter((name) => name.endsWith(".tar"));
    await run("tar", ["-x", "-f", join(files, archive), "-C", layout]);
    const sumOf = async (path: string): Promise<string> => (await run("sha256sum", [join(layout, path)])).stdout.slice(0, 64);
    expect(said).to.include(`@sha256:${await sumOf("index.json")}`);
    const blobs = await readdir(join(layout, "blobs", "sha256"));
    expect(await Promise.all(blobs.map((name) => sumOf(join("blobs", "sha256", name))))).to.deep.equal(blobs);
    const index = JSON.parse(await readFile(join(layout, "index.json"), "utf8"));
    expect(index.manifests[0].annotations["org.opencontainers.image.ref.name"]).to.equal(VERSION);
    for (const { digest } of index.manifests) expect(blobs).to.include(digest.slice("sha256:".length));
  });

  it("has a chart that helm takes, whose default is the image of the release and which else installs the same", async () => {
    const chart = join(files, `securitybaseline-${VERSION}.tgz`);
    const helm = async (...args: string[]): Promise<string> =>
      (await run(await toolBinary("helm", tell), args, { env: { HOME: work }, ...BUFFER })).stdout;
    expect(await helm("show", "chart", chart)).to.include(`\nversion: ${VERSION}\n`);
    const args = ["template", "securitybaseline", chart, "--namespace", "securitybaseline-system", "--kube-version", "1.34.0"];
    const images = (text: string) => [...text.matchAll(/^ +image: (.*)$/gm)].map(([, image]) => String(image).replaceAll('"', ""));
    const [image, ...others] = images(await helm(...args));
    expect(others).to.deep.equal([]);
    expect(image).to.equal(`${IMAGE}@${/@(sha256:[0-9a-f]{64})$/m.exec(said)?.[1]}`);
    const names = (text: string) =>
      objectsIn(text).map((object) => {
        const { kind, metadata } = object as { kind: string; metadata: { name: string } };
        return `${kind} ${metadata.name}`;
      });
    expect(names(await helm(...args))).to.deep.equal(names(await read("install.yaml")));
  });

  it("has a manifest that krew accepts, with the checksum of the program", async () => {
    await run(await toolBinary("krew", tell), ["-skip-install", "-manifest", join(files, "securitybaseline.yaml")]);
    const [{ spec }] = objectsIn(await read("securitybaseline.yaml")) as [
      { spec: { version: string; platforms: { uri: string; sha256: string }[] } },
    ];
    expect(spec.version).to.equal(`v${VERSION}`);
    expect(spec.platforms[0]?.uri).to.equal(`${URL}/${program}.tar.gz`);
    expect(await read("SHA256SUMS")).to.include(`${spec.platforms[0]?.sha256}  ${program}.tar.gz\n`);
  });

  it("has lists of contents whose relationships lead to what they list", async () => {
    const lists = (await readdir(files)).filter((name) => name.endsWith(".spdx.json"));
    expect(lists).to.have.length(2);
    for (const name of lists) {
      const { spdxVersion, SPDXID, packages, relationships } = JSON.parse(await read(name));
      expect(spdxVersion).to.equal("SPDX-2.3");
      for (const one of packages) expect(one.SPDXID).to.match(/^SPDXRef-[A-Za-z0-9.-]+$/);
      const known = new Set([SPDXID, ...packages.map((one: { SPDXID: string }) => one.SPDXID)]);
      expect(known.size, "names are unique").to.equal(packages.length + 1);
      for (const { spdxElementId, relatedSpdxElement } of relationships)
        expect([...known]).to.include.members([spdxElementId, relatedSpdxElement]);
    }
  });
});

/** Proves that the built image is what users take it for: equal each time, pushed, pulled and signed with their own tools, and able to run on its own. */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { buildImage } from "../../hack/image/image.ts";
import { toolBinary } from "../../hack/tool-binary.ts";
import { eventually } from "../support/eventually.ts";

const run = promisify(execFile);
/** As registries name what this machine runs. */
const PLATFORM = `linux/${process.arch === "arm64" ? "arm64" : "amd64"}`;
const ROOT = join(import.meta.dirname, "..", "..");
/** Milliseconds: Go compiles the tools on a machine that has none of them. */
const BUILDS = 60 * 60_000;

async function freePort(): Promise<number> {
  await using server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as { port: number }).port;
}

describe("the image", function () {
  this.timeout(BUILDS);
  const tell = (line: string): void => void process.stdout.write(`${line}\n`);
  let work: string;
  let crane: string;
  let cosign: string;
  let reference: string;
  let built: Awaited<ReturnType<typeof buildImage>>;
  let stopRegistry = (): void => undefined;

  before(async () => {
    work = await mkdtemp(join(tmpdir(), "image-"));
    [crane, cosign] = [await toolBinary("crane", tell), await toolBinary("cosign", tell)];
    const address = `127.0.0.1:${await freePort()}`;
    const registry = spawn(crane, ["registry", "serve", "--address", address], { stdio: "ignore" });
    stopRegistry = () => registry.kill();
    await eventually("the registry answers", async () => expect((await fetch(`http://${address}/v2/`)).status).to.equal(200));
    reference = `${address}/securitybaseline/operator`;
    built = await buildImage();
    await run(crane, ["push", "--index", built.folder, `${reference}:${built.tag}`]);
  });

  after(async () => {
    stopRegistry();
    await rm(work, { recursive: true, force: true });
  });

  it("has the same digest when it is built again, whatever the umask and the time zone", async () => {
    const again = "const { buildImage } = await import('./hack/image/image.ts'); process.stdout.write((await buildImage()).digest);";
    const command = `umask 077 && exec "$0" --input-type=module -e "$1"`;
    const options = { cwd: ROOT, env: { ...process.env, TZ: "Asia/Tokyo" } };
    const { stdout } = await run("sh", ["-c", command, process.execPath, again], options);
    expect(stdout).to.equal(built.digest);
  });

  it("is in the registry by the digest that was told, whole and well-formed", async () => {
    expect((await run(crane, ["digest", `${reference}:${built.tag}`])).stdout.trim()).to.equal(built.digest);
    await run(crane, ["validate", "--remote", `${reference}@${built.digest}`]);
  });

  it("comes with the list of what is in it, found by who asks what refers to it", async () => {
    const { stdout: digest } = await run(crane, ["digest", "--platform", PLATFORM, `${reference}@${built.digest}`]);
    // Of a registry that knows no referrers, clients ask for this tag.
    const { stdout } = await run(crane, ["manifest", `${reference}:${digest.trim().replace(":", "-")}`]);
    const [referrer] = JSON.parse(stdout).manifests;
    expect(referrer.artifactType).to.equal("application/spdx+json");
    const { stdout: manifest } = await run(crane, ["manifest", `${reference}@${referrer.digest}`]);
    const [list] = JSON.parse(manifest).layers;
    const { stdout: sbom } = await run(crane, ["blob", `${reference}@${list.digest}`], { maxBuffer: 16 * 1024 * 1024 });
    expect(JSON.parse(sbom).spdxVersion).to.equal("SPDX-2.3");
  });

  it("is signed by the user's key, and known to be theirs by the public one alone", async () => {
    const keys = join(work, "keys");
    await mkdir(keys);
    const options = { cwd: keys, env: { ...process.env, COSIGN_PASSWORD: "" } };
    await run(cosign, ["generate-key-pair"], options);
    await run(cosign, ["signing-config", "create", "--out", "signing.json"], options);
    const image = `${reference}@${built.digest}`;
    await run(cosign, ["sign", "--yes", "--key", "cosign.key", "--signing-config", "signing.json", image], options);
    await run(cosign, ["verify", "--key", "cosign.pub", "--insecure-ignore-tlog", image], options);
    const stranger = join(work, "stranger");
    await mkdir(stranger);
    await run(cosign, ["generate-key-pair"], { ...options, cwd: stranger });
    const refused = await run(cosign, ["verify", "--key", join(stranger, "cosign.pub"), "--insecure-ignore-tlog", image], options).catch(
      (error) => error,
    );
    expect(refused).to.be.an("error");
  });

  it("runs with nothing but what is in it", async () => {
    const pulled = join(work, "pulled");
    await mkdir(pulled);
    await run("sh", ["-c", `"$0" export --platform "$3" "$1" - | tar -x -C "$2"`, crane, `${reference}@${built.digest}`, pulled, PLATFORM]);
    const { stdout: config } = await run(crane, ["config", "--platform", PLATFORM, `${reference}@${built.digest}`]);
    const { User, Entrypoint } = JSON.parse(config).config;
    expect(User).to.equal("65532:65532");
    // A namespace of users of its own lets everybody change the root.
    const { stdout } = await run("unshare", ["--map-root-user", "--root", pulled, ...Entrypoint, "version"], { env: {} });
    const { version } = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8"));
    expect(stdout).to.match(new RegExp(`^securitybaseline ${version} `));
  });
});

/** Proves that the image on disk holds together: each name in it is the digest of what it names, and equal inputs give an equal whole. */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { digestOf, layerOf } from "../../../hack/image/layer.ts";
import { type Descriptor, type ImageFacts, writeLayout } from "../../../hack/image/layout.ts";
import { byText } from "../../../operator/controls/order.ts";

const CREATED = new Date("2026-01-02T03:04:05Z");
const FACTS: ImageFacts = {
  architecture: "arm64",
  created: CREATED,
  config: { User: "65532:65532", Entrypoint: ["/bin/program"], Env: ["PATH=/bin"] },
  annotations: { title: "program", version: "1.2.3" },
  tag: "1.2.3",
};
const SBOM = '{"spdxVersion":"SPDX-2.3"}\n';

interface Manifest {
  readonly artifactType?: string;
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
  readonly subject?: Descriptor;
  readonly annotations: Readonly<Record<string, string>>;
}

describe("an image on disk", () => {
  let parent: string;
  let folder: string;
  let digest: string;

  const layers = async () => [
    await layerOf([{ path: "/bin/node", content: "node", isExecutable: true }], CREATED),
    await layerOf([{ path: "/bin/program", content: "program" }], CREATED),
  ];

  before(async () => {
    parent = await mkdtemp(join(tmpdir(), "image-"));
    folder = join(parent, "image");
    await mkdir(folder);
    await writeFile(join(folder, "of-an-earlier-build"), "");
    digest = await writeLayout(folder, FACTS, await layers(), SBOM);
  });

  after(() => rm(parent, { recursive: true, force: true }));

  const read = async (...path: readonly string[]) => await readFile(join(folder, ...path));
  const blob = async (named: Descriptor) => await read("blobs", ...named.digest.split(":"));
  const json = async <Content>(named: Descriptor) => JSON.parse((await blob(named)).toString("utf8")) as Content;
  const index = async (): Promise<readonly (Descriptor & { readonly platform: object })[]> =>
    JSON.parse((await read("index.json")).toString("utf8")).manifests;
  const image = async () => json<Manifest>((await index())[0] as Descriptor);
  const list = async () => json<Manifest>((await index())[1] as Descriptor);

  it("is named by the digest of its index, and nothing of an earlier build is left", async () => {
    expect(digest).to.equal(digestOf(await read("index.json")));
    expect((await readdir(folder)).toSorted(byText)).to.deep.equal(["blobs", "index.json", "oci-layout"]);
    expect((await read("oci-layout")).toString("utf8")).to.equal('{"imageLayoutVersion":"1.0.0"}');
    expect(await readdir(parent)).to.deep.equal(["image"]);
  });

  it("names what it holds by digest and size, and holds nothing that it does not name", async () => {
    const manifests = await index();
    const [program, sbom] = [await image(), await list()];
    const named = [...manifests, program.config, ...program.layers, sbom.config, ...sbom.layers];
    for (const descriptor of named) {
      const bytes = await blob(descriptor);
      expect([digestOf(bytes), bytes.length]).to.deep.equal([descriptor.digest, descriptor.size]);
    }
    const held = await readdir(join(folder, "blobs", "sha256"));
    expect(held.toSorted(byText)).to.deep.equal(named.map((descriptor) => descriptor.digest.slice("sha256:".length)).toSorted(byText));
  });

  it("runs as nobody in particular, with its layers in order", async () => {
    const { config, annotations } = await image();
    const labels = {
      "org.opencontainers.image.created": "2026-01-02T03:04:05.000Z",
      "org.opencontainers.image.title": "program",
      "org.opencontainers.image.version": "1.2.3",
    };
    expect(await json(config)).to.deep.equal({
      created: "2026-01-02T03:04:05.000Z",
      os: "linux",
      architecture: "arm64",
      config: { User: "65532:65532", Entrypoint: ["/bin/program"], Env: ["PATH=/bin"], Labels: labels },
      rootfs: { type: "layers", diff_ids: (await layers()).map(({ diffId }) => diffId) },
    });
    expect(annotations).to.deep.equal(labels);
  });

  it("has the list of what is in it as something that refers to it, and that nobody runs", async () => {
    const [named, other] = await index();
    const { artifactType, subject, layers: contents } = await list();
    expect(artifactType).to.equal("application/spdx+json");
    expect(subject).to.deep.equal({ mediaType: named?.mediaType, digest: named?.digest, size: named?.size });
    expect((await blob(contents[0] as Descriptor)).toString("utf8")).to.equal(SBOM);
    expect([named?.platform, other?.platform]).to.deep.equal([
      { os: "linux", architecture: "arm64" },
      { os: "unknown", architecture: "unknown" },
    ]);
  });

  it("has the same digest when it is written again, and another one for another program", async () => {
    const again = await writeLayout(join(parent, "again"), FACTS, await layers(), SBOM);
    const other = await writeLayout(join(parent, "other"), FACTS, (await layers()).slice(1), SBOM);
    expect(again).to.equal(digest);
    expect(other).not.to.equal(digest);
    await rm(join(parent, "again"), { recursive: true });
    await rm(join(parent, "other"), { recursive: true });
  });
});

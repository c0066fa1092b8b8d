/** Proves that a layer of the image is the same bytes for the same files, and that nobody in a container can change what is in it. */
import { gunzipSync } from "node:zlib";
import { expect } from "chai";
import { unpackTar } from "modern-tar";
import { digestOf, type ImageFile, layerOf } from "../../../hack/image/layer.ts";

const TIME = new Date("2026-01-02T03:04:05Z");
const FILES: readonly ImageFile[] = [
  { path: "/usr/local/bin/node", content: new Uint8Array([1, 2, 3]), isExecutable: true },
  { path: "/etc/passwd", content: "nonroot\n" },
  { path: "/usr/local/lib/program.mjs", content: "0\n" },
];

async function entriesOf(files: readonly ImageFile[]) {
  const { bytes } = await layerOf(files, TIME);
  const entries = await unpackTar(gunzipSync(bytes));
  return entries.map(({ header: { name, mode, uid, gid, mtime, type }, data }) => ({
    line: `${type} ${name} ${mode?.toString(8)} ${uid}:${gid} ${mtime?.toISOString()}`,
    text: data && Buffer.from(data).toString("utf8"),
  }));
}

describe("a layer of the image", () => {
  it("has folders before what is in them, all of root, dated as asked, and writable for nobody else", async () => {
    expect((await entriesOf(FILES)).map(({ line }) => line)).to.deep.equal([
      "directory etc/ 755 0:0 2026-01-02T03:04:05.000Z",
      "directory usr/ 755 0:0 2026-01-02T03:04:05.000Z",
      "directory usr/local/ 755 0:0 2026-01-02T03:04:05.000Z",
      "directory usr/local/bin/ 755 0:0 2026-01-02T03:04:05.000Z",
      "directory usr/local/lib/ 755 0:0 2026-01-02T03:04:05.000Z",
      "file etc/passwd 444 0:0 2026-01-02T03:04:05.000Z",
      "file usr/local/bin/node 555 0:0 2026-01-02T03:04:05.000Z",
      "file usr/local/lib/program.mjs 444 0:0 2026-01-02T03:04:05.000Z",
    ]);
  });

  it("has the files' contents", async () => {
    const texts = (await entriesOf(FILES)).map(({ text }) => text).filter(Boolean);
    expect(texts).to.deep.equal(["nonroot\n", "\u0001\u0002\u0003", "0\n"]);
  });

  it("is the same bytes in whatever order the files are given", async () => {
    const [one, other] = [await layerOf(FILES, TIME), await layerOf(FILES.toReversed(), TIME)];
    expect(digestOf(one.bytes)).to.equal(digestOf(other.bytes));
    expect(one.diffId).to.equal(other.diffId);
  });

  it("is named by its archive, and not by how that is compressed", async () => {
    const { bytes, diffId } = await layerOf(FILES, TIME);
    expect(diffId).to.equal(digestOf(gunzipSync(bytes)));
  });

  const refused: readonly { readonly reason: string; readonly paths: readonly string[]; readonly message: string }[] = [
    { reason: "a path from where the build runs", paths: ["etc/passwd"], message: "must be absolute, got etc/passwd" },
    { reason: "a path that climbs", paths: ["/usr/../etc/passwd"], message: "must be absolute, got /usr/../etc/passwd" },
    {
      reason: "two files of one path",
      paths: ["/etc/passwd", "/etc/group", "/etc/passwd"],
      message: "two files of an image have the path /etc/passwd",
    },
  ];
  for (const { reason, paths, message } of refused) {
    it(`refuses ${reason}`, async () => {
      const outcome = await layerOf(
        paths.map((path) => ({ path, content: "" })),
        TIME,
      ).catch((error: unknown) => error);
      expect(outcome).to.be.an("error").with.property("message").that.contains(message);
    });
  }
});

/** Proves that the one file of a release has what its kustomization lists, and that a kustomization which says more is not passed over in silence. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { imageOf, manifestsText, objectsOf, withImage } from "../../../hack/release/manifests.ts";

const KIND = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n";

describe("manifests in one file", () => {
  let work: string;

  before(async () => {
    work = await mkdtemp(join(tmpdir(), "manifests-"));
  });
  after(() => rm(work, { recursive: true, force: true }));

  async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
    const folder = await mkdtemp(join(work, "case-"));
    for (const [name, content] of Object.entries(files)) {
      await mkdir(join(folder, name, ".."), { recursive: true });
      await writeFile(join(folder, name), content);
    }
    return folder;
  }

  it("has every document of every file, those of folders among them, in their order", async () => {
    const folder = await folderWith({
      "outer/kustomization.yaml": `${KIND}resources: [../inner, two.yaml]\nimages:\n- {name: a, newName: b, newTag: "1"}\n`,
      "outer/two.yaml": "kind: B\n---\nkind: C\n",
      "inner/kustomization.yaml": `${KIND}resources: [one.yaml]\n`,
      "inner/one.yaml": "# Says nothing.\nkind: A\n",
    });
    expect(await objectsOf(join(folder, "outer"))).to.deep.equal([{ kind: "A" }, { kind: "B" }, { kind: "C" }]);
    expect(await imageOf(join(folder, "outer"))).to.deep.equal({ name: "a", newName: "b", newTag: "1" });
  });

  const refused: readonly { readonly reason: string; readonly outer: string; readonly inner: string; readonly says: RegExp }[] = [
    { reason: "patches", outer: "patches: []\n", inner: "", says: /outer\/kustomization\.yaml has patches, / },
    { reason: "a prefix of an inner one", outer: "", inner: "namePrefix: x-\n", says: /inner\/kustomization\.yaml has namePrefix, / },
    { reason: "images of an inner one", outer: "", inner: "images: [{name: a, newName: b}]\n", says: /inner names images, / },
  ];
  for (const { reason, outer, inner, says } of refused) {
    it(`is refused with ${reason}`, async () => {
      const folder = await folderWith({
        "outer/kustomization.yaml": `${KIND}resources: [../inner]\n${outer}`,
        "inner/kustomization.yaml": `${KIND}resources: []\n${inner}`,
      });
      const failure = await objectsOf(join(folder, "outer")).catch((error) => error);
      expect(failure.message).to.match(says);
    });
  }

  it("runs the image of the release wherever its name stands as an image, and nowhere else", () => {
    const object = { metadata: { name: "a" }, spec: { containers: [{ name: "a", image: "a", args: ["a"] }, { image: "ab" }] } };
    expect(withImage(object, "a", "b@sha256:1")).to.deep.equal({
      metadata: { name: "a" },
      spec: { containers: [{ name: "a", image: "b@sha256:1", args: ["a"] }, { image: "ab" }] },
    });
  });

  it("quotes what an older YAML takes for something else than text", () => {
    expect(manifestsText("About.", [{ mode: "Off" }, { answer: "yes" }])).to.equal('# About.\nmode: "Off"\n---\nanswer: "yes"\n');
  });
});

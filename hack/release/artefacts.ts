/** Makes the files of a release from a checkout that is in order: the same bytes for the same commit, whenever and in whatever folder. */
import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { parseDocument } from "yaml";
import { PLUGIN_FILE, PROGRAM_FILE } from "../../operator/cli/break-glass/program-files.ts";
import { byText } from "../../operator/controls/order.ts";
import { type ArchivedFile, archiveOf } from "../archive.ts";
import { type BuiltImage, buildImage } from "../image/image.ts";
import { digestOf } from "../image/layer.ts";
import { npmSbom, sbomOf } from "../image/sbom.ts";
import { LICENCES_FILE } from "../licences.ts";
import { sourceTime } from "../source-time.ts";
import { CHART } from "./checkout.ts";
import { editorSchemas } from "./editor-schemas.ts";
import { KREW_FILE, krewManifest } from "./krew.ts";
import { imageOf, manifestsText, objectsOf, withImage } from "./manifests.ts";

/** Where a release will be found. */
export interface Destination {
  readonly version: string;
  /** Name of the image, without tag; undefined for the one that `config/default` names. */
  readonly image: string | undefined;
  /** Where the files will be, without a slash at its end. */
  readonly url: string;
}

/** Content of a release, by the names of its files. */
export interface Release {
  readonly files: ReadonlyMap<string, Uint8Array | string>;
  /** The image by name, tag and digest. */
  readonly reference: string;
}

const DIST = "dist";

/** Builds everything. Throws where the image cannot be built on this machine. */
export async function releaseFiles(root: string, destination: Destination): Promise<Release> {
  const { version, url } = destination;
  const time = await sourceTime(root);
  const image = await buildImage();
  const { name, newName } = await imageOf(join(root, "config", "default"));
  const reference = `${destination.image ?? newName}:${version}@${image.digest}`;
  const program = await programArchive(root, version, time);
  const files = new Map<string, Uint8Array | string>([
    [program.name, program.bytes],
    [`${program.name}.spdx.json`, sbomOf(await npmSbom(root), [], time)],
    ...(await imageFiles(image, version, time)),
    ["install.yaml", await installation(root, version, { name, reference })],
    ["crds.yaml", manifestsText(`CustomResourceDefinitions of SecurityBaseline ${version}.`, await objectsOf(join(root, "crds")))],
    [LICENCES_FILE, await readFile(join(root, DIST, LICENCES_FILE))],
    [
      KREW_FILE,
      krewManifest({ version, url: `${url}/${program.name}`, sha256: hexOf(program.bytes), folder: program.folder, homepage: url }),
    ],
    ...editorSchemas(url),
    [`securitybaseline-${version}.tgz`, packed(await chartArchive(root, reference, time))],
  ]);
  return { files: files.set("SHA256SUMS", checksums(files)), reference };
}

/** What `sha256sum --check` reads. */
function checksums(files: ReadonlyMap<string, Uint8Array | string>): string {
  const lines = [...files].map(([name, content]) => `${hexOf(Buffer.from(content))}  ${name}\n`);
  return lines.toSorted((one, other) => byText(one.slice(64), other.slice(64))).join("");
}

function hexOf(bytes: Uint8Array): string {
  return digestOf(bytes).slice("sha256:".length);
}

async function installation(root: string, version: string, { name, reference }: { name: string; reference: string }): Promise<string> {
  const objects = await objectsOf(join(root, "config", "default"));
  const about = `SecurityBaseline ${version}: kubectl apply --server-side -f install.yaml`;
  return manifestsText(
    about,
    objects.map((object) => withImage(object, name, reference)),
  );
}

async function programArchive(root: string, version: string, time: Date) {
  const folder = `securitybaseline-program-${version}`;
  const files = [
    [join(DIST, PROGRAM_FILE), true],
    [join(DIST, PLUGIN_FILE), true],
    [join(DIST, LICENCES_FILE), false],
    ["LICENSE", false],
  ] as const;
  const read = files.map(async ([path, isExecutable]) => ({
    path: `${folder}/${path.slice(dirname(path) === DIST ? DIST.length + 1 : 0)}`,
    content: await readFile(join(root, path)),
    isExecutable,
  }));
  return { folder, name: `${folder}.tar.gz`, bytes: packed(await archiveOf(await Promise.all(read), time)) };
}

/** The layout as one file: tools that import images read it so. */
async function imageFiles(image: BuiltImage, version: string, time: Date): Promise<readonly [string, Uint8Array | string][]> {
  const name = `securitybaseline-image-${version}-linux-${image.architecture}.tar`;
  return [
    [name, await archiveOf(await filesBelow(image.folder), time)],
    [`${name}.spdx.json`, image.sbom],
  ];
}

/** The chart as helm packages it: its folder alone. By default it installs the image of the release. */
async function chartArchive(root: string, reference: string, time: Date): Promise<Uint8Array> {
  const files = (await filesBelow(join(root, CHART))).map(({ path, content }) => ({
    path: `securitybaseline/${path}`,
    content: path === "values.yaml" ? valuesWithImage(String(content), reference) : content,
  }));
  return archiveOf(files, time);
}

/** The tag stays empty: the chart's version is that of the release, and the digest decides. */
function valuesWithImage(values: string, reference: string): string {
  const [tagged = "", digest] = reference.split("@");
  const document = parseDocument(values);
  document.setIn(["image", "repository"], tagged.slice(0, tagged.lastIndexOf(":")));
  document.setIn(["image", "digest"], digest);
  return document.toString({ lineWidth: 0 });
}

async function filesBelow(folder: string): Promise<readonly ArchivedFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(paths.map(async (path) => ({ path: path.slice(folder.length + 1), content: await readFile(path) })));
}

function packed(archive: Uint8Array): Buffer {
  return gzipSync(archive, { level: 9 });
}

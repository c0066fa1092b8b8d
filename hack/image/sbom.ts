/** Lists what an image is made of (SPDX 2.3), for people who compare it with reports of faults: npm's own list, Node, and each library. */
import { execFile } from "node:child_process";
import { basename } from "node:path";
import { promisify } from "node:util";
import { byText } from "../../operator/controls/order.ts";
import type { Origin } from "./debian.ts";
import { digestOf } from "./layer.ts";
import type { RuntimeFile } from "./runtime.ts";

interface SpdxPackage {
  readonly SPDXID: string;
  readonly [field: string]: unknown;
}

interface SpdxRelationship {
  readonly spdxElementId: string;
  readonly relationshipType: string;
  readonly relatedSpdxElement: string;
}

/** What npm says, as far as it is read here. */
export interface NpmSbom {
  readonly name: string;
  readonly spdxVersion: string;
  readonly dataLicense: string;
  readonly SPDXID: string;
  readonly documentDescribes: readonly [string, ...string[]];
  readonly packages: readonly SpdxPackage[];
  readonly relationships: readonly SpdxRelationship[];
}

/** What npm knows of the checkout's dependencies, without those that only build and test it. */
export async function npmSbom(root: string): Promise<NpmSbom> {
  const options = { cwd: root, maxBuffer: 64 * 1024 * 1024 };
  const { stdout } = await promisify(execFile)("npm", ["sbom", "--sbom-format", "spdx", "--omit", "dev"], options);
  return JSON.parse(stdout);
}

/** The list for an image with these files of the machine that built it. Says neither who made it nor when, beyond the given time: equal images have equal lists. */
export function sbomOf(given: NpmSbom, runtime: readonly RuntimeFile[], created: Date): string {
  const npm = withValidNames(given);
  const [program] = npm.documentDescribes;
  const files = runtime.filter(({ isExecutable }) => isExecutable === true).map(filePackage);
  const packages = [...npm.packages, ...files].toSorted((one, other) => byText(one.SPDXID, other.SPDXID));
  const relationships = [
    ...npm.relationships,
    ...files.map(({ SPDXID }) => ({ spdxElementId: SPDXID, relationshipType: "RUNTIME_DEPENDENCY_OF", relatedSpdxElement: program })),
  ].toSorted((one, other) => byText(JSON.stringify(one), JSON.stringify(other)));
  const content = { packages, relationships };
  const hash = digestOf(Buffer.from(JSON.stringify(content))).slice("sha256:".length);
  const { spdxVersion, dataLicense, SPDXID, name, documentDescribes } = npm;
  const document = {
    spdxVersion,
    dataLicense,
    SPDXID,
    name,
    documentNamespace: `https://securitybaseline.dev/spdx/${hash}`,
    creationInfo: { created: created.toISOString().replace(/\.\d+Z$/, "Z"), creators: ["Tool: npm", "Tool: securitybaseline-image"] },
    documentDescribes,
    ...content,
  };
  return `${JSON.stringify(document, null, 1)}\n`;
}

/** npm names packages by characters that SPDX forbids in names. What takes their place tells them apart. https://spdx.github.io/spdx-spec/v2.3/package-information/#72-package-spdx-identifier-field */
function withValidNames(npm: NpmSbom): NpmSbom {
  const [first, ...others] = npm.documentDescribes;
  return {
    ...npm,
    documentDescribes: [validName(first), ...others.map(validName)],
    packages: npm.packages.map((one) => ({ ...one, SPDXID: validName(one.SPDXID) })),
    relationships: npm.relationships.map((one) => ({
      ...one,
      spdxElementId: validName(one.spdxElementId),
      relatedSpdxElement: validName(one.relatedSpdxElement),
    })),
  };
}

function validName(name: string): string {
  return name.replace(/[^A-Za-z0-9.-]/gu, (character) => `-x${(character.codePointAt(0) ?? 0).toString(16)}-`);
}

/** Node says its version, and the machine that of a library's package; where it knows none, a checksum remains. */
function filePackage({ path, content, origin }: RuntimeFile): SpdxPackage {
  const name = basename(path);
  const bytes = typeof content === "string" ? Buffer.from(content) : content;
  return {
    SPDXID: `SPDXRef-Runtime-${name.replace(/[^A-Za-z0-9.-]/g, "-")}`,
    name,
    ...(name === "node" && { versionInfo: process.versions.node }),
    ...(origin && { versionInfo: origin.version, externalRefs: [purlOf(origin)] }),
    packageFileName: path,
    downloadLocation: "NOASSERTION",
    filesAnalyzed: false,
    licenseDeclared: "NOASSERTION",
    checksums: [{ algorithm: "SHA256", checksumValue: digestOf(bytes).slice("sha256:".length) }],
  };
}

function purlOf({ purl }: Origin) {
  return { referenceCategory: "PACKAGE-MANAGER", referenceType: "purl", referenceLocator: purl };
}

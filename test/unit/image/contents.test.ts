/** Proves what goes into the image beside the program, and that the list of its contents (SPDX) names all of it. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { distributionOf, originOf } from "../../../hack/image/debian.ts";
import { runtimeFiles, sharedLibraries } from "../../../hack/image/runtime.ts";
import { type NpmSbom, npmSbom, sbomOf } from "../../../hack/image/sbom.ts";

const ROOT = join(import.meta.dirname, "..", "..", "..");
const CREATED = new Date("2026-01-02T03:04:05.678Z");

describe("the runtime in the image", () => {
  it("is this Node with the libraries that it loaded, and a user who is not root", async () => {
    const files = new Map((await runtimeFiles()).map(({ path, content }) => [path, content]));
    expect(files.get("/usr/local/bin/node")).to.deep.equal(await readFile(process.execPath));
    expect([...files.keys()].filter((path) => /\/(libc|libstdc\+\+|ld-linux[^/]*)\.so/.test(path))).to.have.length(3);
    expect(files.get("/etc/passwd")).to.equal("nonroot:x:65532:65532:nonroot:/:/sbin/nologin\n");
    for (const path of files.keys()) expect(path).not.to.match(/\/(sh|bash|npm|apt)$/);
  });

  it("leaves out what the kernel brings itself", () => {
    const sharedObjects = ["linux-vdso.so.1", "/lib/libc.so.6"];
    expect(sharedLibraries({ header: { glibcVersionRuntime: "2.34" }, sharedObjects })).to.deep.equal(["/lib/libc.so.6"]);
  });

  const refused: readonly { readonly reason: string; readonly version: string | undefined; readonly found: string }[] = [
    { reason: "a glibc that loads more libraries later", version: "2.33", found: "2.33" },
    { reason: "an older major version with a high minor one", version: "1.99", found: "1.99" },
    { reason: "another C library", version: undefined, found: "none" },
  ];
  for (const { reason, version, found } of refused) {
    it(`refuses ${reason}`, () => {
      const header = version === undefined ? {} : { glibcVersionRuntime: version };
      const attempt = (): unknown => sharedLibraries({ header, sharedObjects: [] });
      expect(attempt).to.throw(`the image needs glibc 2.34 or newer on the machine that builds it, found ${found}`);
    });
  }
});

describe("the list of what is in the image", () => {
  const NPM: NpmSbom = {
    name: "program@1.2.3",
    spdxVersion: "SPDX-2.3",
    dataLicense: "CC0-1.0",
    SPDXID: "SPDXRef-DOCUMENT",
    documentDescribes: ["SPDXRef-Package-program"],
    packages: [{ SPDXID: "SPDXRef-Package-program" }, { SPDXID: "SPDXRef-Package-a" }],
    relationships: [
      { spdxElementId: "SPDXRef-Package-program", relationshipType: "DEPENDS_ON", relatedSpdxElement: "SPDXRef-Package-a" },
      { spdxElementId: "SPDXRef-DOCUMENT", relationshipType: "DESCRIBES", relatedSpdxElement: "SPDXRef-Package-program" },
    ],
  };
  const FILES = [
    { path: "/lib/libstdc++.so.6", content: "abc", isExecutable: true },
    { path: "/etc/passwd", content: "nonroot" },
  ];

  it("has each library with its checksum, as something that the program needs", () => {
    const { packages, relationships, creationInfo, documentNamespace } = JSON.parse(sbomOf(NPM, FILES, CREATED));
    expect(packages.map(({ SPDXID }: { SPDXID: string }) => SPDXID)).to.deep.equal([
      "SPDXRef-Package-a",
      "SPDXRef-Package-program",
      "SPDXRef-Runtime-libstdc--.so.6",
    ]);
    expect(packages[2]).to.deep.equal({
      SPDXID: "SPDXRef-Runtime-libstdc--.so.6",
      name: "libstdc++.so.6",
      packageFileName: "/lib/libstdc++.so.6",
      downloadLocation: "NOASSERTION",
      filesAnalyzed: false,
      licenseDeclared: "NOASSERTION",
      checksums: [{ algorithm: "SHA256", checksumValue: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" }],
    });
    expect(relationships).to.deep.include({
      spdxElementId: "SPDXRef-Runtime-libstdc--.so.6",
      relationshipType: "RUNTIME_DEPENDENCY_OF",
      relatedSpdxElement: "SPDXRef-Package-program",
    });
    expect(creationInfo.created).to.equal("2026-01-02T03:04:05Z");
    expect(documentNamespace).to.match(/^https:\/\/securitybaseline\.dev\/spdx\/[0-9a-f]{64}$/);
  });

  it("has the package that a library is from, by which reports of faults are found", () => {
    const origin = originOf("Package: libstdc++6\nArchitecture: amd64\nSource: gcc-12\nVersion: 12.2.0-14+deb12u1\n", {
      id: "debian",
      version: "12",
    });
    const [library] = JSON.parse(sbomOf(NPM, [{ ...(FILES[0] as (typeof FILES)[number]), origin }], CREATED)).packages.slice(2);
    expect(library.versionInfo).to.equal("12.2.0-14+deb12u1");
    expect(library.externalRefs).to.deep.equal([
      {
        referenceCategory: "PACKAGE-MANAGER",
        referenceType: "purl",
        referenceLocator: "pkg:deb/debian/libstdc%2B%2B6@12.2.0-14%2Bdeb12u1?arch=amd64&distro=debian-12",
      },
    ]);
  });

  const releases: readonly { readonly reason: string; readonly text: string; readonly says: unknown }[] = [
    { reason: "quoted", text: 'NAME="x"\nVERSION_ID="12"\nID=debian\n', says: { id: "debian", version: "12" } },
    { reason: "without a version, as of Debian unstable", text: "ID=debian\n", says: { id: "debian", version: "" } },
    { reason: "of something else", text: "ID_LIKE=debian\n", says: undefined },
    { reason: "with more than a name", text: "ID=a&b\n", says: undefined },
  ];
  for (const { reason, text, says } of releases) {
    it(`reads the name of the distribution, ${reason}`, () => {
      expect(distributionOf(text)).to.deep.equal(says);
    });
  }

  it("names by what SPDX allows what npm names otherwise, without making two names one", () => {
    const under = { SPDXID: "SPDXRef-Package-b_c" };
    const relationship = {
      spdxElementId: "SPDXRef-Package-b_c",
      relationshipType: "DEPENDS_ON",
      relatedSpdxElement: "SPDXRef-Package-b-c",
    };
    const odd = { ...NPM, packages: [under, { SPDXID: "SPDXRef-Package-b-c" }], relationships: [relationship] };
    const { packages, relationships } = JSON.parse(sbomOf(odd, [], CREATED));
    expect(packages).to.have.deep.members([{ SPDXID: "SPDXRef-Package-b-x5f-c" }, { SPDXID: "SPDXRef-Package-b-c" }]);
    expect(relationships).to.deep.equal([{ ...relationship, spdxElementId: "SPDXRef-Package-b-x5f-c" }]);
  });

  it("is the same in whatever order its parts are told", () => {
    const turned = { ...NPM, packages: NPM.packages.toReversed(), relationships: NPM.relationships.toReversed() };
    expect(sbomOf(turned, FILES.toReversed(), CREATED)).to.equal(sbomOf(NPM, FILES, CREATED));
  });

  it("names every dependency of the program, and none that only builds or tests it", async () => {
    const { dependencies } = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8"));
    const { packages } = JSON.parse(sbomOf(await npmSbom(ROOT), [], CREATED));
    const named = packages.map(({ name, versionInfo }: Record<string, string>) => `${name}@${versionInfo}`);
    expect(named).to.include.members(Object.entries(dependencies).map(([name, version]) => `${name}@${version}`));
    expect(named.join()).not.to.match(/\b(mocha|chai|typescript|esbuild|modern-tar)@/);
  });
});

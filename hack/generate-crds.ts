/** Writes everything that follows from the types in operator/api: `make generate` for our kinds. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Project } from "ts-morph";
import { GROUP, VERSION } from "../operator/api/names.ts";
import { crdYaml } from "./crd/manifest.ts";
import { GeneratorError } from "./crd/place.ts";
import { referenceMarkdown } from "./crd/reference.ts";
import { describeKinds } from "./crd/resource.ts";
import { Source } from "./crd/source.ts";

const ROOT = join(import.meta.dirname, "..");
const API = { group: GROUP, version: VERSION };

/** Content of every generated file by its path in the checkout. */
export function generatedFiles(): ReadonlyMap<string, string> {
  const project = new Project({ skipAddingFilesFromTsConfig: true, skipFileDependencyResolution: true });
  project.addSourceFilesAtPaths(join(ROOT, "operator/api/*.ts"));
  const kinds = describeKinds(new Source(project));
  const schemas = Object.fromEntries(kinds.map((kind) => [kind.name, kind.schema]));
  return new Map([
    ["operator/api/generated/schemas.json", `${JSON.stringify(schemas, null, 1)}\n`],
    ...kinds.flatMap((kind): [string, string][] => [
      [`crds/${GROUP}_${kind.plural}.yaml`, crdYaml(kind, API)],
      [`docs/reference/${kind.singular}.md`, referenceMarkdown(kind, API)],
    ]),
  ]);
}

function writeAll(files: ReadonlyMap<string, string>): void {
  for (const [path, content] of files) {
    const target = join(ROOT, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, content);
  }
}

if (import.meta.main) {
  try {
    writeAll(generatedFiles());
  } catch (error) {
    if (!(error instanceof GeneratorError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}

/**
 * Owns the check of golden objects against the schemas of their projects' own CRDs. These are not part of the checkout: their
 * folder is named by REAL_CRDS, or lies as `shared/crds` beside the checkout; where there is none, there are no tests here.
 * Rules in CEL and admission webhooks are not evaluated.
 */
import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import { expect } from "chai";
import { parseAllDocuments } from "yaml";
import { closeSchema } from "../../../operator/api/closed-schema.ts";
import type { JsonObject } from "../../../operator/api/json.ts";
import type { StructuralSchema } from "../../../operator/api/structural-schema.ts";
import { ownedKinds } from "../../../operator/controls/index.ts";
import type { OwnedKind } from "../../../operator/kinds/kind.ts";
import { normalised } from "../kinds/recorded.ts";
import { goldenCases } from "./golden-cases.ts";

interface Definition {
  readonly kind?: string;
  readonly spec: {
    readonly group: string;
    readonly scope: string;
    readonly names: { readonly kind: string; readonly plural: string };
    readonly versions: readonly {
      readonly name: string;
      readonly served: boolean;
      readonly schema: { readonly openAPIV3Schema: StructuralSchema };
    }[];
  };
}

interface Document extends JsonObject {
  readonly apiVersion: string;
  readonly kind: string;
}

const folder = process.env["REAL_CRDS"] ?? join(import.meta.dirname, "../../../../shared/crds");
const foreign = ownedKinds.filter((kind) => kind.optional === true);
const golden = goldenCases().flatMap(({ title, expected }) => expected.map((document) => ({ title, document: document as Document })));

/** Only files that could define one of the kinds are parsed: some of these folders hold megabytes. */
function definitions(): readonly Definition[] {
  const wanted = foreign.map(({ kind }) => new RegExp(`^\\s+kind: ${kind}$`, "m"));
  return globSync("**/*.yaml", { cwd: folder })
    .map((file) => readFileSync(join(folder, file), "utf8"))
    .filter((text) => wanted.some((pattern) => pattern.test(text)))
    .flatMap((text) => parseAllDocuments(text).map((document) => document.toJS() as Definition))
    .filter((one) => one.kind === "CustomResourceDefinition");
}

function versionOf(kind: OwnedKind, all: readonly Definition[]) {
  const [group, version] = kind.apiVersion.split("/");
  const definition = all.find(({ spec }) => spec.group === group && spec.names.kind === kind.kind);
  return { definition, version: definition?.spec.versions.find(({ name, served }) => served && name === version) };
}

function validatorOf(kind: OwnedKind, all: readonly Definition[]) {
  const schema = versionOf(kind, all).version?.schema.openAPIV3Schema;
  const ajv = new Ajv({ allErrors: true, strict: false, useDefaults: true, validateFormats: false });
  return ajv.compile(schema === undefined ? false : closeSchema(schema, kind));
}

function describeKinds(all: readonly Definition[]): void {
  for (const kind of foreign) {
    describe(`${kind.apiVersion} ${kind.kind}`, () => {
      it("is served under its name and in its scope", () => {
        const { definition, version } = versionOf(kind, all);
        expect(version?.served).to.equal(true);
        expect([definition?.spec.names.plural, definition?.spec.scope]).to.deep.equal([kind.resource, "Namespaced"]);
      });

      const validate = validatorOf(kind, all);
      for (const { title, document } of golden.filter((one) => one.document.kind === kind.kind)) {
        it(`${title} has only fields and values that it takes, and what it fills in is no difference`, () => {
          const stored = structuredClone(document);
          validate(stored);
          expect(validate.errors ?? []).to.deep.equal([]);
          expect(normalised(kind, stored)).to.deep.equal(normalised(kind, document));
        });
      }
    });
  }
}

if (existsSync(folder)) describe("golden objects and the CRDs of their projects", () => describeKinds(definitions()));

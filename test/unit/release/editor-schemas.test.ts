/** Proves that the schemas for editors accept what we show and refuse what the API server would, and that the catalogue leads to each. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Ajv, type ValidateFunction } from "ajv";
import { expect } from "chai";
import { parseAllDocuments } from "yaml";
import { editorSchemas } from "../../../hack/release/editor-schemas.ts";

const SAMPLES = join(import.meta.dirname, "..", "..", "..", "config", "samples");
const URL = "https://example.com/1.2.3";
const BASELINE = { apiVersion: "securitybaseline.dev/v1alpha1", kind: "SecurityBaseline", metadata: { name: "baseline" } };

describe("schemas for editors", () => {
  const files = editorSchemas(URL);
  const schemaOf = (kind: string) => JSON.parse(files.get(`${kind.toLowerCase()}-v1alpha1.schema.json`) ?? "");
  const judges = new Map<string, ValidateFunction>();
  /** Strict: a word that no editor knows is an error. */
  const judgeOf = (kind: string): ValidateFunction => {
    const judge = judges.get(kind) ?? new Ajv({ strictTypes: false, validateFormats: false }).compile(schemaOf(kind));
    judges.set(kind, judge);
    return judge;
  };

  for (const sample of ["minimal.yaml", "team-alpha.yaml", "secrets.yaml", "break-glass.yaml"]) {
    it(`accept ${sample} of the samples`, async () => {
      const text = await readFile(join(SAMPLES, sample), "utf8");
      const objects = parseAllDocuments(text, { version: "1.1" }).map((document) => document.toJS());
      const ours = objects.filter(({ apiVersion }) => apiVersion === BASELINE.apiVersion);
      expect(ours.length).to.be.above(0);
      for (const object of ours) {
        const judge = judgeOf(object.kind);
        expect(judge(object), JSON.stringify(judge.errors)).to.equal(true);
      }
    });
  }

  const refused: readonly { readonly reason: string; readonly object: object }[] = [
    { reason: "a field that is misspelt", object: { ...BASELINE, spec: { podSecurty: {} } } },
    { reason: "one beside the spec", object: { ...BASELINE, spec: {}, specs: {} } },
    { reason: "a value that is none of a list", object: { ...BASELINE, spec: { mode: "Sometimes" } } },
    { reason: "a type that is another one", object: { ...BASELINE, spec: { exceptions: {} } } },
    { reason: "another version", object: { ...BASELINE, apiVersion: "securitybaseline.dev/v1", spec: {} } },
    { reason: "another kind", object: { ...BASELINE, kind: "SecurityBaselines", spec: {} } },
  ];
  for (const { reason, object } of refused) {
    it(`refuse ${reason}`, () => {
      expect(judgeOf("SecurityBaseline")(object)).to.equal(false);
    });
  }

  it("are listed in the catalogue, each at its own place", () => {
    const { schemas } = JSON.parse(files.get("schema-catalogue.json") ?? "");
    expect(schemas.map(({ name }: { name: string }) => name)).to.have.members([
      "BreakGlassAuditEntry",
      "BreakGlassCheckpoint",
      "BreakGlassDecision",
      "BreakGlassRequest",
      "ClusterSecurityBaseline",
      "SecurityBaseline",
    ]);
    for (const { name, url } of schemas)
      expect(url)
        .to.equal(schemaOf(name).$id)
        .and.to.match(/^https:\/\/example\.com\/1\.2\.3\/[a-z0-9.-]+$/);
  });
});

/**
 * Proves that what one applies is what counts: under server-side apply nobody's value stays inside a list or a map of another's. Only lists of named
 * entries are merged, entry by entry, so that several people can state parts of one baseline.
 */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { parse } from "yaml";

const CRDS = join(import.meta.dirname, "..", "..", "..", "crds");

/** Lists whose entries are merged: those that a person would say has entries with a name. */
const MERGED = [
  "access.roles by name",
  "admission.exemptions by name",
  "admission.requiredLabels by key",
  "breakGlass.profiles by name",
  "images.signers by name",
  "mesh.plaintextPorts by name",
  "network.egress by name",
  "network.ingress by name",
  "secrets.externalSecrets by name",
  "secrets.sealedSecrets by name",
  "secrets.secretProviderClasses by name",
  "secrets.secretProviderClasses.secretObjects by secretName",
  "secrets.secretProviderClasses.secretObjects.data by key",
  "secrets.stores by name",
  "serviceAccounts.accounts by name",
];

interface Schema {
  readonly type?: string;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema;
  readonly items?: Schema;
  readonly "x-kubernetes-list-type"?: string;
  readonly "x-kubernetes-list-map-keys"?: readonly string[];
  readonly "x-kubernetes-map-type"?: string;
}

/** What of a schema is merged, as `path by key` for lists and `path` for free maps. What lies below something atomic goes with it. */
function merged(schema: Schema, path: readonly string[] = []): string[] {
  const { type, properties = {}, items } = schema;
  if (type === "array") {
    if (schema["x-kubernetes-list-type"] === "atomic" || items === undefined) return [];
    return [`${path.join(".")} by ${schema["x-kubernetes-list-map-keys"]?.join() ?? "value"}`, ...merged(items, path)];
  }
  if (schema["x-kubernetes-map-type"] === "atomic") return [];
  const map = schema.additionalProperties === undefined ? [] : [path.join(".")];
  return [...map, ...Object.entries(properties).flatMap(([name, property]) => merged(property, [...path, name]))];
}

/** Paths of the defaults that lie inside a list or a map which is applied as a whole. */
function defaultsWithin(schema: Schema, path: readonly string[] = [], whole = false): string[] {
  const { properties = {}, items, additionalProperties } = schema;
  const found = whole && schema.default !== undefined ? [path.join(".")] : [];
  const below = whole || schema["x-kubernetes-map-type"] === "atomic";
  if (items !== undefined) found.push(...defaultsWithin(items, path, below || schema["x-kubernetes-list-type"] !== "map"));
  if (additionalProperties !== undefined) found.push(...defaultsWithin(additionalProperties, path, below));
  return [...found, ...Object.entries(properties).flatMap(([name, property]) => defaultsWithin(property, [...path, name], below))];
}

/** The schema of every kind's spec, by the CRD's file. */
async function specs(): Promise<[string, Schema][]> {
  const files = (await readdir(CRDS)).filter((name) => name.startsWith("securitybaseline.dev_"));
  return Promise.all(files.map(async (file) => [file, specOf(parse(await readFile(join(CRDS, file), "utf8")))] as [string, Schema]));
}

function specOf(crd: {
  readonly spec: { readonly versions: readonly { readonly schema: { readonly openAPIV3Schema: Schema } }[] };
}): Schema {
  const spec = crd.spec.versions[0]?.schema.openAPIV3Schema.properties?.["spec"];
  if (spec === undefined) throw new Error("a kind without a spec");
  return spec;
}

describe("what is merged of a baseline", () => {
  it("is its entries with names, and nothing else", async () => {
    const crd = parse(await readFile(join(CRDS, "securitybaseline.dev_securitybaselines.yaml"), "utf8"));
    expect(merged(specOf(crd))).to.have.members(MERGED);
  });

  it("is the same in every other kind: named entries only", async () => {
    for (const [file, spec] of await specs()) {
      const found = merged(spec);
      expect(
        found.filter((one) => !/ by (name|secretName|key)$/.test(one)),
        file,
      ).to.deep.equal([]);
    }
  });

  // Argo CD, for one, compares by the schema's lists but not by its defaults: the list would be out of sync for ever.
  it("is never a list or a map as a whole into which the API server fills defaults", async () => {
    for (const [file, spec] of await specs()) expect(defaultsWithin(spec), file).to.deep.equal([]);
  });
});

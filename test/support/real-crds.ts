/**
 * Owns the tests of what the operator makes against the CRDs of other projects as they publish them. Those are not part of the checkout: their folder is named
 * by REAL_CRDS, or lies as `shared/crds` beside the checkout; where there is none, there are no such tests.
 */
import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { expect } from "chai";
import { parseAllDocuments } from "yaml";
import type { SecurityBaselineSpec } from "../../operator/api/baseline.ts";
import type { JsonObject } from "../../operator/api/json.ts";
import type { KubernetesObject } from "../../operator/api/object.ts";
import { ownedKinds } from "../../operator/controls/index.ts";
import { normalised } from "../unit/kinds/recorded.ts";
import type { ApiClient } from "./api-client.ts";
import { type Backend, removeBackends, removeKinds } from "./backend-kinds.ts";
import { admin, freshNamespace } from "./cluster.ts";
import { eventually } from "./eventually.ts";
import { namespaceWith, operatorClient } from "./operator-token.ts";
import { refusal } from "./refusal.ts";

const ROOT = join(import.meta.dirname, "..", "..");
/** One folder per project. */
const CRDS = process.env["REAL_CRDS"] ?? join(ROOT, "..", "shared", "crds");
const SMALL = join(ROOT, "test", "support", "crds");
const GOLDENS = join(ROOT, "test", "golden");
const KEYWORDS = ["type", "format", "default", "x-kubernetes-list-type", "x-kubernetes-map-type", "enum"] as const;
/** What the small schemas may leave out, because it only refuses more. */
const OPTIONAL_KEYWORDS: readonly string[] = ["enum"];

/** What is held against real CRDs. */
export interface Trial {
  /** Folders of the projects. */
  readonly projects: readonly string[];
  /** The small CRDs that stand for them in other tests. */
  readonly small: readonly Backend[];
  /** Section whose golden baselines are tried. */
  readonly section: string;
  /** A field that one of the kinds does not have. */
  readonly unknown: { readonly object: KubernetesObject; readonly field: string };
}

/** The part of a structural schema that decides how an object is stored and merged. */
interface Schema {
  readonly type?: string;
  readonly format?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly additionalProperties?: Schema;
  readonly "x-kubernetes-list-type"?: string;
  readonly "x-kubernetes-map-type"?: string;
}

interface Definition extends KubernetesObject {
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string; readonly plural: string };
    readonly scope: string;
    readonly versions: readonly {
      readonly name: string;
      readonly served: boolean;
      readonly subresources?: object;
      readonly schema: { readonly openAPIV3Schema: Schema };
    }[];
  };
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

/** The objects of a YAML file; a document without content is none. */
function documents<T = KubernetesObject>(path: string): T[] {
  const all = parseAllDocuments(readFileSync(path, "utf8")).map((document): T | null => document.toJS());
  return all.filter((object) => object !== null);
}

export const refOf = ({ metadata }: KubernetesObject) => ({
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  name: metadata?.name ?? "",
});

/** Strict server-side apply as the operator does it, admission included, kept nowhere. */
async function dryRun(client: ApiClient, namespace: string, object: KubernetesObject): Promise<KubernetesObject> {
  const { apiVersion = "", kind = "", metadata } = object;
  const path = await admin().path({ apiVersion, kind, namespace, name: metadata?.name ?? "" });
  const query = "?dryRun=All&fieldValidation=Strict&fieldManager=securitybaseline&force=true";
  const body = { ...object, metadata: { ...metadata, namespace } };
  return client.send({ method: "PATCH", path: path + query, body, contentType: "application/apply-patch+yaml" });
}

/** The decisive fields of an object, after what its kind knows of defaults. */
function decisive(object: KubernetesObject): unknown {
  const kind = ownedKinds.find((one) => one.kind === object.kind);
  if (kind === undefined) throw new Error(`${object.kind} is no kind of ours`);
  return normalised(kind, object as JsonObject);
}

/** Paths at which the small schema is not a part of the real one. */
function differences(path: string, small: Schema | undefined, real: Schema | undefined): string[] {
  if (small === undefined) return [];
  if (real === undefined) return [`${path} is not there`];
  const own = KEYWORDS.filter((key) => small[key] !== undefined || !OPTIONAL_KEYWORDS.includes(key));
  return [
    ...own.filter((key) => !isDeepStrictEqual(small[key], real[key])).map((key) => `${path} ${key}`),
    ...Object.entries(small.properties ?? {}).flatMap(([name, one]) => differences(`${path}.${name}`, one, real.properties?.[name])),
    ...differences(`${path}[]`, small.items, real.items),
    ...differences(`${path}{}`, small.additionalProperties, real.additionalProperties),
  ];
}

/** What the projects publish; nothing where there are no CRDs. */
export function definitionsOf(projects: readonly string[]): readonly Definition[] {
  return projects.flatMap((project) =>
    globSync(join(CRDS, project, "*.yaml"))
      .sort()
      .flatMap((path) => documents<Definition>(path)),
  );
}

export async function install(definitions: readonly Definition[]): Promise<void> {
  for (const definition of definitions) await admin().apply(definition, { force: true });
  for (const definition of definitions) {
    await eventually(`${definition.metadata?.name} is established`, async () => {
      const { status } = await admin().get<Definition>(refOf(definition));
      return status?.conditions?.some(({ type, status: is }) => type === "Established" && is === "True") ?? false;
    });
  }
}

/** Declares tests that a project takes manifests of ours as they are, of the kinds whose CRDs are at hand; none where there are no CRDs. */
export function describeManifests(project: string, manifests: readonly KubernetesObject[]): void {
  if (!existsSync(CRDS)) return;
  const kinds = new Set(manifests.map(({ kind }) => kind));
  const definitions = definitionsOf([project]).filter(({ spec }) => kinds.has(spec.names.kind));
  const known = new Set(definitions.map(({ spec }) => spec.names.kind));
  const objects = manifests.filter(({ kind = "" }) => known.has(kind));

  describe(`the real CRDs of ${project}`, () => {
    before(async () => {
      await install(definitions);
      for (const { apiVersion = "", kind = "" } of objects) await eventually(`${kind} is served`, () => admin().list(apiVersion, kind));
    });
    after(() => removeKinds(definitions.map(refOf)));

    for (const object of objects) {
      const { apiVersion = "", kind = "", metadata: { namespace = "", name = "" } = {} } = object;
      const send = async (body: object): Promise<KubernetesObject> => {
        const path = `${await admin().path({ apiVersion, kind, namespace, name })}?dryRun=All&fieldValidation=Strict&fieldManager=tests`;
        return admin().send({ method: "PATCH", path, body, contentType: "application/apply-patch+yaml" });
      };

      it(`take ${kind} ${name} as it is, and no field that they do not have`, async () => {
        expect((await send(object))["spec"]).to.deep.equal(object["spec"]);
        const other = { ...object, spec: { ...(object["spec"] as object), unheardOf: true } };
        expect((await refusal(send(other))).message).to.contain("unheardOf");
      });
    }
  });
}

/** Declares the tests; none where there are no CRDs. */
export function describeRealCrds(trial: Trial): void {
  if (!existsSync(CRDS)) return;
  const small = trial.small.flatMap((file) => documents<Definition>(join(SMALL, `${file}.yaml`)));
  const wanted = new Set(ownedKinds.map(({ kind }) => kind));
  const all = definitionsOf(trial.projects);
  const isKnown = ({ metadata }: Definition): boolean => small.some((one) => one.metadata?.name === metadata?.name);
  describeSmall(small, all);
  describeReal(
    trial,
    all.filter((one) => wanted.has(one.spec.names.kind) || isKnown(one)),
  );
}

function describeSmall(small: readonly Definition[], definitions: readonly Definition[]): void {
  describe("the small CRDs of the tests", () => {
    for (const one of small) {
      it(`say of ${one.metadata?.name} nothing that the real one does not`, () => {
        const real = definitions.find(({ metadata }) => metadata?.name === one.metadata?.name);
        const [version] = one.spec.versions;
        const [same] = real?.spec.versions.filter(({ name }) => name === version?.name) ?? [];
        expect([one.spec.scope, version?.served, version?.subresources]).to.deep.equal([
          real?.spec.scope,
          same?.served,
          same?.subresources,
        ]);
        expect(differences("", version?.schema.openAPIV3Schema, same?.schema.openAPIV3Schema)).to.deep.equal([]);
      });
    }
  });
}

function describeReal({ small, section, unknown }: Trial, definitions: readonly Definition[]): void {
  describe(`the real CRDs that section ${section} needs`, () => {
    let operator: ApiClient;

    before(async () => {
      await removeBackends(...small);
      operator = await operatorClient();
      await install(definitions);
    });

    after(() => removeKinds(definitions.map(refOf)));

    for (const golden of globSync("*", { cwd: join(GOLDENS, section) }).sort()) {
      it(`take what the operator makes and fill in nothing that is drift: ${golden}`, async () => {
        const [baseline] = documents(join(GOLDENS, section, golden, "baseline.yaml"));
        const namespace = await namespaceWith(baseline?.["spec"] as SecurityBaselineSpec);
        // What stands on the Namespace itself is of no other project's kind.
        const objects = documents(join(GOLDENS, section, golden, "expected.yaml")).filter(({ kind }) => kind !== "Namespace");
        for (const object of objects) {
          const stored = await eventually("the policies see the baseline", () => dryRun(operator, namespace, object));
          expect(decisive(stored)).to.deep.equal(decisive({ ...object, metadata: { ...object.metadata, namespace } }));
        }
      });
    }

    it("refuse a field that they do not have, so that the tests above can fail", async () => {
      const failure = await refusal(dryRun(admin(), await freshNamespace("real"), unknown.object));
      expect(failure.message).to.contain(unknown.field);
    });
  });
}

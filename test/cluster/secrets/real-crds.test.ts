/** Proves that the API of the real backends takes what section `secrets` makes, where a folder with their CRDs is at hand. */
import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { expect } from "chai";
import { parseAllDocuments } from "yaml";
import type { SecurityBaselineSpec } from "../../../operator/api/baseline.ts";
import type { JsonObject } from "../../../operator/api/json.ts";
import type { KubernetesObject } from "../../../operator/api/object.ts";
import { ownedKinds } from "../../../operator/controls/index.ts";
import type { ApiClient } from "../../support/api-client.ts";
import { BACKENDS, removeBackends, removeKinds } from "../../support/backend-kinds.ts";
import { admin, freshNamespace } from "../../support/cluster.ts";
import { eventually } from "../../support/eventually.ts";
import { namespaceWith, operatorClient } from "../../support/operator-token.ts";
import { refusal } from "../../support/refusal.ts";
import { normalised } from "../../unit/kinds/recorded.ts";

const ROOT = join(import.meta.dirname, "..", "..", "..");
/** One folder per project, as they publish them. */
const CRDS = process.env["REAL_CRDS"] ?? join(ROOT, "..", "shared", "crds");
const PROJECTS = ["external-secrets", "secrets-store-csi-driver", "sealed-secrets"];
const SMALL = join(ROOT, "test", "support", "crds");
const KEYWORDS = ["type", "format", "default", "x-kubernetes-list-type", "x-kubernetes-map-type", "enum"] as const;
/** What the small schemas may leave out, because it only refuses more. */
const OPTIONAL_KEYWORDS: readonly string[] = ["enum"];
const GOLDENS = join(ROOT, "test", "golden", "secrets");

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

const definitions = PROJECTS.flatMap((project) =>
  globSync(join(CRDS, project, "*.yaml"))
    .sort()
    .flatMap((path) => documents<Definition>(path)),
);

const refOf = ({ metadata }: KubernetesObject) => ({
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

if (existsSync(CRDS)) {
  describe("the small CRDs of the tests", () => {
    for (const small of globSync("*.yaml", { cwd: SMALL }).flatMap((file) => documents<Definition>(join(SMALL, file)))) {
      it(`say of ${small.metadata?.name} nothing that the real one does not`, () => {
        const real = definitions.find(({ metadata }) => metadata?.name === small.metadata?.name);
        const [version] = small.spec.versions;
        const [same] = real?.spec.versions.filter(({ name }) => name === version?.name) ?? [];
        expect([small.spec.scope, version?.served, version?.subresources]).to.deep.equal([
          real?.spec.scope,
          same?.served,
          same?.subresources,
        ]);
        expect(differences("", version?.schema.openAPIV3Schema, same?.schema.openAPIV3Schema)).to.deep.equal([]);
      });
    }
  });

  describe("the real CRDs of the backends", () => {
    let operator: ApiClient;

    before(async () => {
      await removeBackends(...BACKENDS);
      operator = await operatorClient();
      for (const definition of definitions) await admin().apply(definition, { force: true });
      for (const definition of definitions) {
        await eventually(`${definition.metadata?.name} is established`, async () => {
          const { status } = await admin().get<Definition>(refOf(definition));
          return status?.conditions?.some(({ type, status: is }) => type === "Established" && is === "True") ?? false;
        });
      }
    });

    after(() => removeKinds(definitions.map(refOf)));

    for (const golden of globSync("*", { cwd: GOLDENS }).sort()) {
      it(`take what the operator makes and fill in nothing that is drift: ${golden}`, async () => {
        const [baseline] = documents(join(GOLDENS, golden, "baseline.yaml"));
        const namespace = await namespaceWith(baseline?.["spec"] as SecurityBaselineSpec);
        for (const object of documents(join(GOLDENS, golden, "expected.yaml"))) {
          const stored = await eventually("the policies see the baseline", () => dryRun(operator, namespace, object));
          expect(decisive(stored)).to.deep.equal(decisive({ ...object, metadata: { ...object.metadata, namespace } }));
        }
      });
    }

    it("refuse a field that they do not have, so that the tests above can fail", async () => {
      const spec = { provider: { vault: { sever: "x" } } };
      const store = { apiVersion: "external-secrets.io/v1", kind: "SecretStore", metadata: { name: "x" }, spec };
      const failure = await refusal(dryRun(admin(), await freshNamespace("real"), store));
      expect(failure.message).to.contain("sever");
    });
  });
}

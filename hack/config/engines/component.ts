/** Writes the kustomize component of a policy engine: its own objects, and what it changes in the installation so that the API server's own policies only warn. */
import { isDeepStrictEqual } from "node:util";
import { stringify } from "yaml";
import type { Json, JsonObject } from "../../../operator/api/json.ts";
import type { AdmissionEngine } from "../../../operator/policies/admission/engines.ts";
import { admissionPolicies, admissionPoliciesBeside } from "../../../operator/policies/admission/index.ts";
import { policyDocuments } from "../../../operator/policies/documents.ts";
import type { Policy } from "../../../operator/policies/policy.ts";
import type { ManifestFile } from "../files.ts";
import { OPERATOR_ACCOUNT } from "../installation.ts";

interface Document extends JsonObject {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: JsonObject;
}

/** The files of a component; `objects` are what the engine itself reads. */
export function componentFiles(engine: AdmissionEngine, objects: readonly ManifestFile[]): readonly ManifestFile[] {
  const folder = `engines/${engine.toLowerCase()}`;
  const native = documents(admissionPolicies);
  const beside = documents(admissionPoliciesBeside(engine));
  const added = beside.filter((document) => !native.some((one) => isSame(one, document)));
  const policies: readonly ManifestFile[] =
    added.length === 0
      ? []
      : [{ path: "warned.yaml", about: `What the API server warns of where ${engine} is to refuse it.`, documents: added }];
  const files = [...objects, ...policies];
  const kustomization = {
    apiVersion: "kustomize.config.k8s.io/v1alpha1",
    kind: "Component",
    resources: files.map(({ path }) => path),
    patches: [...native.flatMap((document) => patchOf(document, beside)), flag(engine)],
  };
  return [
    ...files.map((file) => ({ ...file, path: `${folder}/${file.path}` })),
    {
      path: `${folder}/kustomization.yaml`,
      about: `Component for an overlay of config/default: ${engine} refuses what it judges of section admission, and of that the API server only warns.`,
      documents: [kustomization],
    },
  ];
}

function documents(policies: readonly Policy[]): readonly Document[] {
  return policies.flatMap(policyDocuments) as unknown as readonly Document[];
}

function isSame(one: Document, other: Document): boolean {
  return one.kind === other.kind && one.metadata.name === other.metadata.name;
}

/** Whole fields are replaced: a merge would leave entries of lists behind. */
function patchOf(document: Document, wanted: readonly Document[]): readonly JsonObject[] {
  const { kind, metadata, spec } = document;
  const other = wanted.find((one) => isSame(one, document));
  if (other === undefined) throw new Error(`${kind} ${metadata.name} is in no variant of the installation`);
  const changes = Object.entries(other.spec)
    .filter(([key, value]) => !isDeepStrictEqual(value, spec[key]))
    .map(([key, value]) => ({ op: "replace", path: `/spec/${key}`, value }));
  return changes.length === 0 ? [] : [patch(kind, metadata.name, changes)];
}

/** The operator holds the installation against what its flags say. */
function flag(engine: AdmissionEngine): JsonObject {
  const add = { op: "add", path: "/spec/template/spec/containers/0/args/-", value: `--admission-engine=${engine}` };
  return patch("Deployment", OPERATOR_ACCOUNT, [add]);
}

function patch(kind: string, name: string, operations: readonly Json[]): JsonObject {
  return { target: { kind, name }, patch: stringify(operations, { lineWidth: 0 }) };
}

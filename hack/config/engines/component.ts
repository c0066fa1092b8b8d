/** Writes the kustomize component of a policy engine: its own objects, and what it changes in the installation so that the API server's own policies only warn. */
import type { AdmissionEngine } from "../../../operator/policies/admission/engines.ts";
import { admissionPolicies, admissionPoliciesBeside } from "../../../operator/policies/admission/index.ts";
import { policyDocuments } from "../../../operator/policies/documents.ts";
import type { ManifestFile } from "../files.ts";
import { difference, flagPatch } from "../patches.ts";

/** The files of a component; `objects` are what the engine itself reads. */
export function componentFiles(engine: AdmissionEngine, objects: readonly ManifestFile[]): readonly ManifestFile[] {
  const folder = `engines/${engine.toLowerCase()}`;
  const beside = admissionPoliciesBeside(engine).flatMap(policyDocuments);
  const { added, patches } = difference(admissionPolicies.flatMap(policyDocuments), beside);
  const policies: readonly ManifestFile[] =
    added.length === 0
      ? []
      : [{ path: "warned.yaml", about: `What the API server warns of where ${engine} is to refuse it.`, documents: added }];
  const files = [...objects, ...policies];
  const kustomization = {
    apiVersion: "kustomize.config.k8s.io/v1alpha1",
    kind: "Component",
    resources: files.map(({ path }) => path),
    patches: [...patches, flagPatch(`--admission-engine=${engine}`)],
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

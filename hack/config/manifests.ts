/** Lists the generated files: everything in `config/` that follows from the declarations of controls, kinds and policies. */

import { CONFINEMENT_PREFIX } from "../../operator/api/installation.ts";
import { breakGlassNamespace, DEFAULT_SETTINGS } from "../../operator/breakglass/installation.ts";
import { installationRights } from "../../operator/breakglass/installation-rights.ts";
import { suppliedRoles } from "../../operator/breakglass/supplied-roles.ts";
import { builtInRoles } from "../../operator/controls/access/built-in-roles.ts";
import { observedKinds, ownedKinds } from "../../operator/controls/index.ts";
import { judgedKinds } from "../../operator/findings/index.ts";
import { senderPolicies } from "../../operator/policies/break-glass/senders.ts";
import { policyDocuments } from "../../operator/policies/documents.ts";
import { allPolicies, type PolicySettings } from "../../operator/policies/index.ts";
import type { Policy } from "../../operator/policies/policy.ts";
import { argoCdFiles } from "./argo-cd.ts";
import { optionalComponents } from "./components.ts";
import { componentFiles } from "./engines/component.ts";
import { gatekeeperFiles } from "./engines/gatekeeper.ts";
import { kyvernoFiles } from "./engines/kyverno.ts";
import type { ManifestFile } from "./files.ts";
import { operatorRights, reportRights } from "./rights.ts";

/** The generated files that follow from what an installation sets. */
export function settingFiles(settings: PolicySettings): readonly ManifestFile[] {
  const { policyReports = "Off" } = settings;
  return [
    ...allPolicies(settings).map(policyFile),
    {
      path: "namespace/break-glass.yaml",
      about: "The namespace of grants and ledger of emergency access.",
      documents: [breakGlassNamespace(settings.breakGlass)],
    },
    {
      path: "rbac/break-glass.yaml",
      about: "The operator's rights to hand out emergency access.",
      documents: installationRights(settings.breakGlass),
    },
    ...(policyReports === "Off"
      ? []
      : [
          {
            path: "rbac/policy-reports.yaml",
            about: "The operator's rights to write policy reports of its own name.",
            documents: reportRights(policyReports),
          },
        ]),
  ];
}

/** The generated files that are the same for every installation. */
export const constantFiles: readonly ManifestFile[] = [
  {
    path: "rbac/operator.yaml",
    about: "The operator's rights, from the kinds that controls own and the built-in roles.",
    documents: operatorRights({ kinds: ownedKinds, observed: observedKinds, judged: judgedKinds, builtIn: Object.keys(builtInRoles) }),
  },
  { path: "rbac/break-glass-roles.yaml", about: "ClusterRoles to be granted in an emergency and in drills.", documents: suppliedRoles() },
];

/** Every generated file of `config/` that is a list of objects. */
export const manifestFiles: readonly ManifestFile[] = [
  ...constantFiles,
  ...settingFiles({ breakGlass: DEFAULT_SETTINGS, allowReservedNamespaces: false }),
  {
    path: "identity/senders.yaml",
    about: "The API server fills in who sends a request for emergency access or a decision. Optional: needs Kubernetes 1.36.",
    documents: senderPolicies,
  },
  ...componentFiles("Kyverno", kyvernoFiles),
  ...componentFiles("Gatekeeper", gatekeeperFiles),
  ...optionalComponents(settingFiles),
  ...argoCdFiles(),
];

/** The installation is known by the prefix: folder and file need no more than what tells one policy from the other. */
function policyFile(policy: Policy): ManifestFile {
  const name = policy.name.replace(CONFINEMENT_PREFIX, "").replace("securitybaseline-", "");
  return { path: `policies/${name}.yaml`, about: policy.about, documents: policyDocuments(policy) };
}

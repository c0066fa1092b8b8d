/** Owns the list of generated files: everything in `config/` that follows from the declarations of controls and kinds. */
import type { AccessRule } from "../../operator/api/baseline.ts";
import { suppliedRoles } from "../../operator/breakglass/incident-role.ts";
import { breakGlassNamespace, DEFAULT_SETTINGS } from "../../operator/breakglass/installation.ts";
import { installationRights } from "../../operator/breakglass/installation-rights.ts";
import { declaredPolicies } from "../../operator/breakglass/policies/index.ts";
import { policyDocuments } from "../../operator/breakglass/policies/policy.ts";
import { senderPolicies } from "../../operator/breakglass/policies/senders.ts";
import { builtInRoles } from "../../operator/controls/access/built-in-roles.ts";
import { observedKinds, ownedKinds } from "../../operator/controls/index.ts";
import { breakGlassRoles } from "./break-glass-roles.ts";
import { type Confinement, confinementDocuments } from "./confinement.ts";
import { externalSecrets } from "./external-secrets.ts";
import type { ManifestFile } from "./files.ts";
import { roleBindings, roles } from "./grants.ts";
import { adoption, clusterRoleBindings, deletions, objects } from "./objects.ts";
import { operatorRights } from "./rights.ts";
import { sealedSecrets, secretProviderClasses } from "./secret-objects.ts";
import { secretStores } from "./secret-stores.ts";
import { defaultAccounts, namespaces, podSecurityLabels } from "./shared-objects.ts";
import { storeTokenBindings, storeTokenRoles } from "./store-tokens.ts";

const builtInRules: Readonly<Record<string, readonly AccessRule[]>> = Object.fromEntries(
  Object.entries(builtInRoles).map(([name, role]) => [name, role.rules]),
);

/** Every generated file of the installation. */
export const manifestFiles: readonly ManifestFile[] = [
  {
    path: "rbac/operator.yaml",
    about: "The operator's rights, from the kinds that controls own and the built-in roles.",
    documents: operatorRights({ kinds: ownedKinds, observed: observedKinds, builtIn: Object.keys(builtInRules) }),
  },
  policyFile(roles(builtInRules), "Roles that the operator writes have the rules that the namespace's baseline asks for."),
  policyFile(roleBindings, "RoleBindings that the operator writes name groups that the namespace's baseline lists."),
  policyFile(storeTokenRoles, "The Role by which External Secrets gets tokens is for the accounts of the namespace's stores."),
  policyFile(storeTokenBindings, "The Role by which External Secrets gets tokens is bound to its controller alone."),
  ...breakGlassRoles.map((confinement) =>
    policyFile(confinement, "Roles by which people ask for emergency access, or decide about it, are those of a stated profile."),
  ),
  policyFile(clusterRoleBindings, "ClusterRoleBindings that the operator writes are grants of emergency access."),
  policyFile(externalSecrets, "ExternalSecrets that the operator writes fetch what the namespace's baseline lists."),
  policyFile(secretStores, "SecretStores that the operator writes ask whom the namespace's baseline says, as the account that it names."),
  policyFile(secretProviderClasses, "SecretProviderClasses that the operator writes mount what the namespace's baseline lists."),
  policyFile(sealedSecrets, "SealedSecrets that the operator writes hold the ciphertext of the namespace's baseline."),
  policyFile(namespaces, "Of a Namespace the operator changes its Pod Security labels and nothing else."),
  policyFile(podSecurityLabels, "Pod Security labels that the operator sets have the values that the namespace's baseline asks for."),
  policyFile(defaultAccounts, "Of the ServiceAccount default the operator changes the mounting of its token and nothing else."),
  policyFile(objects(ownedKinds), "The operator writes objects with our label only."),
  policyFile(adoption(ownedKinds), "The operator takes over what somebody else made only where the namespace's baseline says so."),
  policyFile(deletions(ownedKinds), "The operator deletes objects with our label only."),
  {
    path: "namespace/break-glass.yaml",
    about: "The namespace of grants and ledger of emergency access.",
    documents: [breakGlassNamespace(DEFAULT_SETTINGS)],
  },
  { path: "rbac/break-glass-roles.yaml", about: "ClusterRoles to be granted in an emergency and in drills.", documents: suppliedRoles() },
  {
    path: "rbac/break-glass.yaml",
    about: "The operator's rights to hand out emergency access.",
    documents: installationRights(DEFAULT_SETTINGS),
  },
  ...declaredPolicies(DEFAULT_SETTINGS).map((policy) => ({
    path: `policies/break-glass-${policy.name}.yaml`,
    about: policy.about,
    documents: policyDocuments(policy),
  })),
  {
    path: "identity/senders.yaml",
    about: "The API server fills in who sends a request for emergency access or a decision. Optional: needs Kubernetes 1.36.",
    documents: senderPolicies,
  },
];

function policyFile(confinement: Confinement, about: string): ManifestFile {
  return { path: `policies/${confinement.name}.yaml`, about, documents: confinementDocuments(confinement) };
}

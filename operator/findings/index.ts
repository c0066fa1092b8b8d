/** Lists the rules of findings; status, metrics and the pages in docs/findings follow from the list. */
import { observedKinds, ownedKinds } from "../controls/index.ts";
import type { JudgedKind } from "../kinds/kind.ts";
import type { Rule } from "./rule.ts";
import { accountReachesOut } from "./rules/account-reaches-out.ts";
import { automountedToken } from "./rules/automounted-token.ts";
import { clusterAdminBinding } from "./rules/cluster-admin-binding.ts";
import { escalationRights } from "./rules/escalation-rights.ts";
import { execAccess } from "./rules/exec-access.ts";
import { failOpenWebhook } from "./rules/fail-open-webhook.ts";
import { foreignServiceAccount } from "./rules/foreign-service-account.ts";
import { legacyServiceAccountToken } from "./rules/legacy-service-account-token.ts";
import { openSecretStore } from "./rules/open-secret-store.ts";
import { permissiveNetworkPolicy } from "./rules/permissive-network-policy.ts";
import { plaintextMesh } from "./rules/plaintext-mesh.ts";
import { policyExemption } from "./rules/policy-exemption.ts";
import { publicSubject } from "./rules/public-subject.ts";
import { secretAccess } from "./rules/secret-access.ts";
import { unjudgedNetworkPolicy } from "./rules/unjudged-network-policy.ts";
import { unknownExternalSecret } from "./rules/unknown-external-secret.ts";
import { userSubject } from "./rules/user-subject.ts";
import { webhookExclusion } from "./rules/webhook-exclusion.ts";
import { wildcardRole } from "./rules/wildcard-role.ts";

/** Every rule, by id. A new one is one file and one line here. */
export const rules: readonly Rule[] = [
  accountReachesOut,
  automountedToken,
  clusterAdminBinding,
  escalationRights,
  execAccess,
  failOpenWebhook,
  foreignServiceAccount,
  legacyServiceAccountToken,
  openSecretStore,
  permissiveNetworkPolicy,
  plaintextMesh,
  policyExemption,
  publicSubject,
  secretAccess,
  unjudgedNetworkPolicy,
  unknownExternalSecret,
  userSubject,
  webhookExclusion,
  wildcardRole,
];

/** Every kind that is followed for findings alone, each once. */
export const judgedKinds: readonly JudgedKind[] = [...new Set(rules.flatMap(({ kinds }) => kinds))].filter(
  (kind) => ![...ownedKinds, ...observedKinds].some((known) => known === kind),
);

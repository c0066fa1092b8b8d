/** Lists the policies that confine the operator's account. */
import type { AccessRule } from "../../api/baseline.ts";
import { builtInRoles } from "../../controls/access/built-in-roles.ts";
import { ownedKinds } from "../../controls/index.ts";
import type { Policy } from "../policy.ts";
import { breakGlassRoles } from "./break-glass-roles.ts";
import { confine } from "./confine.ts";
import { externalSecrets } from "./external-secrets.ts";
import { roleBindings, roles } from "./grants.ts";
import { adoption, clusterRoleBindings, deletions, objects } from "./objects.ts";
import { sealedSecrets, secretProviderClasses } from "./secret-objects.ts";
import { secretStores } from "./secret-stores.ts";
import { defaultAccounts, namespaces, podSecurityLabels } from "./shared-objects.ts";
import { storeTokenBindings, storeTokenRoles } from "./store-tokens.ts";

const builtInRules: Readonly<Record<string, readonly AccessRule[]>> = Object.fromEntries(
  Object.entries(builtInRoles).map(([name, role]) => [name, role.rules]),
);

/** Everything that binds the operator's account and nobody else. */
export const confinementPolicies: readonly Policy[] = [
  roles(builtInRules),
  roleBindings,
  storeTokenRoles,
  storeTokenBindings,
  ...breakGlassRoles,
  clusterRoleBindings,
  externalSecrets,
  secretStores,
  secretProviderClasses,
  sealedSecrets,
  namespaces,
  podSecurityLabels,
  defaultAccounts,
  objects(ownedKinds),
  adoption(ownedKinds),
  deletions(ownedKinds),
].map(confine);

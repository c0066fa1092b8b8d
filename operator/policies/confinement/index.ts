/** Lists the policies that confine the operator's account. */
import type { AccessRule } from "../../api/baseline.ts";
import { builtInRoles } from "../../controls/access/built-in-roles.ts";
import { controls, ownedKinds } from "../../controls/index.ts";
import type { PolicyReports } from "../../kinds/policy-report.ts";
import type { Policy } from "../policy.ts";
import { accountSecrets, defaultAccounts, defaultAutomount, serviceAccounts } from "./accounts.ts";
import { breakGlassRoles } from "./break-glass-roles.ts";
import { breakGlassPlace, type Confinement, confine, markedNamespaces, type Place } from "./confine.ts";
import { externalSecrets } from "./external-secrets.ts";
import { roleBindings, roles } from "./grants.ts";
import { imageLabelsAsked, imagePolicies } from "./images.ts";
import { admissionMark, breakGlassNamespace, marks, reserved, unmarked } from "./marks.ts";
import { authorizationPolicies, linkerdPolicies, peerAuthentications } from "./mesh.ts";
import { namespaces, podSecurityLabels } from "./namespaces.ts";
import { networkPolicies } from "./network-policies.ts";
import { clusterRoleBindings, deletions, leases, objects } from "./objects.ts";
import { adoption, askedClusterObjects, askedObjects, owners, replacedBindings } from "./ownership.ts";
import { policyReports } from "./policy-reports.ts";
import { rehearsals } from "./rehearsals.ts";
import { tracingPolicies } from "./runtime.ts";
import { SECRET_LISTS } from "./secret-lists.ts";
import { sealedSecrets, secretProviderClasses } from "./secret-objects.ts";
import { secretStores } from "./secret-stores.ts";
import { storeTokenBindings, storeTokenRoles } from "./store-tokens.ts";

/** What the confinement of an installation depends on. */
export interface ConfinementSettings {
  /** The break-glass namespace. */
  readonly glass: string;
  /** What the installation wants on every generated object. */
  readonly objectLabels: Readonly<Record<string, string>>;
  /** Baselines are obeyed in the namespaces of the cluster itself and of this installation, too. */
  readonly allowReservedNamespaces: boolean;
  /** Policy reports that the operator writes; default: none. */
  readonly policyReports?: PolicyReports;
}

const builtInRules: Readonly<Record<string, readonly AccessRule[]>> = Object.fromEntries(
  Object.entries(builtInRoles).map(([name, role]) => [name, role.rules]),
);

const sections = controls.map(({ name }) => name);

/** What a ClusterSecurityBaseline makes in the break-glass namespace. */
const breakGlassKinds = controls.find(({ name }) => name === "breakGlass")?.owns ?? [];

/** Everything that binds the operator's account and nobody else. */
export function confinementPolicies(settings: ConfinementSettings): readonly Policy[] {
  const { glass, objectLabels, allowReservedNamespaces, policyReports: reports = "Off" } = settings;
  const parts = [
    unmarked(ownedKinds, glass),
    ...(allowReservedNamespaces ? [] : [reserved(ownedKinds)]),
    breakGlassNamespace(ownedKinds, breakGlassKinds, glass),
    ...shared(objectLabels),
    marks(sections),
    rehearsals,
    ...inNamespaces(markedNamespaces(glass)),
    ...inBreakGlass(breakGlassPlace(glass)),
    ...(reports === "Off" ? [] : policyReports(reports, allowReservedNamespaces)),
  ];
  return parts.map(confine);
}

/** Judged everywhere, without a baseline. */
function shared(objectLabels: ConfinementSettings["objectLabels"]): readonly Confinement[] {
  return [
    objects(ownedKinds, { sections, objectLabels }),
    deletions(ownedKinds),
    clusterRoleBindings,
    namespaces,
    accountSecrets,
    defaultAccounts,
    leases,
  ];
}

/** Judged by the SecurityBaseline of the namespace. */
function inNamespaces(place: Place): readonly Confinement[] {
  return [
    podSecurityLabels(place),
    admissionMark(place),
    defaultAutomount(place),
    serviceAccounts(place),
    networkPolicies(place),
    roles(builtInRules, place),
    roleBindings(place),
    ...breakGlassRoles(place),
    storeTokenRoles(place),
    storeTokenBindings(place),
    externalSecrets(place),
    secretStores(place),
    secretProviderClasses(place),
    sealedSecrets(place),
    imagePolicies(place),
    imageLabelsAsked(place),
    peerAuthentications(place),
    authorizationPolicies(place),
    linkerdPolicies(place),
    tracingPolicies(place),
    owners(ownedKinds, place),
    adoption(ownedKinds, place),
    replacedBindings(place),
    askedObjects(ownedKinds, place, SECRET_LISTS),
  ];
}

/** Judged by the ClusterSecurityBaseline. */
function inBreakGlass(place: Place): readonly Confinement[] {
  return [
    ...breakGlassRoles(place),
    owners(breakGlassKinds, place),
    adoption(breakGlassKinds, place),
    replacedBindings(place),
    askedClusterObjects(breakGlassKinds, place),
  ];
}

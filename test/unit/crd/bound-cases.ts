/** Lists the bounds of every list, string, number and map of the spec, as a user may rely on them. */
import { type Case, edit, FULL } from "./case.ts";

/** Where a bound is, and between which sizes. */
export interface Bound {
  readonly at: string;
  readonly least?: number;
  readonly most?: number;
}

/** Fields by which items of a list are told apart. */
const IDENTITIES = ["name", "secretName", "key"];

const LABELS = (at: string): Bound[] => [
  { at: `${at}.matchLabels`, most: 16 },
  { at: `${at}.matchLabels.app`, most: 63 },
  { at: `${at}.matchExpressions`, most: 8 },
  { at: `${at}.matchExpressions[0].key`, least: 1 },
  { at: `${at}.matchExpressions[0].values`, most: 16 },
  { at: `${at}.matchExpressions[0].values[0]`, most: 63 },
];

const NAME = (at: string): Bound[] => [{ at, least: 1, most: 63 }];

const LONG_NAME = (at: string): Bound[] => [{ at, least: 1, most: 253 }];

const PORTS = (at: string): Bound[] => [
  { at: `${at}[0].port`, least: 1, most: 65535 },
  { at: `${at}[1].endPort`, least: 1, most: 65535 },
  { at: `${at}[2].port`, most: 15 },
];

const FLOWS = (direction: string, peers: string): Bound[] => [
  { at: direction, most: 64 },
  ...NAME(`${direction}[0].name`),
  ...LABELS(`${direction}[0].pods`),
  { at: `${direction}[0].${peers}`, least: 1, most: 64 },
  ...NAME(`${direction}[0].${peers}[0].namespace`),
  ...LABELS(`${direction}[0].${peers}[0].pods`),
  ...LABELS(`${direction}[0].${peers}[1].namespaceSelector`),
  { at: `${direction}[0].${peers}[2].except`, most: 16 },
  { at: `${direction}[0].ports`, least: 1, most: 16 },
  ...PORTS(`${direction}[0].ports`),
];

const FIND = "secrets.externalSecrets[0].dataFrom[1].find";
const OBJECT = "secrets.secretProviderClasses[1].secretObjects[0]";

const REMOTE = (at: string): Bound[] => [
  { at: `${at}.key`, least: 1, most: 2048 },
  { at: `${at}.property`, least: 1, most: 1024 },
  { at: `${at}.version`, least: 1, most: 253 },
];

const METADATA = (at: string): Bound[] => [
  { at: `${at}.labels`, most: 32 },
  { at: `${at}.labels.team`, most: 63 },
  { at: `${at}.annotations`, most: 32 },
  { at: `${at}.annotations.note`, most: 4096 },
];

const PROFILE = "breakGlass.profiles[0]";

const GROUPS = (at: string): Bound[] => [
  { at, least: 1, most: 32 },
  { at: `${at}[0]`, least: 1, most: 253 },
];

/** The bounds of section `breakGlass`, which two kinds have. */
export const BREAK_GLASS_BOUNDS: readonly Bound[] = [
  { at: "breakGlass.profiles", most: 16 },
  ...NAME(`${PROFILE}.name`),
  { at: `${PROFILE}.role`, least: 1, most: 253 },
  ...GROUPS(`${PROFILE}.requesters.groups`),
  ...GROUPS(`${PROFILE}.approvers.groups`),
  ...GROUPS(`${PROFILE}.approvers.escalation.groups`),
  { at: `${PROFILE}.ticketPattern`, least: 1, most: 256 },
  ...GROUPS(`${PROFILE}.bypass.groups`),
];

const BOUNDS: readonly Bound[] = [
  { at: "access.roles", most: 32 },
  ...NAME("access.roles[0].name"),
  { at: "access.roles[0].groups", least: 1, most: 128 },
  { at: "access.roles[0].groups[0]", least: 1, most: 253 },
  { at: "access.roles[0].rules", least: 1, most: 16 },
  { at: "access.roles[0].rules[0].apiGroups", least: 1, most: 8 },
  { at: "access.roles[0].rules[0].apiGroups[0]", most: 253 },
  { at: "access.roles[0].rules[0].resources", least: 1, most: 32 },
  { at: "access.roles[0].rules[0].resources[0]", most: 253 },
  { at: "access.roles[0].rules[0].verbs", least: 1, most: 16 },
  { at: "access.roles[0].rules[0].verbs[0]", most: 253 },
  { at: "access.roles[0].rules[0].resourceNames", most: 32 },
  { at: "access.roles[0].rules[0].resourceNames[0]", most: 253 },
  { at: "admission.registries", least: 1, most: 64 },
  { at: "admission.registries[1]", most: 253 },
  { at: "admission.requiredLabels", most: 16 },
  { at: "admission.requiredLabels[1].key", least: 1 },
  { at: "admission.requiredLabels[1].values", least: 1, most: 16 },
  { at: "admission.requiredLabels[1].values[0]", most: 63 },
  { at: "admission.dropCapabilities", least: 1, most: 16 },
  { at: "admission.tokenAccounts", most: 64 },
  ...LONG_NAME("admission.tokenAccounts[0]"),
  { at: "admission.priorityClasses", least: 1, most: 32 },
  { at: "admission.priorityClasses[1]", most: 253 },
  { at: "admission.runtimeClasses", least: 1, most: 32 },
  { at: "admission.storageClasses", most: 32 },
  { at: "admission.ingressClasses", most: 32 },
  { at: "admission.hostnames", most: 64 },
  { at: "admission.hostnames[0]", most: 253 },
  { at: "admission.exemptions", most: 32 },
  ...NAME("admission.exemptions[0].name"),
  { at: "admission.exemptions[0].matchLabels", most: 8 },
  { at: "admission.exemptions[0].matchLabels.app", most: 63 },
  { at: "admission.exemptions[0].reason", least: 10, most: 512 },
  { at: "admission.exemptions[0].owner", least: 1, most: 253 },
  { at: "images.signers[0].name", least: 1, most: 53 },
  { at: "images.signers[0].images", least: 1, most: 8 },
  { at: "images.signers[0].keyless.issuer", most: 253 },
  { at: "images.signers[0].keyless.subject", least: 1, most: 512 },
  { at: "mesh.plaintextPorts", most: 16 },
  ...NAME("mesh.plaintextPorts[0].name"),
  { at: "mesh.plaintextPorts[0].matchLabels", most: 8 },
  { at: "mesh.plaintextPorts[0].matchLabels.app", most: 63 },
  { at: "mesh.plaintextPorts[0].port", least: 1, most: 65535 },
  ...NAME("network.dns.namespace"),
  ...LABELS("network.dns.pods"),
  { at: "network.dns.cidrs", most: 16 },
  { at: "network.dns.ports", least: 1, most: 8 },
  ...PORTS("network.dns.ports"),
  ...FLOWS("network.ingress", "from"),
  ...FLOWS("network.egress", "to"),
  { at: "serviceAccounts.accounts", most: 64 },
  ...NAME("serviceAccounts.accounts[0].name"),
  { at: "serviceAccounts.accounts[0].annotations", most: 16 },
  { at: "serviceAccounts.accounts[0].annotations.role", most: 4096 },
  { at: "serviceAccounts.accounts[0].imagePullSecrets", most: 16 },
  { at: "serviceAccounts.accounts[0].imagePullSecrets[0].name", least: 1, most: 253 },
  ...LONG_NAME("secrets.store.name"),
  { at: "secrets.stores", most: 16 },
  ...LONG_NAME("secrets.stores[0].name"),
  ...NAME("secrets.stores[0].serviceAccount"),
  { at: "secrets.stores[0].vault.server", most: 512 },
  { at: "secrets.stores[0].vault.path", least: 1, most: 253 },
  { at: "secrets.stores[0].vault.mountPath", least: 1, most: 253 },
  { at: "secrets.stores[0].vault.role", least: 1, most: 253 },
  { at: "secrets.stores[1].aws.region", most: 50 },
  { at: "secrets.stores[1].aws.role", most: 2048 },
  { at: "secrets.stores[2].gcp.projectID", least: 1, most: 253 },
  { at: "secrets.stores[2].gcp.clusterLocation", least: 1, most: 253 },
  { at: "secrets.stores[2].gcp.clusterName", least: 1, most: 253 },
  { at: "secrets.stores[3].azure.vaultUrl", most: 512 },
  { at: "secrets.externalSecrets", most: 64 },
  ...LONG_NAME("secrets.externalSecrets[0].name"),
  ...LONG_NAME("secrets.externalSecrets[0].store.name"),
  { at: "secrets.externalSecrets[0].data", most: 64 },
  ...REMOTE("secrets.externalSecrets[0].data.password"),
  { at: "secrets.externalSecrets[0].dataFrom", least: 1, most: 16 },
  ...REMOTE("secrets.externalSecrets[0].dataFrom[0].extract"),
  { at: `${FIND}.path`, least: 1, most: 2048 },
  { at: `${FIND}.name.regexp`, least: 1, most: 512 },
  { at: `${FIND}.tags`, most: 16 },
  { at: `${FIND}.tags.team`, most: 256 },
  { at: "secrets.externalSecrets[0].target.template.type", least: 1, most: 253 },
  { at: "secrets.externalSecrets[0].target.template.data", most: 16 },
  { at: "secrets.externalSecrets[0].target.template.data.url", most: 8192 },
  ...METADATA("secrets.externalSecrets[0].target.template.metadata"),
  { at: "secrets.secretProviderClasses", most: 32 },
  ...LONG_NAME("secrets.secretProviderClasses[0].name"),
  { at: "secrets.secretProviderClasses[0].provider", most: 30 },
  { at: "secrets.secretProviderClasses[0].parameters", most: 64 },
  { at: "secrets.secretProviderClasses[0].parameters.roleName", most: 16384 },
  { at: "secrets.secretProviderClasses[1].secretObjects", most: 8 },
  ...LONG_NAME(`${OBJECT}.secretName`),
  { at: `${OBJECT}.type`, least: 1, most: 253 },
  { at: `${OBJECT}.data`, least: 1, most: 64 },
  { at: `${OBJECT}.data[0].objectName`, least: 1, most: 253 },
  { at: `${OBJECT}.data[0].key`, least: 1, most: 253 },
  { at: "secrets.sealedSecrets", most: 32 },
  ...LONG_NAME("secrets.sealedSecrets[0].name"),
  { at: "secrets.sealedSecrets[0].encryptedData", most: 64 },
  { at: "secrets.sealedSecrets[0].encryptedData.password", most: 65536 },
  { at: "secrets.sealedSecrets[0].type", least: 1, most: 253 },
  ...METADATA("secrets.sealedSecrets[0].template.metadata"),
  ...BREAK_GLASS_BOUNDS,
];

export const BOUND_CASES: readonly Case[] = [
  ...boundCases(FULL, BOUNDS),
  ...boundCases(FULL, [{ at: `${PROFILE}.approvers.required`, least: 1, most: 8 }]),
];

/** Two rows per bound: the spec `full` with the value beyond it, and with the value at it. */
export function boundCases(full: object, bounds: readonly Bound[]): readonly Case[] {
  return bounds.flatMap(({ at, least, most }) => [
    ...(least === undefined ? [] : [caseOf(full, at, { says: `at least ${least}`, bad: least - 1, good: least })]),
    ...(most === undefined ? [] : [caseOf(full, at, { says: `at most ${most}`, bad: most + 1, good: most })]),
  ]);
}

function caseOf(full: object, at: string, { says, bad, good }: { says: string; bad: number; good: number }): Case {
  const sized = (size: number) => edit(full, at, (value) => resize(value, size));
  return { reason: `${at}: ${says}`, bad: sized(bad), good: sized(good), at: `spec.${at}`, says: `write ${says}`, server: `spec.${at}` };
}

/** A value of the same kind of this size: items, characters, entries, or the number itself. */
function resize(value: unknown, size: number): unknown {
  if (Array.isArray(value)) return Array.from({ length: size }, (_, index) => distinct(value[0], index));
  if (typeof value === "string") return value.padEnd(size, "a").slice(0, size);
  if (typeof value === "number") return size;
  const [first] = Object.values(value ?? {});
  return Object.fromEntries(Array.from({ length: size }, (_, index) => [`key-${index}`, first]));
}

/** Lists that are sets or maps need items that differ. */
function distinct(item: unknown, index: number): unknown {
  if (typeof item === "string" && /^[A-Z]/.test(item)) return `ITEM_${index}`;
  if (typeof item === "string") return item.includes("/") ? `10.20.${index}.0/24` : `item-${index}`;
  const identity = IDENTITIES.find((name) => typeof item === "object" && item && name in item);
  return identity ? { ...(item as object), [identity]: `item-${index}` } : item;
}

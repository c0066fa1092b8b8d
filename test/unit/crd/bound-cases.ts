/** Owns the bounds of every list, string, number and map of the spec, as a user may rely on them. */
import { type Case, edit, FULL } from "./case.ts";

interface Bound {
  readonly at: string;
  readonly least?: number;
  readonly most?: number;
}

const LABELS = (at: string): Bound[] => [
  { at: `${at}.matchLabels`, most: 16 },
  { at: `${at}.matchLabels.app`, most: 63 },
  { at: `${at}.matchExpressions`, most: 8 },
  { at: `${at}.matchExpressions[0].key`, least: 1 },
  { at: `${at}.matchExpressions[0].values`, most: 16 },
  { at: `${at}.matchExpressions[0].values[0]`, most: 63 },
];

const NAME = (at: string): Bound[] => [{ at, least: 1, most: 63 }];

const PORTS = (at: string): Bound[] => [{ at: `${at}[0].port`, least: 1, most: 65535 }];

const FLOWS = (direction: string, peers: string): Bound[] => [
  { at: direction, most: 64 },
  ...NAME(`${direction}[0].name`),
  ...LABELS(`${direction}[0].pods`),
  { at: `${direction}[0].${peers}`, least: 1, most: 16 },
  ...NAME(`${direction}[0].${peers}[0].namespace`),
  ...LABELS(`${direction}[0].${peers}[0].pods`),
  ...LABELS(`${direction}[0].${peers}[1].namespaceSelector`),
  { at: `${direction}[0].${peers}[2].except`, most: 16 },
  { at: `${direction}[0].ports`, least: 1, most: 16 },
  ...PORTS(`${direction}[0].ports`),
];

const BOUNDS: readonly Bound[] = [
  { at: "access.roles", most: 32 },
  ...NAME("access.roles[0].name"),
  { at: "access.roles[0].groups", least: 1, most: 32 },
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
  ...NAME("network.dns.namespace"),
  ...LABELS("network.dns.pods"),
  { at: "network.dns.cidrs", most: 16 },
  { at: "network.dns.ports", least: 1, most: 8 },
  ...PORTS("network.dns.ports"),
  ...FLOWS("network.ingress", "from"),
  ...FLOWS("network.egress", "to"),
  { at: "serviceAccounts.accounts", most: 64 },
  ...NAME("serviceAccounts.accounts[0].name"),
];

export const BOUND_CASES: readonly Case[] = BOUNDS.flatMap(({ at, least, most }) => [
  ...(least === undefined ? [] : [caseOf(at, `at least ${least}`, [least - 1, least])]),
  ...(most === undefined ? [] : [caseOf(at, `at most ${most}`, [most + 1, most])]),
]);

function caseOf(at: string, says: string, [bad, good]: [number, number]): Case {
  const sized = (size: number) => edit(FULL, at, (value) => resize(value, size));
  return { reason: `${at}: ${says}`, bad: sized(bad), good: sized(good), at: `spec.${at}`, says: `write ${says}`, server: `spec.${at}` };
}

/** A value of the same kind of this size: items, characters, entries, or the number itself. */
function resize(value: unknown, size: number): unknown {
  if (Array.isArray(value)) return Array.from({ length: size }, (_, index) => distinct(value[0], index));
  if (typeof value === "string") return "a".repeat(size);
  if (typeof value === "number") return size;
  return Object.fromEntries(Array.from({ length: size }, (_, index) => [`key-${index}`, "value"]));
}

/** Lists that are sets or maps need items that differ. */
function distinct(item: unknown, index: number): unknown {
  if (typeof item === "string") return item.includes("/") ? `10.20.${index}.0/24` : `item-${index}`;
  return typeof item === "object" && item && "name" in item ? { ...item, name: `item-${index}` } : item;
}

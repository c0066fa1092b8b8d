/** Reads the flags that say what an installation allows as emergency access, for the operator and for whoever prints its policies. */
import { type Command, InvalidArgumentError, Option } from "commander";
import { DEFAULT_SETTINGS } from "../../breakglass/installation.ts";
import { durationSeconds } from "../../breakglass/profiles.ts";
import type { BreakGlassSettings, ObjectLabels } from "../../breakglass/types.ts";
import { addObjectLabelsFlag } from "../object-labels.ts";

/** Flags as commander parses them. */
export interface BreakGlassFlags {
  readonly breakGlassNamespace: string;
  readonly breakGlassRoles: readonly string[];
  readonly breakGlassUnboundedRoles: readonly string[];
  /** Seconds. */
  readonly breakGlassMaxDuration: number;
  readonly breakGlassCustodians: readonly string[];
  readonly breakGlassAllowSystemNamespaces: boolean;
  readonly objectLabels: ObjectLabels;
}

/** Seconds between which an installation's cap lies: that of a profile's `maxDuration`. */
export const SHORTEST_CAP = 15 * 60;
export const LONGEST_CAP = 24 * 3600;

/** What names in the settings look like, wherever they are written; expressions that RE2 takes, too. */
export interface NameRule {
  readonly pattern: RegExp;
  /** Names that are refused all the same. */
  readonly except?: RegExp;
  /** What to write. */
  readonly asked: string;
}

/** Narrower than what the API server takes: these names stand in the expressions of policies. */
export const NAME_RULES = {
  namespace: { pattern: /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, asked: "the name of a namespace" },
  role: { pattern: /^[\w.:@-]{1,253}$/, except: /^\.{1,2}$/, asked: "names of ClusterRoles" },
  group: { pattern: /^[ -&(-[\]-~]{1,253}$/, except: /^system:/, asked: "groups, none of which begins with system:" },
} as const satisfies Readonly<Record<string, NameRule>>;

/** The cap as a flag has it, between the bounds above. */
export const CAP_RULE: NameRule = { pattern: /^([1-9]\d{0,2}h)?([1-9]\d{0,3}m)?$/, asked: "a duration from 15m to 24h, for example 4h" };

const API_GROUP: NameRule = { pattern: /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/, asked: "API groups" };

/** Adds the flag for where grants and the ledger are. */
export function addBreakGlassNamespaceFlag(command: Command): Command {
  return command.option("--break-glass-namespace <name>", "namespace of grants and ledger", namespace, DEFAULT_SETTINGS.namespace);
}

/** Adds the flag for roles of which a grant can make itself permanent. */
export function addUnboundedRolesFlag(command: Command): Command {
  return command.addOption(
    new Option(
      "--break-glass-unbounded-roles <names>",
      "ClusterRoles that may be granted for the whole cluster although such a grant can make itself permanent, with commas between them",
    )
      .argParser(roleNames)
      .default(DEFAULT_SETTINGS.unboundedRoles, "none"),
  );
}

/** Adds the flags; bad values are usage errors. */
export function addBreakGlassFlags(command: Command): Command {
  return addUnboundedRolesFlag(addObjectLabelsFlag(addBreakGlassNamespaceFlag(command)))
    .addOption(
      new Option("--break-glass-roles <names>", "ClusterRoles that may be granted, with commas between them")
        .argParser(roleNames)
        .default(DEFAULT_SETTINGS.roles, DEFAULT_SETTINGS.roles.join(",")),
    )
    .addOption(
      new Option("--break-glass-max-duration <duration>", "longest time of one grant, from 15m to 24h")
        .argParser(cap)
        .default(DEFAULT_SETTINGS.maxDuration, `${DEFAULT_SETTINGS.maxDuration / 3600}h`),
    )
    .addOption(
      new Option("--break-glass-custodians <groups>", "groups that may make grants by hand, with commas between them")
        .argParser((text) => names(text, NAME_RULES.group))
        .default(DEFAULT_SETTINGS.custodians, "none"),
    )
    .option(
      "--break-glass-allow-system-namespaces",
      "let emergency access change workloads and configuration in kube-system and kube-public",
      DEFAULT_SETTINGS.allowSystemNamespaces,
    );
}

/** The settings that parsed flags stand for. */
export function breakGlassSettings(flags: BreakGlassFlags): BreakGlassSettings {
  return {
    namespace: flags.breakGlassNamespace,
    roles: flags.breakGlassRoles,
    unboundedRoles: flags.breakGlassUnboundedRoles,
    maxDuration: flags.breakGlassMaxDuration,
    custodians: flags.breakGlassCustodians,
    allowSystemNamespaces: flags.breakGlassAllowSystemNamespaces,
    objectLabels: flags.objectLabels,
  };
}

function namespace(text: string): string {
  if (!obeys(text, NAME_RULES.namespace)) throw new InvalidArgumentError(`write ${NAME_RULES.namespace.asked}`);
  return text;
}

/** Reads names of API groups. */
export function apiGroups(text: string): readonly string[] {
  return names(text, API_GROUP);
}

function roleNames(text: string): readonly string[] {
  return names(text, NAME_RULES.role);
}

/** Sorted, each once: the order of a flag must not change the policies. */
function names(text: string, rule: NameRule): readonly string[] {
  const parts = text === "" ? [] : text.split(",");
  if (!parts.every((part) => obeys(part, rule))) throw new InvalidArgumentError(`write ${rule.asked}, with commas between them`);
  return [...new Set(parts)].sort();
}

function obeys(name: string, { pattern, except }: NameRule): boolean {
  return pattern.test(name) && except?.test(name) !== true;
}

function cap(text: string): number {
  const seconds = obeys(text, CAP_RULE) && text !== "" ? durationSeconds(text) : Number.NaN;
  if (!(seconds >= SHORTEST_CAP && seconds <= LONGEST_CAP)) throw new InvalidArgumentError(`write ${CAP_RULE.asked}`);
  return seconds;
}

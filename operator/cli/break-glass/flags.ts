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
const SHORTEST_CAP = 15 * 60;
const LONGEST_CAP = 24 * 3600;

const LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
/** Narrower than what the API server takes: these names stand in the expressions of policies. */
const ROLE_NAME = /^(?!\.{1,2}$)[\w.:@-]{1,253}$/;
const API_GROUP = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/;
const GROUP_NAME = /^(?!system:)[ -&(-[\]-~]{1,253}$/;

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
        .argParser((text) => names(text, GROUP_NAME, "groups, none of which begins with system:"))
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
  if (!LABEL.test(text)) throw new InvalidArgumentError("write the name of a namespace");
  return text;
}

/** Reads names of API groups. */
export function apiGroups(text: string): readonly string[] {
  return names(text, API_GROUP, "API groups");
}

function roleNames(text: string): readonly string[] {
  return names(text, ROLE_NAME, "names of ClusterRoles");
}

/** Sorted, each once: the order of a flag must not change the policies. */
function names(text: string, pattern: RegExp, what: string): readonly string[] {
  const parts = text === "" ? [] : text.split(",");
  if (!parts.every((part) => pattern.test(part))) throw new InvalidArgumentError(`write ${what}, with commas between them`);
  return [...new Set(parts)].sort();
}

function cap(text: string): number {
  const seconds = /^([1-9]\d{0,2}h)?([1-9]\d{0,3}m)?$/.test(text) && text !== "" ? durationSeconds(text) : Number.NaN;
  if (!(seconds >= SHORTEST_CAP && seconds <= LONGEST_CAP))
    throw new InvalidArgumentError("write a duration from 15m to 24h, for example 4h");
  return seconds;
}

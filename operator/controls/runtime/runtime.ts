/** Turns the section `runtime` into policies by which Tetragon watches processes of the namespace; Falco's rules are printed instead, for all namespaces at once. */
import type { RuntimePreset, RuntimeSection } from "../../api/baseline-runtime.ts";
import { RESERVED_NAMESPACES } from "../../api/installation.ts";
import { tracingPolicy } from "../../kinds/tracing-policy.ts";
import type { Control, ControlContext, HealthView } from "../control.ts";
import { PRESET_NAMES, PRESETS, tracingSpec } from "./presets.ts";

/** The section `runtime`. */
export const runtime: Control<"runtime"> = {
  name: "runtime",
  condition: "RuntimeReady",
  standards: ["NSA-threat-detection"],
  owns: [tracingPolicy],
  desired: (section, context) => {
    if (section.backend !== "Tetragon" || isReserved(section, context)) return [];
    return presetsOf(section).map((preset) => ({
      kind: tracingPolicy,
      name: PRESETS[preset].policy,
      body: { spec: tracingSpec(preset, section.kill?.includes(preset) ?? false) },
    }));
  },
  problem: (section, context) => (isReserved(section, context) ? { reason: "ReservedNamespace", message: NOT_HERE } : undefined),
  warnings: ({ backend }) => (backend === "Falco" ? [BY_HAND] : []),
  caveat,
};

/** The presets that a section names, each once, by name. */
export function presetsOf({ watch = [], kill = [] }: RuntimeSection): readonly RuntimePreset[] {
  return PRESET_NAMES.filter((preset) => watch.includes(preset) || kill.includes(preset));
}

const RESERVED: ReadonlySet<string> = new Set(RESERVED_NAMESPACES);

const NOT_HERE =
  "programs of the cluster itself read what the presets watch, and would be killed like any other: remove spec.runtime from this namespace";

/** Falco is told of by hand, and kills nothing. */
function isReserved({ backend }: RuntimeSection, { namespace }: ControlContext): boolean {
  return backend === "Tetragon" && RESERVED.has(namespace);
}

const UNVERIFIABLE =
  "Tetragon: applied, effect not verifiable from the API: whether its agents have loaded the policies, and kill where they should, is told by tetra tracingpolicy list on each node alone";

const BY_HAND =
  "Falco: nothing is applied, because its rules are for all namespaces at once: print them with securitybaseline render --falco-namespace, and apply them where Falco reads them";

/** Nothing was applied where nothing stands. */
function caveat(section: RuntimeSection, view: HealthView): string | undefined {
  if (section.backend !== "Tetragon") return undefined;
  const isThere = presetsOf(section).some((preset) => view.facts(tracingPolicy, PRESETS[preset].policy) !== undefined);
  return isThere ? UNVERIFIABLE : undefined;
}

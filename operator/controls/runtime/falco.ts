/** Prints section `runtime` of many baselines as one file of rules for Falco, whose rules know no namespaces of their own. PURE. */
import type { RuntimePreset, RuntimeSection } from "../../api/baseline-runtime.ts";
import type { JsonObject } from "../../api/json.ts";
import type { Effective } from "../effective.ts";
import { sortedSet } from "../order.ts";
import { PRESET_NAMES, PRESETS } from "./presets.ts";
import { presetsOf } from "./runtime.ts";

/** Names who did what to which file, and no arguments of programs: these may be secrets. */
const OUTPUT =
  "pod %k8s.pod.name in %k8s.ns.name (container=%container.name image=%container.image.repository process=%proc.exepath parent=%proc.pname file=%fd.name)";

/**
 * A Rulesfile of the Falco operator for the namespaces of these baselines, with one rule per preset that any of them names; undefined if none names Falco. It
 * belongs into the namespace where Falco runs: its operator reads no other.
 */
export function falcoRulesfile(baselines: readonly Effective[], falcoNamespace: string): JsonObject | undefined {
  const rules = PRESET_NAMES.flatMap((preset) => {
    const namespaces = sortedSet(baselines.filter((baseline) => asks(baseline, preset)).map(({ namespace }) => namespace));
    return namespaces.length === 0 ? [] : [ruleOf(preset, namespaces)];
  });
  if (rules.length === 0) return undefined;
  return {
    apiVersion: "artifact.falcosecurity.dev/v1alpha1",
    kind: "Rulesfile",
    metadata: { name: "securitybaseline", namespace: falcoNamespace },
    spec: { priority: 50, inlineRules: rules },
  };
}

/** In any mode but Off: Falco only tells. */
function asks({ sections }: Effective, preset: RuntimePreset): boolean {
  const section = sections.find(({ control }) => control.name === "runtime")?.value as RuntimeSection | undefined;
  return section?.backend === "Falco" && presetsOf(section).includes(preset);
}

function ruleOf(preset: RuntimePreset, namespaces: readonly string[]): JsonObject {
  return {
    rule: `SecurityBaseline ${preset}`,
    desc: `Preset ${preset} of spec.runtime in the SecurityBaselines of these namespaces`,
    condition: `${PRESETS[preset].condition} and k8s.ns.name in (${namespaces.join(", ")})`,
    output: `${preset}: ${OUTPUT}`,
    priority: "WARNING",
    tags: ["securitybaseline"],
  };
}

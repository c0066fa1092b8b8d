/** Declares the policy on what section `runtime` makes: a stolen token can neither blind Tetragon, nor flood it, nor have it kill what no baseline says. */
import type { RuntimePreset } from "../../api/baseline-runtime.ts";
import { RESERVED_NAMESPACES } from "../../api/installation.ts";
import { PRESET_NAMES, PRESETS, tracingSpec } from "../../controls/runtime/presets.ts";
import { tracingPolicy } from "../../kinds/tracing-policy.ts";
import { literal, quote, quoteList, quoteMap } from "../cel.ts";
import { type Confinement, changes, enforces, matchKind, type Place } from "./confine.ts";
import { onlyKeys, SPECS } from "./spec-keys.ts";

const OTHER = "of the namespace's SecurityBaseline, in mode Enforce";

const ASKS = `${enforces("runtime")} && params.spec.runtime.backend == 'Tetragon' && !(request.namespace in ${quoteList(RESERVED_NAMESPACES)})`;

/** CEL: the preset that policies of a name, which is CEL itself, are made for; "" for no preset's. */
function presetOf(name: string): string {
  return `${quoteMap(Object.fromEntries(PRESET_NAMES.map((preset) => [PRESETS[preset].policy, preset])))}[?${name}].orValue('')`;
}

/** CEL: the section asks for a TracingPolicyNamespaced of this name. */
export function tracingPolicyAsked(name: string): string {
  return `(${ASKS} && ${presetOf(name)} in params.spec.runtime.?watch.orValue([]) + params.spec.runtime.?kill.orValue([]))`;
}

/** CEL: the hooks of each preset. */
function hooks(presets: readonly RuntimePreset[], kills: boolean): string {
  return `{${presets.map((preset) => `${quote(preset)}: dyn(${literal(tracingSpec(preset, kills)["kprobes"] ?? null)})`).join(",\n")}}[?variables.preset]`;
}

const HOOKS = "variables.spec.?kprobes";

/** TracingPolicyNamespaced: a preset as it is declared, which kills where `kill` names it and nowhere else. */
export function tracingPolicies(place: Place): Confinement {
  const killing = PRESET_NAMES.filter((preset) => PRESETS[preset].kills);
  return {
    name: "tracing-policies",
    about:
      "TracingPolicyNamespaced objects that the operator writes are the presets that the namespace's baseline names, and kill where it says so.",
    operations: ["CREATE", "UPDATE"],
    matches: [matchKind(tracingPolicy)],
    by: { place, withoutBaseline: "DenyCreation" },
    conditions: changes("spec"),
    variables: {
      ...SPECS,
      preset: presetOf("object.metadata.name"),
      watching: hooks(PRESET_NAMES, false),
      killing: hooks(killing, true),
      kills: `${enforces("runtime")} && variables.preset in params.spec.runtime.?kill.orValue([])`,
    },
    validations: [
      {
        expression: tracingPolicyAsked("object.metadata.name"),
        message: `refused a TracingPolicyNamespaced that no baseline asks for: its name must be that of a preset in spec.runtime.watch or spec.runtime.kill ${OTHER}, with backend Tetragon`,
      },
      {
        expression: `${onlyKeys("", ["kprobes"])}\n&& ${HOOKS}.hasValue() && ${HOOKS} in [variables.watching, variables.killing]`,
        message:
          "refused another TracingPolicyNamespaced than its preset: hook, arguments and selectors must be those that its name stands for, for all pods and nodes, without options",
      },
      {
        expression: `${HOOKS} == (variables.kills ? variables.killing : variables.watching)`,
        message: `refused another action of a preset: it kills where spec.runtime.kill ${OTHER} names it, and only tells everywhere else`,
      },
    ],
  };
}

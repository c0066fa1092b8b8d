/** Makes templates of the manifests that follow from settings: it prints them with and without each setting and merges what differs. */
import type { PolicyReports } from "../../../operator/kinds/policy-report.ts";
import type { AdmissionEngine } from "../../../operator/policies/admission/engines.ts";
import type { PolicySettings } from "../../../operator/policies/index.ts";
import type { ManifestFile } from "../files.ts";
import { merged, type Node } from "./node.ts";
import { STAND_INS, templateLines } from "./stand-ins.ts";

/** Settings that change more than one word. The condition of Helm's templates that says whether each is made use of. */
const SWITCHES = {
  custodians: "not (empty .Values.breakGlass.custodians)",
  unboundedRoles: "not (empty .Values.breakGlass.unboundedRoles)",
  objectLabels: "not (empty .Values.objectLabels)",
  allowSystemNamespaces: ".Values.breakGlass.allowSystemNamespaces",
  allowReservedNamespaces: ".Values.allowReservedNamespaces",
  kyverno: `eq .Values.admissionEngine "Kyverno"`,
  gatekeeper: `eq .Values.admissionEngine "Gatekeeper"`,
  policyReports: `eq .Values.policyReports "wgpolicyk8s.io"`,
  openReports: `eq .Values.policyReports "openreports.io"`,
} as const;

type Switch = keyof typeof SWITCHES;
type Positions = ReadonlySet<Switch>;

const NAMES = Object.keys(SWITCHES) as readonly Switch[];

/** Lines by path of file. */
type Printed = ReadonlyMap<string, readonly string[]>;

/** A template for each file that some settings have, by its path. */
export function variantTemplates(filesFor: (settings: PolicySettings) => readonly ManifestFile[]): ReadonlyMap<string, readonly Node[]> {
  const known = new Map<string, Printed>();
  const print = printer();
  const printed = (positions: Positions): Printed => {
    const key = NAMES.filter((name) => positions.has(name)).join();
    const found = known.get(key) ?? print(filesFor(settingsAt(positions)));
    known.set(key, found);
    return found;
  };
  const paths = new Set(NAMES.flatMap((name) => [...printed(new Set([name])).keys()]));
  return new Map([...paths].map((path) => [path, template((positions) => printed(positions).get(path) ?? [])]));
}

/** Prints files; most are the same in most variants and are printed once. */
function printer(): (files: readonly ManifestFile[]) => Printed {
  const known = new Map<string, readonly string[]>();
  return (files) =>
    new Map(
      files.map(({ path, documents }) => {
        const content = JSON.stringify(documents);
        const lines = known.get(content) ?? templateLines(documents);
        known.set(content, lines);
        return [path, lines];
      }),
    );
}

/** Tries every combination of the switches that matter to a file; which these are is seen from both sides, with all others off and with all others on. */
function template(linesAt: (positions: Positions) => readonly string[]): readonly Node[] {
  const differs = (name: Switch, others: readonly Switch[]) =>
    linesAt(new Set([...others, name])).join("\n") !== linesAt(new Set(others.filter((other) => other !== name))).join("\n");
  const matter = NAMES.filter((name) => differs(name, []) || differs(name, NAMES));
  const build = ([name, ...rest]: readonly Switch[], on: Positions): readonly Node[] =>
    name === undefined ? linesAt(on) : merged(SWITCHES[name], build(rest, new Set([...on, name])), build(rest, on));
  return build(matter, new Set());
}

function settingsAt(on: Positions): PolicySettings {
  return {
    breakGlass: {
      ...STAND_INS,
      custodians: on.has("custodians") ? STAND_INS.custodians : [],
      unboundedRoles: on.has("unboundedRoles") ? STAND_INS.unboundedRoles : [],
      objectLabels: on.has("objectLabels") ? STAND_INS.objectLabels : {},
      allowSystemNamespaces: on.has("allowSystemNamespaces"),
    },
    allowReservedNamespaces: on.has("allowReservedNamespaces"),
    admissionEngine: engineAt(on),
    policyReports: reportsAt(on),
  };
}

function engineAt(on: Positions): AdmissionEngine {
  if (on.has("kyverno")) return "Kyverno";
  return on.has("gatekeeper") ? "Gatekeeper" : "Native";
}

function reportsAt(on: Positions): PolicyReports {
  if (on.has("policyReports")) return "wgpolicyk8s.io";
  return on.has("openReports") ? "openreports.io" : "Off";
}

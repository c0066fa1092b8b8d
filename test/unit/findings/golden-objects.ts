/** Reads the golden objects of findings, and judges objects as the operator would in a namespace whose baseline uses every section. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import type { SecurityBaselineSpec } from "../../../operator/api/baseline.ts";
import type { JsonObject } from "../../../operator/api/json.ts";
import type { SectionName } from "../../../operator/controls/control.ts";
import { ownedKinds } from "../../../operator/controls/index.ts";
import { type Finding, findingsIn, type Suspect } from "../../../operator/findings/find.ts";
import type { FindingContext, RoleRef } from "../../../operator/findings/rule.ts";
import { type Right, rightsOf } from "../../../operator/kinds/role-rights.ts";
import { traitsOf } from "../../../operator/plan/facts.ts";

export const ROOT = join(import.meta.dirname, "../../golden-findings");

const SECTIONS: Required<Pick<SecurityBaselineSpec, SectionName>> = {
  access: {},
  breakGlass: {},
  network: { defaultDeny: ["Ingress", "Egress"] },
  podSecurity: { enforce: "restricted" },
  secrets: {},
  serviceAccounts: {},
};

/** The objects of a YAML file, by its path below the golden folder. */
export function objectsIn(...path: readonly string[]): readonly JsonObject[] {
  const documents = parseAllDocuments(readFileSync(join(ROOT, ...path), "utf8"), { strict: true });
  return [...documents].map((document) => document.toJS() as JsonObject | null).filter((object) => object !== null);
}

/** Names of what lies in a folder, sorted. */
export function namesIn(...path: readonly string[]): readonly string[] {
  return readdirSync(join(ROOT, ...path)).sort();
}

/** What is found among these objects of somebody else. ClusterRoles among them, and those that Kubernetes ships, are what bindings refer to. */
export function foundAmong(objects: readonly JsonObject[], asked: FindingContext["asked"] = () => []): readonly Finding[] {
  const roles = [...objectsIn("cluster-roles.yaml"), ...objects].filter(({ kind }) => kind === "Role" || kind === "ClusterRole");
  const rights = new Map(roles.map((role) => [`${role["kind"]} ${nameOf(role)}`, rightsOf(role["rules"])]));
  return findingsIn(objects.flatMap(suspectOf), {
    namespace: "payments",
    section: <S extends SectionName>(name: S) => SECTIONS[name] as SecurityBaselineSpec[S],
    rightsOf: ({ kind, name }: RoleRef): readonly Right[] | undefined => rights.get(`${kind} ${name}`),
    asked,
  });
}

/** As `expected.txt` has it. */
export function lineOf({ rule, ref, message }: Finding): string {
  return `${rule.severity} ${rule.id} ${ref.kind}/${ref.name}: ${message}`;
}

export function nameOf({ metadata }: JsonObject): string {
  return String((metadata as JsonObject)["name"]);
}

/** A ClusterRole is in no namespace. */
function suspectOf(object: JsonObject): readonly Suspect[] {
  if (object["kind"] === "ClusterRole") return [];
  const kind = ownedKinds.find((one) => one.kind === object["kind"] && one.apiVersion === object["apiVersion"]);
  if (kind === undefined) throw new Error(`no kind of ours: ${object["apiVersion"]} ${object["kind"]}`);
  if (kind.traits === undefined) return [];
  const text = traitsOf(kind, object);
  if (text === undefined) throw new Error(`cannot be read: ${object["kind"]} ${nameOf(object)}`);
  return [{ kind, name: nameOf(object), traits: JSON.parse(text) as JsonObject, ours: false }];
}

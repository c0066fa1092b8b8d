/** Reads the golden objects of findings, and judges objects as the operator would in a namespace whose baseline uses every section. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import type { SecurityBaselineSpec } from "../../../operator/api/baseline.ts";
import type { JsonObject } from "../../../operator/api/json.ts";
import type { SectionName } from "../../../operator/controls/control.ts";
import { observedKinds, ownedKinds } from "../../../operator/controls/index.ts";
import { type Finding, findingsIn, type Suspect } from "../../../operator/findings/find.ts";
import { judgedKinds } from "../../../operator/findings/index.ts";
import { kindTitle } from "../../../operator/findings/naming.ts";
import type { FindingContext, OutsideBinding, RoleRef } from "../../../operator/findings/rule.ts";
import { clusterRole } from "../../../operator/kinds/cluster-role.ts";
import type { JudgedKind } from "../../../operator/kinds/kind.ts";
import { namespace } from "../../../operator/kinds/namespace.ts";
import { bindingTraits, roleBinding } from "../../../operator/kinds/role-binding.ts";
import type { Right } from "../../../operator/kinds/role-rights.ts";
import { traitsOf } from "../../../operator/plan/facts.ts";

export const ROOT = join(import.meta.dirname, "../../golden-findings");

const SECTIONS: Required<Pick<SecurityBaselineSpec, SectionName>> = {
  access: {},
  admission: {},
  breakGlass: {},
  images: { backend: "Sigstore" },
  mesh: { provider: "Istio" },
  network: { defaultDeny: ["Ingress", "Egress"] },
  podSecurity: { enforce: "restricted" },
  runtime: { backend: "Tetragon", watch: ["TokenRead"] },
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

/** Namespace that is judged; objects of others are only what its accounts may do there. */
const HOME = "payments";

/**
 * What is found among these objects of somebody else, in the namespace and outside of all. ClusterRoles among them, and those that Kubernetes ships, are
 * what bindings refer to.
 */
export function foundAmong(objects: readonly JsonObject[], asked: FindingContext["asked"] = () => []): readonly Finding[] {
  const roles = [...objectsIn("cluster-roles.yaml"), ...objects].filter(({ kind }) => kind === "Role" || kind === "ClusterRole");
  const rights = new Map(
    roles.map((role) => [`${role["kind"]} ${nameOf(role)}`, clusterRole.traits?.(role)["rights"] as unknown as readonly Right[]]),
  );
  const rightsOf = ({ kind, name }: RoleRef): readonly Right[] | undefined => rights.get(`${kind} ${name}`);
  const suspects = objects.filter((object) => [HOME, ""].includes(namespaceOf(object))).flatMap(suspectOf);
  return findingsIn(suspects, {
    namespace: HOME,
    home: suspects.find(({ kind, name }) => kind === namespace && name === HOME)?.traits ?? {},
    section: <S extends SectionName>(name: S) => SECTIONS[name] as SecurityBaselineSpec[S],
    rightsOf,
    asked,
    bindings: suspects.filter(({ kind }) => kind === roleBinding).map(({ name, traits }) => ({ name, traits: bindingTraits(traits) })),
    outside: (account) =>
      objects.filter((object) => namespaceOf(object) !== HOME).flatMap((object) => outsideOf(object, account, rightsOf)),
  });
}

/** What a binding outside of the namespace gives to an account of it. */
function outsideOf(object: JsonObject, account: string, rightsOf: FindingContext["rightsOf"]): readonly OutsideBinding[] {
  const kind = kindOf(object);
  if (kind?.kind.endsWith("RoleBinding") !== true) return [];
  const { role, accounts = [] } = bindingTraits(kind.traits?.(object) ?? {});
  if (!accounts.includes(`${HOME}/${account}`)) return [];
  return [{ kind: kind.kind, name: nameOf(object), namespace: namespaceOf(object), role, rights: rightsOf(role) ?? [] }];
}

/** As `expected.txt` has it. */
export function lineOf({ rule, ref, message }: Finding): string {
  return `${rule.severity} ${rule.id} ${kindTitle(ref)}/${ref.name}: ${message}`;
}

export function nameOf({ metadata }: JsonObject): string {
  return String((metadata as JsonObject)["name"]);
}

/** Of objects that name none, but belong into one, the one that is judged. */
function namespaceOf(object: JsonObject): string {
  const { namespace } = object["metadata"] as JsonObject;
  return String(namespace ?? (kindOf(object)?.namespaced === true ? HOME : ""));
}

function kindOf(object: JsonObject): JudgedKind | undefined {
  const kinds: readonly JudgedKind[] = [...ownedKinds.filter(({ aspect }) => aspect === undefined), ...observedKinds, ...judgedKinds];
  return kinds.find((one) => one.kind === object["kind"] && one.apiVersion === object["apiVersion"]);
}

/** A ClusterRole is judged by what refers to it. */
function suspectOf(object: JsonObject): readonly Suspect[] {
  if (object["kind"] === "ClusterRole") return [];
  const kind = kindOf(object);
  if (kind === undefined) throw new Error(`no kind of ours: ${object["apiVersion"]} ${object["kind"]}`);
  if (kind.traits === undefined) return [];
  const text = traitsOf(kind, object);
  if (text === undefined) throw new Error(`cannot be read: ${object["kind"]} ${nameOf(object)}`);
  const suspect: Suspect = { kind, name: nameOf(object), traits: JSON.parse(text) as JsonObject, ours: false };
  return kind.reaches === true ? [suspect, { ...suspect, reaching: true }] : [suspect];
}

/** Says what the API server would answer to an object that is made in a namespace with a section `admission`, for whoever asks before it is sent. */

import { ADMISSION_LABEL } from "../../api/names.ts";
import type { KubernetesObject } from "../../api/object.ts";
import { NAMESPACE_NAME_LABEL } from "../../controls/network/peers.ts";
import type { Policy, Requirement } from "../policy.ts";
import { admissionPolicies } from "./index.ts";
import { objection } from "./judge.ts";

/** Where and when an object is made. */
export interface Place {
  readonly namespace: string;
  /** The baseline of the namespace, with the defaults of the schema, as far as policies read it. */
  readonly baseline: unknown;
  /** Mode of its section `admission`, which is the mark of the namespace. */
  readonly mode: "Enforce" | "Report";
  /** RFC 3339: exemptions end by it. */
  readonly now: string;
}

/** What the API server would say of an object. */
export interface Answer {
  /** It would not make it; otherwise it only warns. */
  readonly isRefused: boolean;
  /** As the API server words it, in one line, with the problems of all policies. */
  readonly message: string;
  /** The problems alone. */
  readonly problems: string;
}

/** Whether section `admission` is about objects of this kind at all. */
export function isJudged(object: KubernetesObject): boolean {
  return admissionPolicies.some((policy) => isAbout(policy, object));
}

/** What would be said of an object that does not exist yet; undefined if it would pass without a word. Never throws. */
export function answerTo(object: KubernetesObject, place: Place): Answer | undefined {
  const asNew = { ...object, metadata: { ...object.metadata, creationTimestamp: place.now } };
  const labels = { [ADMISSION_LABEL]: place.mode, [NAMESPACE_NAME_LABEL]: place.namespace };
  const asked = admissionPolicies.filter((policy) => isAbout(policy, object) && selects(policy.namespaces ?? [], labels));
  const said = asked.flatMap((policy) => sayingOf(policy, asNew, place) ?? []);
  // Of the two policies about an object one speaks. Where it cannot be judged both fail, and the one that refuses decides.
  const refusals = said.filter(({ isRefused }) => isRefused);
  const [first, ...others] = refusals.length > 0 ? refusals : said;
  if (first === undefined) return undefined;
  const [message, problems] = [first.message, first.problems].map((text) => [text, ...others.map((one) => one.problems)].join("; "));
  return { isRefused: first.isRefused, message: message ?? "", problems: problems ?? "" };
}

/** Policies match the versions of a group that mean the same, whichever they name. */
function isAbout({ matches }: Policy, { apiVersion = "", kind = "" }: KubernetesObject): boolean {
  const group = apiVersion.includes("/") ? apiVersion.replace(/\/.*$/s, "") : "";
  const resource = resourceOf(kind);
  return matches.some((one) => one.group === group && one.operations.includes("CREATE") && one.resources.includes(resource));
}

/** As Kubernetes makes plurals (https://pkg.go.dev/k8s.io/apimachinery/pkg/api/meta#UnsafeGuessKindToResource), as far as judged kinds need it. */
function resourceOf(kind: string): string {
  const singular = kind.toLowerCase();
  return `${singular}${singular.endsWith("s") ? "es" : "s"}`;
}

function selects(requirements: readonly Requirement[], labels: Readonly<Record<string, string>>): boolean {
  return requirements.every((requirement) => {
    const value = labels[requirement.key];
    if (!("values" in requirement)) return (requirement.operator === "Exists") === (value !== undefined);
    return (requirement.operator === "In") === (value !== undefined && requirement.values.includes(value));
  });
}

/** What a policy that fails closed cannot judge, it refuses. */
function sayingOf(policy: Policy, object: KubernetesObject, { namespace, baseline }: Place): Answer | undefined {
  const isRefused = policy.onFailure === undefined;
  try {
    const message = objection(policy, { namespace, object }, baseline);
    return message === undefined ? undefined : { isRefused, message, problems: withoutOpening(message, namespace) };
  } catch {
    const message = `${policy.name} cannot judge it, and ${isRefused ? "refuses it for that" : "lets it pass"}`;
    return { isRefused, message, problems: message };
  }
}

/** A message begins `the SecurityBaseline of payments refuses it: `. */
function withoutOpening(message: string, namespace: string): string {
  const end = message.indexOf(": ", `the SecurityBaseline of ${namespace}`.length);
  return end === -1 ? message : message.slice(end + 2);
}

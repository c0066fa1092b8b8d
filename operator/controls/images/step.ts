/** Decides whether a policy on images may go from auditing to refusing: it may when every running pod is known to pass. PURE. */
import type { ImagesSection } from "../../api/baseline-images.ts";
import { isJsonObject } from "../../api/json.ts";
import type { Desired } from "../control.ts";
import { byText } from "../order.ts";
import { consequencesOf } from "./image-policy.ts";

/** What a report says of one pod and one policy. */
export interface PodResult {
  readonly passes: boolean;
  /** Seconds since the epoch; 0 where the report does not say when it was found. */
  readonly at: number;
}

/** What reports say of one running pod. */
export interface PodEvidence {
  readonly name: string;
  /** By the name of the policy. */
  readonly results: ReadonlyMap<string, PodResult>;
}

/** What is known of the pods of a namespace. */
export type ImageEvidence =
  | { readonly pods: readonly PodEvidence[] }
  /** Why nothing is known; undefined for what comes in a moment. */
  | { readonly unknown: string | undefined };

/** A policy that does not refuse yet. */
export interface Waiting {
  readonly name: string;
  /** Seconds since the epoch at which its spec was written; undefined while it is not there. */
  readonly since: number | undefined;
}

/** Pods that a message names at most. */
const MAX_NAMED = 5;

/** Seconds by which Kyverno's clock may be behind the API server's: an answer that looks so much older may be about the present policy. */
const CLOCKS_DIFFER = 60;

/** Whether the section takes the step to refusing only when running pods pass. */
export function stepsCarefully({ backend, action, onViolation }: ImagesSection): boolean {
  return backend === "Kyverno" && action === "Deny" && onViolation === "Hold";
}

/** Why a policy goes on auditing, in one sentence; undefined if it may refuse. */
export function whyHeld({ name, since }: Waiting, evidence: ImageEvidence): string | undefined {
  if (!("pods" in evidence)) return `${name} only audits: ${evidence.unknown ?? "running pods are looked at in a moment"}`;
  const told = evidence.pods.map((pod) => ({ name: pod.name, result: currentResult(pod, { name, since }) }));
  const [failing, untold] = [told.filter(({ result }) => result?.passes === false), told.filter(({ result }) => result === undefined)];
  if (failing.length > 0)
    return `${name} only audits: it would refuse ${named(failing)}, which have images without the signature or cannot be checked`;
  if (untold.length > 0) return `${name} only audits: no report of Kyverno tells whether ${named(untold)} would pass`;
  return undefined;
}

/** An answer about what the policy said before is none. */
function currentResult({ results }: PodEvidence, { name, since }: Waiting): PodResult | undefined {
  const result = results.get(name);
  return result === undefined || since === undefined || result.at < since - CLOCKS_DIFFER ? undefined : result;
}

function named(pods: readonly { readonly name: string }[]): string {
  const names = pods.map(({ name }) => name).toSorted(byText);
  const more = names.length - MAX_NAMED;
  return `the running pods ${names.slice(0, MAX_NAMED).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

/** The policy as long as it is held: it audits, and refuses nothing. */
export function withAudit(desired: Desired): Desired {
  const spec = desired.manifest["spec"];
  if (!isJsonObject(spec)) return desired;
  return { ...desired, manifest: { ...desired.manifest, spec: { ...spec, ...consequencesOf("Audit") } }, held: true };
}

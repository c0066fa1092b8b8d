/** Reads what the API server says about running pods when a Namespace is to get a higher Pod Security level (KEP-2579), and asks it as the caller. */
import type { JsonObject } from "../api/json.ts";
import { ApiError } from "./errors.ts";
import { objectPath } from "./paths.ts";
import type { Transport } from "./types.ts";

/** Pods that break a level for the same reasons. */
export interface PodViolation {
  /** The first one by name. */
  readonly pod: string;
  /** How many others there are. */
  readonly others: number;
  /** In the API server's words. */
  readonly reasons: string;
}

/** Running pods held against a level, as far as the API server says. */
export type Preflight =
  | {
      /** Also true where the API server names none of the pods. */
      readonly violated: boolean;
      /** Those that most pods share first, then by name. */
      readonly pods: readonly PodViolation[];
      /** Not all pods were checked, or not all that break the level are named. */
      readonly truncated: boolean;
    }
  | { readonly unknown: string };

/** Characters of warnings after which an API server leaves out the rest (apiserver `truncateAtTotalRunes`). */
const MOST_WARNINGS = 4096;

/** How the API server words it (pod-security-admission `EvaluatePodsInNamespace`). */
const WORDS = {
  violated: /^existing pods in namespace ".*" violate the new PodSecurity enforce level "/,
  partly: /^new PodSecurity enforce level only checked against the first \d+ of \d+ existing pods/,
  failed: /^failed to list pods while checking new PodSecurity enforce level/,
  pod: /^([a-z0-9](?:[-a-z0-9.]*[a-z0-9])?)(?: \(and (\d+) other pods?\))?: (.+)$/s,
};

/**
 * Reads the warnings of a change that raises the level. They end where the list would become too long, so a long one without a word about pods tells
 * nothing; and a reason that does not fit into a header is left out, so pods may break the level of which none is named.
 */
export function readPreflight(warnings: readonly string[]): Preflight {
  const isCut = warnings.reduce((sum, text) => sum + [...text].length, 0) >= MOST_WARNINGS;
  if (warnings.some((text) => WORDS.failed.test(text))) return { unknown: "the API server could not list the pods" };
  const begin = warnings.findIndex((text) => WORDS.violated.test(text));
  const isPartial = warnings.some((text) => WORDS.partly.test(text));
  if (begin === -1) {
    if (isCut) return { unknown: "the answer of the API server has so many warnings that it may have left some out" };
    return isPartial ? { unknown: "the API server did not check all pods" } : { violated: false, pods: [], truncated: false };
  }
  const pods = warnings.slice(begin + 1).flatMap(readPod);
  return { violated: true, pods: pods.toSorted(byWeight), truncated: isPartial || isCut || pods.length === 0 };
}

function readPod(text: string): readonly PodViolation[] {
  const [, pod, others = "0", reasons] = WORDS.pod.exec(text) ?? [];
  return pod === undefined || reasons === undefined ? [] : [{ pod, others: Number(others), reasons }];
}

function byWeight(a: PodViolation, b: PodViolation): number {
  if (a.others !== b.others) return b.others - a.others;
  if (a.pod !== b.pod) return a.pod < b.pod ? -1 : 1;
  return a.reasons < b.reasons ? -1 : 1;
}

/** What became of asking. */
export type Asked = Preflight & {
  /** HTTP status of a refusal; 0 where no answer came. */
  readonly status?: number;
  readonly retryAfter?: number;
};

/** What became of asking; `ask` answers the warnings. Throws only ApiError, and only if this instance may not write. */
export async function preflight(ask: () => Promise<readonly string[]>): Promise<Asked> {
  try {
    return readPreflight(await ask());
  } catch (error) {
    if (!(error instanceof ApiError) || error.class === "fenced") throw error;
    const { status, reason, message, retryAfter } = error;
    return { unknown: `${reason}: ${message}`, status, ...(retryAfter !== undefined && { retryAfter }) };
  }
}

const NAMESPACES = { apiVersion: "v1", resource: "namespaces", namespaced: false };

/**
 * Asks which running pods of a namespace these Pod Security labels would refuse, with the caller's rights: a dry run of a patch of the Namespace, which
 * stores nothing. Where the labels raise nothing the API server checks nothing, and says nothing. Throws only ApiError of class `fenced`.
 */
export function preflightOf(transport: Pick<Transport, "request">, namespace: string, labels: JsonObject): Promise<Asked> {
  return preflight(async () => {
    const warnings: string[] = [];
    await transport.request({
      method: "PATCH",
      path: objectPath({ type: NAMESPACES, name: namespace }),
      query: { dryRun: "All" },
      contentType: "application/merge-patch+json",
      body: { metadata: { labels } },
      onWarnings: (texts) => void warnings.push(...texts),
    });
    return warnings;
  });
}

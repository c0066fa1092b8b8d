/** Reads for a report, as the user who asks for it: a list of each kind, and a sentence for each that they may not read. */
import type { LedgerEntry } from "../../api/break-glass-audit-entry.ts";
import type { KubernetesObject } from "../../api/object.ts";
import { clusterPosture, namespacePosture, type Posture, type PostureKind } from "../../api/postures.ts";
import { ApiError } from "../../cluster/errors.ts";
import { objectPath } from "../../cluster/paths.ts";
import type { ResourceType, Transport } from "../../cluster/types.ts";
import { ENTRIES } from "../audit-archive.ts";
import { REQUESTS, type StoredBreakGlassRequest } from "../break-glass/objects.ts";
import { listAll } from "../cluster-access.ts";
import { CommandError } from "../failure-text.ts";

const NAMESPACES: ResourceType = { apiVersion: "v1", resource: "namespaces", namespaced: false };

/** What a report is made of; undefined for what is not known. */
export interface Lists {
  readonly namespaces: readonly KubernetesObject[] | undefined;
  readonly baselines: readonly Posture[] | undefined;
  /** The one of the cluster, or none. */
  readonly clusterBaselines: readonly Posture[] | undefined;
  readonly requests: readonly StoredBreakGlassRequest[] | undefined;
  readonly entries: readonly LedgerEntry[] | undefined;
  readonly notKnown: readonly string[];
}

/** What is to be read. */
export interface Place {
  /** Undefined: all namespaces. */
  readonly namespace: string | undefined;
  readonly breakGlassNamespace: string;
}

/**
 * Reads with one request per kind and page. The ledger comes before the requests: what it tells of and is not there afterwards has been deleted.
 * @throws CommandError if nothing that a report is about may be read, or a namespace is not there; ApiError
 */
export async function readLists(transport: Transport, { namespace, breakGlassNamespace }: Place): Promise<Lists> {
  const where = namespace === undefined ? "of all namespaces" : `in namespace ${namespace}`;
  const [namespaces, baselines, clusterBaselines, entries] = await Promise.all([
    known(readNamespaces(transport, namespace), namespace === undefined ? "which namespaces there are" : `the namespace ${namespace}`),
    known(listAll(transport, typeOf(namespacePosture), namespace), `SecurityBaselines ${where}`),
    namespace === undefined ? known(listAll(transport, typeOf(clusterPosture), undefined), "the ClusterSecurityBaseline") : NOTHING,
    known(
      listAll(transport, ENTRIES, breakGlassNamespace),
      "the ledger of emergency access, which also tells of requests that were deleted",
    ),
  ]);
  const requests = await known(listAll(transport, REQUESTS, namespace), `requests for emergency access ${where}`);
  if (baselines.why !== undefined && requests.why !== undefined) {
    throw new CommandError(`nothing to report on: ${baselines.why}; ${requests.why}. ${REMEDY}`);
  }
  const parts = [namespaces, baselines, clusterBaselines, requests, entries];
  return {
    namespaces: namespaces.found,
    baselines: baselines.found as readonly Posture[] | undefined,
    clusterBaselines: clusterBaselines.found as readonly Posture[] | undefined,
    requests: requests.found as unknown as readonly StoredBreakGlassRequest[] | undefined,
    entries: entries.found?.flatMap(({ spec }) => (spec === undefined ? [] : [spec as LedgerEntry])),
    notKnown: parts.flatMap(({ why }) => why ?? []),
  };
}

interface Known {
  readonly found: readonly KubernetesObject[] | undefined;
  readonly why?: string;
}

const REMEDY = "Have the ClusterRoles view and securitybaseline-auditor bound to you, or name a namespace of yours with -n";

/** What a report about one namespace is not about. */
const NOTHING: Known = { found: [] };

/** What is refused or not served is not known; any other failure is one of the command. */
async function known(asked: Promise<readonly KubernetesObject[]>, what: string): Promise<Known> {
  try {
    return { found: await asked };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.status === 403) return { found: undefined, why: `not known: ${what}, because you may not read that` };
    if (error.status === 404) return { found: undefined, why: `not known: ${what}, because the cluster does not serve this kind` };
    throw error;
  }
}

async function readNamespaces(transport: Transport, name: string | undefined): Promise<readonly KubernetesObject[]> {
  if (name === undefined) return listAll(transport, NAMESPACES, undefined);
  try {
    return [await transport.request({ method: "GET", path: objectPath({ type: NAMESPACES, name }) })];
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) throw new CommandError(`there is no namespace ${name}`);
    throw error;
  }
}

function typeOf({ apiVersion, resource, namespaced }: PostureKind): ResourceType {
  return { apiVersion, resource, namespaced };
}

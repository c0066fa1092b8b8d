/** Looks up the names that complete a command line: in the kubeconfig, or in the cluster with one request that only reads. */
import { statSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { type Credentials, contextsOf } from "../../cluster/credentials.ts";
import { METADATA_LIST } from "../../cluster/list.ts";
import { collectionPath } from "../../cluster/paths.ts";
import type { ResourceType } from "../../cluster/types.ts";
import { isOpen, phaseOf, REQUESTS, readSection, type StoredBreakGlassRequest } from "../break-glass/objects.ts";
import { type ClusterAccess, withCluster } from "../cluster-access.ts";
import type { CommandIo } from "../io.ts";
import type { Candidate, Place } from "./completions-of.ts";
import { MOST_CANDIDATES } from "./forms.ts";
import type { Names } from "./names-of-flags.ts";

const NAMESPACES: ResourceType = { apiVersion: "v1", resource: "namespaces", namespaced: false };

/** Failures have no place to be told: the person is in the middle of a line. */
const SILENT: CommandIo = {
  stdout: () => undefined,
  stderr: () => undefined,
  readFile: () => Promise.reject(new Error("no file is read")),
};

type Lookup = (cluster: ClusterAccess, place: Place) => Promise<readonly Candidate[]>;

const LOOKUPS: Readonly<Record<Exclude<Names, "Contexts">, Lookup>> = {
  Namespaces: async ({ transport }) => {
    const query = { limit: String(MOST_CANDIDATES) };
    const list = await transport.request({ method: "GET", path: collectionPath(NAMESPACES), query, accept: METADATA_LIST });
    return (list["items"] as readonly { metadata: { name: string } }[]).map(({ metadata }) => ({ value: metadata.name }));
  },
  Profiles: async ({ transport, namespace }, { breakGlassNamespace }) => {
    const stated = await readSection(transport, namespace === breakGlassNamespace ? "cluster" : { namespace });
    const profiles = stated?.section?.profiles ?? [];
    return profiles.map(({ name, role, maxDuration }) => ({ value: name, description: `${role} for ${maxDuration} at most` }));
  },
  Requests: (cluster) => requestsIn(cluster),
  OpenRequests: async (cluster) => (await requestsIn(cluster)).filter(({ isOver }) => !isOver),
};

/** The names that are asked for. Rejects, or answers none, where they cannot be had. */
export async function lookUp(names: Names, place: Place): Promise<readonly Candidate[]> {
  const named = { ...place, kubeconfig: place.kubeconfig?.replace(/^~(?=\/)/, homedir()) };
  if (!kubeconfigs(named.kubeconfig).every(isOrdinary)) return [];
  if (names === "Contexts") return contextsOf(named).map(({ name, cluster }) => ({ value: name, description: `cluster ${cluster}` }));
  let found: readonly Candidate[] = [];
  await withCluster({ ...named, output: "text" }, SILENT, async (cluster) => {
    if (isReadable(cluster.credentials)) found = await LOOKUPS[names](cluster, place);
    return 0;
  });
  return found;
}

async function requestsIn({ transport, namespace }: ClusterAccess): Promise<readonly (Candidate & { readonly isOver: boolean })[]> {
  const query = { limit: String(MOST_CANDIDATES) };
  const list = await transport.request({ method: "GET", path: collectionPath(REQUESTS, namespace), query });
  return (list["items"] as unknown as readonly StoredBreakGlassRequest[]).map((request) => ({
    value: request.metadata.name,
    description: `${phaseOf(request)}: ${request.spec.profile}, ${request.spec.requester?.username ?? "?"}`,
    isOver: !isOpen(request),
  }));
}

/** A plugin that needs a person is not run while that person types something else. */
function isReadable({ files, wantsTerminal }: Credentials): boolean {
  return wantsTerminal !== true && files.every(isOrdinary);
}

/** The files that are there to be read. */
function kubeconfigs(named: string | undefined): readonly string[] {
  if (named !== undefined) return [named];
  const listed = (process.env["KUBECONFIG"] ?? "").split(delimiter).filter((file) => file !== "");
  const usual = join(homedir(), ".kube", "config");
  return listed.length > 0 ? listed : [usual].filter((file) => statSync(file, { throwIfNoEntry: false }) !== undefined);
}

/** A pipe or a device might never end, and reading it could not be given up. */
function isOrdinary(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isFile() === true;
}

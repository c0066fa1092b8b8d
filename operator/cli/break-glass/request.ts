/** Runs `break-glass request`, by which users ask for emergency access in their own name and may wait for it. */
import type { BreakGlassPerson, RequestReference } from "../../api/break-glass-request.ts";
import type { JsonObject } from "../../api/json.ts";
import { API_VERSION } from "../../api/names.ts";
import { visible } from "../../api/visible.ts";
import { type Clock, systemClock } from "../../cluster/clock.ts";
import { type ClusterAccess, type ClusterOptions, withCluster } from "../cluster-access.ts";
import type { CommandIo } from "../io.ts";
import { printJson } from "../manifest-text.ts";
import { inFlagWords, requestFlags } from "./flag-words.ts";
import { cautionAbout, create, getRequest, phaseOf, REQUESTS, type StoredBreakGlassRequest, standing, whoAmI } from "./objects.ts";
import { explainStandstill } from "./standstill.ts";
import { followRequest } from "./wait.ts";

export interface RequestOptions extends ClusterOptions {
  readonly profile: string;
  /** For example `30m`. */
  readonly for: string;
  readonly reason: string;
  readonly ticket?: string | undefined;
  readonly bypass?: boolean | undefined;
  /** RFC 3339; default: at once. */
  readonly startAt?: string | undefined;
  readonly drill?: boolean | undefined;
  /** Name of an earlier request of the same namespace. */
  readonly extends?: string | undefined;
  /** Default: the profile's name and five characters of the API server's choice. */
  readonly name?: string | undefined;
  readonly wait?: boolean | undefined;
  /** Default: the process's own. */
  readonly clock?: Clock;
}

/** A request that is over without access. */
const NOT_GRANTED = 1;

/**
 * Makes a request; with `wait`, follows it until it can be used or is over.
 * @returns exit code: 0 fine, 1 it is over without access, 2 refused, 3 cannot reach the cluster
 */
export function runRequest(options: RequestOptions, io: CommandIo): Promise<number> {
  const work = async (cluster: ClusterAccess): Promise<number> => {
    const request = await makeRequest(cluster, options);
    const { namespace, name } = request.metadata;
    const told = (text: string): void => io.stderr(`${visible(text)}\n`);
    if (options.output === "text") told(`asked for: ${name} in namespace ${namespace}`);
    const outcome = options.wait ? await waitFor(cluster, request, { told, clock: options.clock ?? systemClock }) : request;
    if (options.output === "json") io.stdout(printJson(outcome));
    else io.stdout(summary(outcome));
    return options.wait && outcome.status?.phase !== "Active" ? NOT_GRANTED : 0;
  };
  return withCluster(options, io, work, { worded: inFlagWords(requestFlags(options)) });
}

async function makeRequest({ transport, namespace }: ClusterAccess, options: RequestOptions): Promise<StoredBreakGlassRequest> {
  const [{ person }, earlier] = await Promise.all([
    whoAmI(transport),
    options.extends === undefined ? undefined : getRequest(transport, { namespace, name: options.extends }),
  ]);
  const extended = earlier && { name: earlier.metadata.name, uid: earlier.metadata.uid };
  return create(transport, REQUESTS, manifest(namespace, options, { person, extended }));
}

function manifest(
  namespace: string,
  options: RequestOptions,
  { person, extended }: { readonly person: BreakGlassPerson; readonly extended: RequestReference | undefined },
): JsonObject {
  const { profile, for: duration, reason, ticket, bypass, startAt, drill, name } = options;
  return {
    apiVersion: API_VERSION,
    kind: "BreakGlassRequest",
    metadata: { namespace, ...(name === undefined ? { generateName: `${profile}-` } : { name }) },
    spec: {
      profile,
      duration,
      reason,
      requester: { ...person },
      ...(ticket === undefined ? {} : { ticket }),
      ...(bypass ? { bypass } : {}),
      ...(startAt === undefined ? {} : { startTime: startAt }),
      ...(drill ? { drill } : {}),
      ...(extended === undefined ? {} : { extends: { ...extended } }),
    },
  };
}

/** Tells each new standing on the way, and what is missing where there is none for a while. */
async function waitFor(
  cluster: ClusterAccess,
  request: StoredBreakGlassRequest,
  { told, clock }: { readonly told: (text: string) => void; readonly clock: Clock },
): Promise<StoredBreakGlassRequest> {
  let current = request;
  let last = "";
  const stop = new AbortController();
  const explaining = explainStandstill({ cluster, clock, current: () => current, told }, stop.signal);
  try {
    return await followRequest(cluster.transport, request, (state) => {
      current = state;
      const now = [phaseOf(state), standing(state)].filter((text) => text !== "").join(": ");
      if (now !== last) told(now);
      last = now;
    });
  } finally {
    stop.abort();
    await explaining;
  }
}

/** The name, and once the access is there how to use it. */
function summary(request: StoredBreakGlassRequest): string {
  const { metadata, status } = request;
  const { namespace, name } = metadata;
  if (status?.phase !== "Active") return `${name}\n`;
  const caution = cautionAbout(request);
  return [
    name,
    `  until ${status.deadline}, as ClusterRole ${status.resolved?.role}:`,
    `  securitybaseline break-glass credential ${name} -n ${namespace} --print-kubeconfig > ${name}.kubeconfig`,
    `  kubectl --kubeconfig ${name}.kubeconfig get pods`,
    ...(caution === undefined ? [] : [`  mind that ${caution}`]),
    "",
  ].join("\n");
}

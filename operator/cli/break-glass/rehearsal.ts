/** Finds out what a profile gives whoever may ask for it but not read the baseline: by requests that the API server judges and does not keep. */
import type { BreakGlassEscalation } from "../../api/break-glass.ts";
import type { BreakGlassPerson } from "../../api/break-glass-request.ts";
import { unboundedNotice } from "../../api/grantable-roles.ts";
import type { JsonObject } from "../../api/json.ts";
import { API_VERSION } from "../../api/names.ts";
import { ApiError } from "../../cluster/errors.ts";
import { collectionPath } from "../../cluster/paths.ts";
import type { Transport } from "../../cluster/types.ts";
import { readLongest, readLongestWithoutApproval } from "../../policies/break-glass/limits.ts";
import { REQUESTS } from "./objects.ts";

/** Longer than any profile of the cluster may last, and than most of a namespace. */
const TOO_LONG = "24h";
const REASON = "rehearsal: nothing is asked for, what could be is to be shown";

/** What a profile gives; what is not known is left out. */
export interface Terms {
  readonly role?: string;
  readonly maxDuration?: string;
  readonly approvals?: number;
  /** Longest time without approval, if the user may skip it. */
  readonly bypass?: string;
  /** Who decides, too, and after how long. */
  readonly standIns?: BreakGlassEscalation;
  /** What to know of the role. */
  readonly caution?: string;
}

interface Rehearsed {
  readonly namespace: string;
  readonly profile: string;
  readonly person: BreakGlassPerson;
}

/** The terms that the refusals tell; what they do not tell is left out. @throws ApiError where the API server cannot answer */
export async function rehearse(transport: Transport, rehearsed: Rehearsed): Promise<Terms> {
  const refused = await refusalOf(transport, manifest(rehearsed, { duration: TOO_LONG }));
  const limit = readLongest(refused);
  if (limit === undefined) return refused === "" ? { maxDuration: TOO_LONG } : {};
  const { role = "", longest = "", notice } = limit;
  // Nobody skips the approval of such a role, whatever the profile says.
  if (notice !== undefined) return { role, maxDuration: longest, caution: unboundedNotice(role) };
  const skipping = await refusalOf(transport, manifest(rehearsed, { duration: longest, bypass: true }));
  const bypass = skipping === "" ? longest : readLongestWithoutApproval(skipping)?.["longest"];
  return { role, maxDuration: longest, ...(bypass === undefined ? {} : { bypass }) };
}

function manifest({ namespace, profile, person }: Rehearsed, terms: JsonObject): JsonObject {
  return {
    apiVersion: API_VERSION,
    kind: "BreakGlassRequest",
    metadata: { namespace, generateName: "rehearsal-" },
    spec: { profile, reason: REASON, requester: { ...person }, ...terms },
  };
}

/** What the API server says against it; "" for nothing. */
async function refusalOf(transport: Transport, body: JsonObject): Promise<string> {
  const { namespace } = body["metadata"] as { namespace: string };
  try {
    await transport.request({ method: "POST", path: collectionPath(REQUESTS, namespace), query: { dryRun: "All" }, body });
    return "";
  } catch (error) {
    if (error instanceof ApiError && error.class === "stalled") return error.message;
    throw error;
  }
}

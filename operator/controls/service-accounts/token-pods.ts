/** Tells of a pod whether its own spec mounts a token of the API server, and which of a namespace do so although their ServiceAccount gives none. PURE. */
import type { TokenPods } from "../../api/baseline-status.ts";
import { isJsonObject, type Json, type JsonObject } from "../../api/json.ts";
import { DEFAULT_ACCOUNT_NAME } from "../../kinds/service-account.ts";
import { byText } from "../order.ts";

/** Names that a status has room for. */
const MAX_NAMED = 3;
/** Phases in which no container runs any more. */
const ENDED: readonly unknown[] = ["Succeeded", "Failed"];
/** Begins the name of the volume that the API server itself adds where account and pod let it. */
const ADDED_VOLUME = "kube-api-access-";

/** A pod that asks for a token. */
export interface TokenPod {
  readonly name: string;
  /** ServiceAccount that it runs as. */
  readonly account: string;
}

/**
 * The account of a pod that mounts a token by its own spec: by `automountServiceAccountToken: true`, which outdoes the account (pod API), or by a volume of
 * its own with a token for the API server, which is what a token is for that names no audience. Undefined for other pods, and for those that have ended.
 */
export function tokenAccountOf({ spec, status }: JsonObject): string | undefined {
  if (!isJsonObject(spec)) return undefined;
  if (isJsonObject(status) && ENDED.includes(status["phase"])) return undefined;
  const { automountServiceAccountToken: automount, serviceAccountName } = spec;
  if (automount !== true && !volumesOf(spec).some((volume) => bringsToken(volume, automount))) return undefined;
  return typeof serviceAccountName === "string" && serviceAccountName !== "" ? serviceAccountName : DEFAULT_ACCOUNT_NAME;
}

/** Where a pod does not refuse a token, the API server may have added its own volume: that says what the account gave then, and nothing of the pod. */
function bringsToken({ name, projected }: JsonObject, automount: Json | undefined): boolean {
  if (automount !== false && typeof name === "string" && name.startsWith(ADDED_VOLUME)) return false;
  const sources = isJsonObject(projected) ? listOf(projected["sources"]) : [];
  return sources.some(({ serviceAccountToken: token }) => isJsonObject(token) && !token["audience"]);
}

function volumesOf(spec: JsonObject): readonly JsonObject[] {
  return listOf(spec["volumes"]);
}

function listOf(value: Json | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

/** How many pods mount a token although `gives` says that their account gives none, and the first of them by name; undefined where there is none. */
export function tokenPodsOf(pods: Iterable<TokenPod>, gives: (account: string) => boolean): TokenPods | undefined {
  const names = [...pods].filter(({ account }) => !gives(account)).map(({ name }) => name);
  if (names.length === 0) return undefined;
  return { count: names.length, names: names.toSorted(byText).slice(0, MAX_NAMED) };
}

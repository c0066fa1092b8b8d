/** Runs `break-glass offline`, which prints the objects of a grant for custodians to make by hand while the operator is down. */
import { randomUUID } from "node:crypto";
import { unboundedNotice } from "../../api/grantable-roles.ts";
import type { JsonObject } from "../../api/json.ts";
import { BY_HAND_LABEL_VALUE, GRANT_LABEL } from "../../api/names.ts";
import { visible } from "../../api/visible.ts";
import { boundsOfRole } from "../../breakglass/allowed-roles.ts";
import { grantObjects } from "../../breakglass/grant.ts";
import { durationSeconds } from "../../breakglass/profiles.ts";
import { rfc3339 } from "../../breakglass/times.ts";
import type { BreakGlassSettings, GrantObject, GrantScope, ObjectLabels } from "../../breakglass/types.ts";
import { ApiError } from "../../cluster/errors.ts";
import { type ClusterOptions, withCluster } from "../cluster-access.ts";
import { CommandError, tellFailures } from "../failure-text.ts";
import type { CommandIo } from "../io.ts";
import { printManifests } from "../manifest-text.ts";
import { SHORTEST_TOKEN } from "./objects.ts";

export interface OfflineOptions extends ClusterOptions {
  readonly scope: GrantScope;
  readonly role: string;
  /** Name of the user who gets the access, as the API server knows it. */
  readonly user: string;
  /** For example `30m`. */
  readonly for: string;
  readonly reason?: string | undefined;
  /** RFC 3339; default: the API server's clock. */
  readonly now?: string | undefined;
  readonly settings: Pick<BreakGlassSettings, "namespace" | "objectLabels" | "unboundedRoles">;
}

/**
 * Prints the four objects of a grant, made by the same code as the operator's, with how to use them and how to clean up. They are judged by
 * the same policies as the operator's when they are made.
 * @returns exit code: 0 fine, 2 invalid input, 3 the API server's clock cannot be read and `now` is not given
 */
export function runOffline(options: OfflineOptions, io: CommandIo): Promise<number> {
  const { now, output } = options;
  if (now !== undefined) return tellFailures({ output, io }, async () => print(options, timeOf(now), io));
  return withCluster(options, io, async ({ transport, serverNow }) => {
    await transport.request({ method: "GET", path: "/version" }).catch(ignoreRefusal);
    const time = serverNow();
    if (time === undefined) throw new CommandError("the API server's answers carry no Date: give the time with --now");
    return print(options, time, io);
  });
}

function timeOf(text: string): number {
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw new CommandError("--now is no time: write it like 2026-11-23T10:00:00Z");
  return time;
}

/** A refusal carries the time as well as an answer does. */
function ignoreRefusal(error: unknown): void {
  if (error instanceof ApiError && error.status !== 0) return;
  throw error;
}

function print(options: OfflineOptions, now: number, io: CommandIo): number {
  const { settings, scope, role, user } = options;
  const seconds = durationSeconds(options.for);
  if (!(seconds >= SHORTEST_TOKEN)) throw new CommandError("--for is no duration from 10m on: write it like 30m");
  const { isUnbounded } = boundsOfRole(role, settings);
  if (isUnbounded && scope !== "cluster") {
    throw new CommandError(`${unboundedNotice(role)}: the policies allow it for the whole cluster alone: say --cluster, or another --role`);
  }
  const deadline = Math.floor(now / 1000) + seconds;
  const objects = grantObjects({ settings, scope, requester: user, requestUID: randomUUID(), role, deadline });
  const manifests = printManifests(
    options.output === "json" ? "json" : "yaml",
    objects.map((object) => byHand(object, settings.objectLabels)),
  );
  io.stdout(options.output === "json" ? manifests : comments(options, objects, deadline) + manifests);
  return 0;
}

/** With the operator's label the API server would look for the baseline that asked for the grant, and custodians need none. */
function byHand({ manifest }: GrantObject, objectLabels: ObjectLabels): JsonObject {
  const metadata = { ...(manifest["metadata"] as JsonObject), labels: { ...objectLabels, [GRANT_LABEL]: BY_HAND_LABEL_VALUE } };
  return { ...manifest, metadata };
}

function comments(options: OfflineOptions, objects: readonly GrantObject[], deadline: number): string {
  const { role, user, scope, settings, reason } = options;
  const place = scope === "cluster" ? "the whole cluster" : `namespace ${scope.namespace}`;
  const name = objects[0]?.name ?? "";
  const lines = [
    `${user} gets ClusterRole ${role} in ${place} until ${rfc3339(deadline)}.`,
    ...(boundsOfRole(role, settings).isUnbounded
      ? [`Mind that ${unboundedNotice(role)}: have it looked at afterwards what was done with it.`]
      : []),
    ...(reason === undefined ? [] : [`Reason: ${reason}`]),
    "Make the objects as a member of a custodian group:",
    "  kubectl create -f FILE",
    `Then ${user} mints the token. It may not outlive the deadline, and lasts ten minutes at least:`,
    `  kubectl create token ${name} --namespace ${settings.namespace} --duration $((${deadline} - $(date +%s) - 5))s`,
    "Clean up when it is over. The first line ends all tokens:",
    ...objects.filter(({ part }) => part !== "binding").map(cleanUp),
    `The binding that is left gives nobody anything. Whoever may delete bindings in ${place} removes it:`,
    ...objects.filter(({ part }) => part === "binding").map(cleanUp),
  ];
  return lines.map((line) => `# ${visible(line)}\n`).join("");
}

function cleanUp({ kind, namespace, name }: GrantObject): string {
  return `  kubectl delete ${kind.kind.toLowerCase()} ${name}${namespace === "" ? "" : ` --namespace ${namespace}`}`;
}

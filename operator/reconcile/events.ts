/** Sends Events (events.k8s.io/v1) to the users of a cluster: best effort, aggregated, and only for something that happened. */
import { createHash } from "node:crypto";
import { API_VERSION } from "../api/names.ts";
import { visible } from "../api/visible.ts";
import type { ResourceType, Writer } from "../cluster/types.ts";

const EVENTS: ResourceType = { apiVersion: "events.k8s.io/v1", resource: "events", namespaced: true };
/** Repeats inside this time become one Event with a series, in milliseconds. */
const AGGREGATE = 600_000;
/** Events remembered for aggregation; the oldest are forgotten first. */
const MAX_REMEMBERED = 1_000;
/** Events on their way to the API server; more are dropped rather than kept in memory. */
const MAX_IN_FLIGHT = 50;
/** Longest note that the API accepts. */
const MAX_NOTE = 1_024;

/** Where Events about objects outside namespaces belong (events.k8s.io/v1). */
const CLUSTER_EVENTS_NAMESPACE = "default";

/** An object of ours that an Event is about. */
export interface Regarding {
  readonly kind: string;
  /** "" for an object outside namespaces. */
  readonly namespace: string;
  readonly name: string;
  /** So that `kubectl describe` shows the Event. */
  readonly uid: string;
}

export interface Happening {
  readonly regarding: Regarding;
  readonly type: "Normal" | "Warning";
  /** CamelCase, for machines. */
  readonly reason: string;
  /** What the operator did or did not do, CamelCase. */
  readonly action: string;
  readonly note: string;
}

export interface Recorder {
  /** Sends an Event without waiting; never throws. */
  record(happening: Happening): void;
}

interface Remembered {
  readonly first: string;
  readonly until: number;
  count: number;
}

/** `now` answers milliseconds since the epoch; `instance` names this process in the Event. */
export function createRecorder(options: {
  readonly writer: Writer;
  readonly instance: string;
  readonly now: () => number;
  readonly onError: (message: string) => void;
}): Recorder {
  const remembered = new Map<string, Remembered>();
  let inFlight = 0;
  const recall = (key: string, now: number): Remembered => {
    const known = remembered.get(key);
    if (known !== undefined && known.until > now) {
      known.count += 1;
      return known;
    }
    const fresh = { first: microTime(now), until: now + AGGREGATE, count: 1 };
    remembered.delete(key);
    remembered.set(key, fresh);
    const oldest = remembered.keys().next().value;
    if (remembered.size > MAX_REMEMBERED && oldest !== undefined) remembered.delete(oldest);
    return fresh;
  };
  return {
    record(happening) {
      if (inFlight >= MAX_IN_FLIGHT) return;
      const now = options.now();
      const { regarding, reason, note } = happening;
      const key = JSON.stringify([regarding.namespace, regarding.uid, reason, note]);
      const namespace = regarding.namespace === "" ? CLUSTER_EVENTS_NAMESPACE : regarding.namespace;
      const { first, count } = recall(key, now);
      const name = `${regarding.name}.${createHash("sha256").update(`${key}${first}`).digest("hex").slice(0, 16)}`;
      const manifest = {
        ...eventOf(happening, options.instance),
        metadata: { name, namespace },
        eventTime: first,
        ...(count > 1 ? { series: { count, lastObservedTime: microTime(now) } } : {}),
      };
      inFlight += 1;
      options.writer
        .apply({ type: EVENTS, namespace, name }, manifest)
        .catch((error: unknown) => options.onError(error instanceof Error ? error.message : String(error)))
        .finally(() => {
          inFlight -= 1;
        });
    },
  };
}

function eventOf({ regarding, type, reason, action, note }: Happening, instance: string) {
  const { namespace, ...reference } = regarding;
  return {
    apiVersion: EVENTS.apiVersion,
    kind: "Event",
    regarding: { apiVersion: API_VERSION, ...reference, ...(namespace !== "" && { namespace }) },
    type,
    reason,
    action,
    note: visible(note).slice(0, MAX_NOTE),
    reportingController: "securitybaseline.dev/operator",
    reportingInstance: instance.slice(0, 128),
  };
}

/** RFC 3339 with microseconds, as `metav1.MicroTime` wants it. */
function microTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace("Z", "000Z");
}

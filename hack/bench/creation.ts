/** Measures creation: new baselines until they are Ready, against a bare client that sends the same bodies. */

import type { SecurityBaseline } from "../../operator/api/baseline.ts";
import { auditMark } from "../../test/support/audit-log.ts";
import { applyBaseline, conditionOf, FULL_SPEC } from "../../test/support/baselines.ts";
import { admin } from "../../test/support/cluster.ts";
import { operatorWrites } from "../../test/support/operator-requests.ts";
import { type Arena, freshNamespaces, IN_FLIGHT } from "./arena.ts";
import { type RawObject, rawObjects } from "./bodies.ts";
import { inParallel } from "./parallel.ts";
import type { WatchEvent } from "./raw-client.ts";
import type { CreationRound } from "./result.ts";
import { rounded, spreadOf } from "./statistics.ts";

const OWNER = "owner";

/** Sends all objects of some new namespaces as fast as a bare client can; answers objects per second. No operator may run. */
export async function measureCeiling(arena: Arena, namespaces: number): Promise<number> {
  const objects = await rawNamespaces("bench-raw", namespaces);
  const started = performance.now();
  await inParallel(IN_FLIGHT, objects, ({ path, body }) => arena.account.apply(path, body));
  return perSecond(objects.length, performance.now() - started);
}

/** Makes namespaces and answers the objects that belong into them, which are not written yet. */
export async function rawNamespaces(prefix: string, count: number): Promise<RawObject[]> {
  const objects: RawObject[] = [];
  await inParallel(IN_FLIGHT, await freshNamespaces(prefix, count), async (namespace) => {
    const owner = await admin().create({ apiVersion: "v1", kind: "ConfigMap", metadata: { namespace, name: OWNER } });
    objects.push(...rawObjects(namespace, { name: OWNER, uid: owner.metadata?.uid ?? "" }));
  });
  return objects;
}

/** Creates baselines in these namespaces all at once, with the operator running, and waits until each is Ready. */
export async function measureCreation(arena: Arena, namespaces: readonly string[], ceiling: number): Promise<CreationRound> {
  const mark = await auditMark();
  const started = performance.now();
  const ready = namespaces.map((namespace) => arena.baselines.sees(`${namespace} is Ready`, ({ object }) => isReadyIn(namespace, object)));
  await Promise.all([...ready, inParallel(IN_FLIGHT, namespaces, (namespace) => applyBaseline(namespace, FULL_SPEC))]);
  const finished = Math.max(...(await Promise.all(ready)));
  const managed = await Promise.all(namespaces.map(managedIn));
  const objects = managed.reduce((sum, count) => sum + count, 0);
  const writes = await Promise.all(namespaces.map(async (namespace) => (await operatorWrites(mark, namespace)).length));
  return {
    baselines: namespaces.length,
    objects,
    ceiling,
    operator: perSecond(objects, finished - started),
    writesPerBaseline: spreadOf(writes),
  };
}

/** Whether an object is the baseline of a namespace, Ready in its present generation. */
export function isReadyIn(namespace: string, object: WatchEvent["object"]): object is SecurityBaseline & WatchEvent["object"] {
  if (object.metadata?.namespace !== namespace) return false;
  const ready = conditionOf(object as unknown as SecurityBaseline, "Ready");
  return ready?.status === "True" && ready.observedGeneration === object.metadata.generation;
}

async function managedIn(namespace: string): Promise<number> {
  const ref = { apiVersion: "securitybaseline.dev/v1alpha1", kind: "SecurityBaseline", namespace, name: "baseline" };
  const { status } = await admin().get<SecurityBaseline>(ref);
  return status?.summary?.inSync ?? 0;
}

function perSecond(count: number, milliseconds: number): number {
  return rounded((count * 1000) / milliseconds);
}

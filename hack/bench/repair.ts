/** Measures repair: how long a deleted NetworkPolicy is gone, with the operator and with the floor, in turn. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { objectPath } from "../../operator/cluster/paths.ts";
import { networkPolicy } from "../../operator/kinds/network-policy.ts";
import { type AuditEvent, auditEvents, auditMark } from "../../test/support/audit-log.ts";
import { OPERATOR_USER } from "../../test/support/operator-process.ts";
import { type Arena, IN_FLIGHT } from "./arena.ts";
import { OWN_LABEL, wanted } from "./bodies.ts";
import { rawNamespaces } from "./creation.ts";
import type { FloorTask } from "./floor.ts";
import { inParallel } from "./parallel.ts";
import type { RepairRound } from "./result.ts";
import { distributionOf, rounded } from "./statistics.ts";
import { isNamed } from "./witness.ts";

const PROGRAM = join(import.meta.dirname, "floor.ts");
const FLOOR_NAMESPACES = 10;
/** Milliseconds between a repair and the next deletion: drift comes now and then, and reporting one is not part of repairing the next. */
const PAUSE = { least: 30, spread: 20 };

/** An object that can be deleted because somebody brings it back. */
export interface Target {
  readonly namespace: string;
  readonly name: string;
  readonly path: string;
}

export interface Floor {
  readonly targets: readonly Target[];
  close(): void;
}

/** Starts the floor, a process of its own, and writes what it looks after. */
export async function startFloor(arena: Arena): Promise<Floor> {
  const objects = (await rawNamespaces("bench-floor", FLOOR_NAMESPACES)).filter(({ resource }) => resource === networkPolicy.resource);
  await inParallel(IN_FLIGHT, objects, ({ path, body }) => arena.account.apply(path, body));
  const selector = encodeURIComponent(`${OWN_LABEL.name}=${OWN_LABEL.value}`);
  const task: FloorTask = {
    access: arena.access,
    collection: `/apis/networking.k8s.io/v1/networkpolicies?labelSelector=${selector}`,
    objects: Object.fromEntries(objects.map(({ namespace, name, path, body }) => [`${namespace}/${name}`, { path, body }])),
  };
  const child = fork(PROGRAM);
  child.send(task);
  await once(child, "message");
  return { targets: objects, close: () => child.disconnect() };
}

/** The NetworkPolicies that the operator looks after, ordered so that neighbours lie in different namespaces. */
export function policiesOf(namespaces: readonly string[]): readonly Target[] {
  const names = wanted("", "")
    .filter(({ kind }) => kind === networkPolicy)
    .map(({ name }) => name);
  return names.flatMap((name) =>
    namespaces.map((namespace) => ({ namespace, name, path: objectPath({ type: networkPolicy, namespace, name }) })),
  );
}

/** Deletes objects of both, one after the other and in turn, so that both meet the same machine. */
export async function measureRepair(
  arena: Arena,
  floor: Iterator<Target>,
  operator: Iterator<Target>,
  deletions: number,
): Promise<RepairRound> {
  const mark = await auditMark();
  const taken = { floor: [] as number[], operator: [] as number[] };
  for (let done = 0; done < deletions; done++) {
    taken.floor.push(await timeRepair(arena, floor.next().value));
    taken.operator.push(await timeRepair(arena, operator.next().value));
  }
  const requests = await auditEvents(mark, { user: OPERATOR_USER });
  return {
    floor: distributionOf(taken.floor),
    operator: distributionOf(taken.operator),
    requestsPerDeletion: perDeletion(requests, deletions),
  };
}

async function timeRepair({ admin, policies }: Arena, { namespace, name, path }: Target): Promise<number> {
  const back = policies.sees(`${namespace}/${name} is back`, ({ type, object }) => type === "ADDED" && isNamed(object, namespace, name));
  const sent = performance.now();
  await Promise.all([back, admin.delete(path)]);
  const taken = (await back) - sent;
  await delay(PAUSE.least + PAUSE.spread * Math.random());
  return taken;
}

/** Endlessly, each as often as the others: an object that is deleted again and again within a minute is repaired more slowly, on purpose. */
export function* inTurn<T>(items: readonly T[]): Generator<T, never> {
  for (;;) yield* items;
}

function perDeletion(requests: readonly AuditEvent[], deletions: number): Record<string, number> {
  const described = requests.map(({ verb, objectRef }) => {
    const part = objectRef?.subresource === undefined ? "" : `/${objectRef.subresource}`;
    return `${verb} ${objectRef?.resource}${part}`;
  });
  const counts = Object.entries(Object.groupBy(described, (one) => one));
  return Object.fromEntries(counts.map(([name, all = []]) => [name, rounded(all.length / deletions)]));
}

/** Measures once what objects of others cost the operator: memory, requests, looks, and how soon a change of one is told. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import type { SecurityBaseline, SecurityBaselineSpec } from "../../operator/api/baseline.ts";
import { auditMark } from "../../test/support/audit-log.ts";
import { applyBaseline } from "../../test/support/baselines.ts";
import { readMetrics, sumOf } from "../../test/support/metrics.ts";
import type { OperatorProcess } from "../../test/support/operator-process.ts";
import { type Arena, freshNamespaces, IN_FLIGHT, openArena } from "./arena.ts";
import { binding, foreignObjects } from "./foreign.ts";
import { machine } from "./machine.ts";
import { memoryOf, withOperator } from "./operator-run.ts";
import { inParallel } from "./parallel.ts";
import { requestsSince } from "./requests.ts";
import type { FindingsResult, Measured } from "./result.ts";
import { distributionOf, rounded, spreadOf } from "./statistics.ts";

const { values } = parseArgs({
  options: {
    objects: { type: "string", default: "1000" },
    changes: { type: "string", default: "100" },
    lives: { type: "string", default: "3" },
    namespaces: { type: "string", default: "1000" },
    quiet: { type: "string", default: "30" },
    part: { type: "string", multiple: true, default: ["host", "crowd"] },
  },
});

const RESULT = join(import.meta.dirname, "results", "findings.json");

const settings = {
  objects: Number(values.objects),
  changes: Number(values.changes),
  lives: Number(values.lives),
  namespaces: Number(values.namespaces),
  quiet: Number(values.quiet),
};

/** Objects of others in each of the many namespaces. */
const EACH = 3;
const SPEC: SecurityBaselineSpec = { network: { defaultDeny: ["Ingress"] }, serviceAccounts: {} };
/** The binding that is changed again and again. */
const CHANGED = "changed";
/** Milliseconds after which memory is read, and in which further looks would show. */
const SETTLED = 5_000;

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Resident memory, in MiB, of operators that have looked at everything and rest; one life each. */
async function memoryAtRest(arena: Arena): Promise<readonly number[]> {
  const read: number[] = [];
  for (let life = 0; life < settings.lives; life++) {
    const { measured } = await withOperator(arena, async ({ pid }) => {
      await delay(SETTLED);
      return (await memoryOf(pid)).now;
    });
    read.push(measured);
  }
  return read;
}

/** A group becomes a user and a user a group again: milliseconds until the status says whom everything is given to. */
async function timeChanges({ admin, baselines }: Arena, namespace: string): Promise<readonly number[]> {
  const taken: number[] = [];
  for (let change = 0; change < settings.changes; change++) {
    const isWeak = change % 2 === 0;
    const { path, body } = binding(namespace, CHANGED, { role: "cluster-admin", kind: isWeak ? "User" : "Group" });
    const seen = baselines.sees(`change ${change} is told`, ({ object }) => {
      if (object.metadata?.namespace !== namespace) return false;
      const { findings = [] } = (object as unknown as SecurityBaseline).status ?? {};
      // The worst is listed, however many there are.
      const told = findings.find(({ rule, ref }) => ref.name === CHANGED && rule === "ClusterAdminBinding")?.message;
      return told?.includes(isWeak ? "to User" : "to Group") === true;
    });
    const sent = performance.now();
    await Promise.all([seen, admin.apply(path, body)]);
    taken.push((await seen) - sent);
  }
  return taken;
}

/** One namespace with many objects of others. */
async function measureHost(arena: Arena): Promise<Omit<FindingsResult["host"], keyof Measured>> {
  const [namespace = ""] = await freshNamespaces("bench-weakened", 1);
  await applyBaseline(namespace, SPEC);
  const without = await memoryAtRest(arena);
  const objects = [...foreignObjects(namespace, settings.objects), binding(namespace, CHANGED, { role: "cluster-admin", kind: "Group" })];
  await inParallel(IN_FLIGHT, objects, ({ path, body }) => arena.admin.apply(path, body));
  const beside = await memoryAtRest(arena);
  const { measured } = await withOperator(arena, async () => {
    await delay(SETTLED);
    const mark = await auditMark();
    const told = distributionOf(await timeChanges(arena, namespace));
    return { told, requests: await requestsSince(mark) };
  });
  const memory = { without: spreadOf(without), beside: spreadOf(beside) };
  return { objects: settings.objects, memory, ...measured };
}

/** Looks that the operator has completed. */
async function looksOf(operator: OperatorProcess): Promise<number> {
  return sumOf(await readMetrics(operator), "securitybaseline_reconcile_seconds_count") ?? 0;
}

/** Waits until the operator looks at nothing any more. */
async function untilAtRest(operator: OperatorProcess): Promise<void> {
  let before: number;
  do {
    before = await looksOf(operator);
    await delay(SETTLED);
  } while ((await looksOf(operator)) > before);
}

/** Many namespaces with few objects of others each, of which one object changes. */
async function measureCrowd(arena: Arena): Promise<Omit<FindingsResult["crowd"], keyof Measured>> {
  const namespaces = await freshNamespaces("bench-crowd", settings.namespaces);
  const objects = namespaces.flatMap((namespace) => [
    ...foreignObjects(namespace, EACH - 1),
    binding(namespace, CHANGED, { role: "cluster-admin", kind: "Group" }),
  ]);
  await inParallel(IN_FLIGHT, objects, ({ path, body }) => arena.admin.apply(path, body));
  say(`${namespaces.length} namespaces with ${objects.length} objects of others`);
  const { measured } = await withOperator(arena, async (operator) => {
    await inParallel(IN_FLIGHT, namespaces, (namespace) => applyBaseline(namespace, SPEC));
    await untilAtRest(operator);
    const mark = await auditMark();
    const rested = await looksOf(operator);
    await delay(settings.quiet * 1000);
    const changed = await looksOf(operator);
    const quiet = { seconds: settings.quiet, looks: changed - rested, requests: await requestsSince(mark) };
    await timeChanges(arena, namespaces[0] ?? "");
    await untilAtRest(operator);
    return { quiet, looksPerChange: rounded(((await looksOf(operator)) - changed) / settings.changes) };
  });
  return { namespaces: namespaces.length, objects: EACH, ...measured };
}

/** Measures these parts, and leaves the others in the result file as they are. */
async function main(): Promise<void> {
  const result: FindingsResult = JSON.parse(await readFile(RESULT, "utf8"));
  const parts = { host: measureHost, crowd: measureCrowd };
  for (const part of ["host", "crowd"] as const) {
    if (!values.part.includes(part)) continue;
    // The crowd is counted, and not timed.
    const arena = await openArena({ fsync: part === "host" });
    try {
      const measured = await parts[part](arena);
      say(JSON.stringify(measured));
      Object.assign(result, { [part]: { date: new Date().toISOString().slice(0, 10), machine: machine(arena.kubernetes), ...measured } });
    } finally {
      await arena.close();
    }
    await writeFile(RESULT, `${JSON.stringify(result, null, 2)}\n`);
  }
}

for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));

await main();

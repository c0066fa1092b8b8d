/** Measures the operator's life in phases at several sizes: what starting, creating, restarting and resting cost, and whom. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import { auditEvents, auditMark, WRITE_VERBS } from "../../test/support/audit-log.ts";
import { FULL_SPEC } from "../../test/support/baselines.ts";
import { cluster } from "../../test/support/cluster.ts";
import { readMetrics, sumOf } from "../../test/support/metrics.ts";
import { OPERATOR_USER, type OperatorProcess } from "../../test/support/operator-process.ts";
import { type Arena, freshNamespaces, IN_FLIGHT, openArena } from "./arena.ts";
import { measureCommands } from "./commands.ts";
import { isReadyIn, rawNamespaces } from "./creation.ts";
import { busyShare, load, machine } from "./machine.ts";
import { memoryOf, untilReady } from "./operator-run.ts";
import { inParallel } from "./parallel.ts";
import type { PhaseCosts, PhasesResult, ProcessorTimes, Size } from "./phases-result.ts";
import { usedDuring } from "./processor-time.ts";
import { requestsSince } from "./requests.ts";
import { timeBareStart, timeList } from "./restart.ts";
import { rounded } from "./statistics.ts";

const OUT = join(import.meta.dirname, "..", "..", "docs", "performance", "phases.json");
const OBJECTS = 20;
/** Milliseconds in which an operator comes to rest after its last look. */
const SETTLING = 20_000;
const LOOKED_INTERVAL = 50;
/** Raw objects beyond this many say nothing new about the ceiling. */
const RAW_NAMESPACES = 300;

const { values } = parseArgs({
  options: {
    sizes: { type: "string", default: "100,300,1000" },
    size: { type: "string" },
    quiet: { type: "string", default: "30" },
    out: { type: "string", default: OUT },
    profiles: { type: "string" },
  },
});

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function servers(): { readonly apiserver: number; readonly etcd: number; readonly controllerManager: number } {
  const { apiserver, etcd, controllerManager } = cluster().pids;
  return { apiserver, etcd, controllerManager };
}

function perObject(used: ProcessorTimes, objects: number): ProcessorTimes {
  return Object.fromEntries(Object.entries(used).map(([name, ms]) => [name, rounded(ms / objects)]));
}

/** The same bodies from a bare client. No operator may run. */
async function measureCeiling(arena: Arena, namespaces: number): Promise<Size["ceiling"]> {
  const objects = await rawNamespaces("phase-raw", namespaces);
  let took = 0;
  const used = await usedDuring({ client: process.pid, ...servers() }, async () => {
    const started = performance.now();
    await inParallel(IN_FLIGHT, objects, ({ path, body }) => arena.account.apply(path, body));
    took = performance.now() - started;
  });
  return { perSecond: rounded((objects.length * 1000) / took), processor: perObject(used, objects.length) };
}

/** One life of the operator: until it is ready, through `work`, to its end. */
async function life<T>(arena: Arena, phase: string, work: (operator: OperatorProcess) => Promise<T>): Promise<T & PhaseCosts> {
  const started = performance.now();
  const profiling = ["--cpu-prof", `--cpu-prof-dir=${values.profiles}`, `--cpu-prof-name=${phase}.cpuprofile`];
  const operator = await arena.startOperator(values.profiles === undefined ? [] : profiling);
  try {
    await untilReady(operator);
    const ready = rounded(performance.now() - started);
    const measured = await work(operator);
    return { ready, memory: await memoryOf(operator.pid), ...measured };
  } finally {
    await operator.stop();
  }
}

async function create(arena: Arena, namespaces: readonly string[], { pid }: OperatorProcess) {
  const waiting = new Set(namespaces);
  const allReady = arena.baselines.sees(
    "all baselines are Ready",
    ({ object }) => {
      const { namespace = "" } = object.metadata ?? {};
      if (waiting.has(namespace) && isReadyIn(namespace, object)) waiting.delete(namespace);
      return waiting.size === 0;
    },
    namespaces.length * 1_000 + 60_000,
  );
  const mark = await auditMark();
  let took = 0;
  const used = await usedDuring({ operator: pid, ...servers() }, async () => {
    const started = performance.now();
    await inParallel(IN_FLIGHT, namespaces, (namespace) => arena.admin.apply(pathIn(namespace), bodyIn(namespace)));
    took = (await allReady) - started;
  });
  const objects = namespaces.length * OBJECTS;
  const requests = await requestsSince(mark);
  const perBaseline = Object.fromEntries(Object.entries(requests).map(([name, count]) => [name, rounded(count / namespaces.length)]));
  return { perSecond: rounded((objects * 1000) / took), processor: perObject(used, objects), requests: perBaseline };
}

function pathIn(namespace: string): string {
  return `/apis/securitybaseline.dev/v1alpha1/namespaces/${namespace}/securitybaselines/baseline`;
}

function bodyIn(namespace: string): string {
  const metadata = { namespace, name: "baseline" };
  return JSON.stringify({ apiVersion: "securitybaseline.dev/v1alpha1", kind: "SecurityBaseline", metadata, spec: FULL_SPEC });
}

async function untilLooked(operator: OperatorProcess, baselines: number): Promise<void> {
  while ((sumOf(await readMetrics(operator), "securitybaseline_baselines") ?? 0) < baselines) await delay(LOOKED_INTERVAL);
}

async function rest(operator: OperatorProcess) {
  await delay(SETTLING);
  const mark = await auditMark();
  const seconds = Number(values.quiet);
  const { operator: ms } = await usedDuring({ operator: operator.pid }, () => delay(seconds * 1000));
  return { idle: (await memoryOf(operator.pid)).now, idleProcessor: rounded(ms / seconds), idleRequests: await requestsSince(mark) };
}

interface MeasuredSize extends Size {
  readonly kubernetes: string;
}

async function measureSize(baselines: number): Promise<MeasuredSize> {
  const arena = await openArena({ fsync: false });
  try {
    const empty = await life(arena, `empty-${baselines}`, () => delay(SETTLING).then(() => ({})));
    say(`${baselines}, empty: ${JSON.stringify(empty)}`);
    const ceiling = await measureCeiling(arena, Math.min(baselines, RAW_NAMESPACES));
    say(`${baselines}, ceiling: ${JSON.stringify(ceiling)}`);
    const namespaces = await freshNamespaces("phase", baselines);
    const creation = await life(arena, `create-${baselines}`, (operator) => create(arena, namespaces, operator));
    say(`${baselines}, create: ${JSON.stringify(creation)}`);
    const reference = rounded((await timeBareStart()) + (await timeList(arena)));
    const mark = await auditMark();
    const restart = await life(arena, `restart-${baselines}`, async (operator) => {
      const looked = performance.now();
      await untilLooked(operator, baselines);
      const firstLooks = rounded(performance.now() - looked);
      const writes = (await auditEvents(mark, { user: OPERATOR_USER, verbs: WRITE_VERBS })).length;
      return { firstLooks, writes, ...(await rest(operator)) };
    });
    say(`${baselines}, restart: ${JSON.stringify({ reference, ...restart })}`);
    return {
      baselines,
      objects: baselines * OBJECTS,
      empty,
      ceiling,
      creation,
      restart: { ...restart, reference },
      kubernetes: arena.kubernetes,
    };
  } finally {
    await arena.close();
  }
}

/** A process of its own for each size: the installation is made once per process. */
async function sizeOf(baselines: number, folder: string): Promise<MeasuredSize> {
  const out = join(folder, `${baselines}.json`);
  const args = [import.meta.filename, "--size", String(baselines), "--quiet", values.quiet, "--out", out];
  const profiling = values.profiles === undefined ? [] : ["--profiles", values.profiles];
  const child = spawn(process.execPath, [...args, ...profiling], { stdio: "inherit" });
  const [code] = await once(child, "exit");
  if (code !== 0) throw new Error(`measuring ${baselines} baselines ended with ${code}`);
  return JSON.parse(await readFile(out, "utf8"));
}

async function measureAll(): Promise<PhasesResult> {
  const before = { before: load(), foreignBefore: await busyShare() };
  const commands = await measureCommands();
  say(`commands: ${JSON.stringify(commands)}`);
  const folder = await mkdtemp(join(tmpdir(), "securitybaseline-phases-"));
  const sizes: MeasuredSize[] = [];
  for (const size of values.sizes.split(",").map(Number)) sizes.push(await sizeOf(size, folder));
  await rm(folder, { recursive: true });
  return {
    date: new Date().toISOString().slice(0, 10),
    machine: machine(sizes[0]?.kubernetes ?? ""),
    load: { ...before, after: load(), foreignAfter: await busyShare() },
    quiet: Number(values.quiet),
    commands,
    sizes: sizes.map(({ kubernetes: _, ...size }) => size),
  };
}

for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));

const result = values.size === undefined ? await measureAll() : await measureSize(Number(values.size));
await mkdir(dirname(values.out), { recursive: true });
await writeFile(values.out, `${JSON.stringify(result, null, 2)}\n`);
process.exit(0);

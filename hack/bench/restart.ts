/** Measures a restart with everything in place: how soon the operator is ready, and that it writes nothing. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { KubernetesObject } from "../../operator/api/object.ts";
import { collectionPath } from "../../operator/cluster/paths.ts";
import { ownedKinds } from "../../operator/controls/index.ts";
import { auditEvents, auditMark, WRITE_VERBS } from "../../test/support/audit-log.ts";
import { OPERATOR_USER, type OperatorProcess } from "../../test/support/operator-process.ts";
import type { Arena } from "./arena.ts";
import { type Life, withOperator } from "./operator-run.ts";
import type { RestartRound } from "./result.ts";
import { rounded } from "./statistics.ts";

const PAGE = 500;
const BASELINES = "/apis/securitybaseline.dev/v1alpha1/securitybaselines";

/** One life of the operator whose start is measured before anything else is. */
export interface MeasuredLife<T> extends Life<T> {
  readonly restart: RestartRound;
}

/** Starts the operator with everything in place, and ends it after `measure`. */
export async function measureRestart<T>(arena: Arena, measure: (operator: OperatorProcess) => Promise<T>): Promise<MeasuredLife<T>> {
  const reference = rounded((await timeBareStart()) + (await timeList(arena)));
  const mark = await auditMark();
  let writes = 0;
  const life = await withOperator(arena, async (operator) => {
    writes = (await auditEvents(mark, { user: OPERATOR_USER, verbs: WRITE_VERBS })).length;
    return measure(operator);
  });
  return { ...life, restart: { ready: life.ready, reference, writes } };
}

/** Milliseconds from start to end of a Node process that does nothing. */
export async function timeBareStart(): Promise<number> {
  const started = performance.now();
  await promisify(execFile)(process.execPath, ["--eval", "0"]);
  return performance.now() - started;
}

/** Milliseconds for listing and parsing everything that the operator follows, page by page, the kinds side by side. */
export async function timeList({ account }: Arena): Promise<number> {
  // No backend is installed here, and the operator asks for no kind that is absent.
  const kinds = ownedKinds.filter(({ optional }) => optional !== true);
  const started = performance.now();
  await Promise.all([BASELINES, ...kinds.map((kind) => collectionPath(kind))].map((collection) => listAll(account, collection)));
  return performance.now() - started;
}

interface Page {
  readonly metadata: { readonly continue?: string };
  readonly items: readonly KubernetesObject[];
}

async function listAll(client: Arena["account"], collection: string): Promise<void> {
  let next = "";
  do {
    const { metadata } = await client.get<Page>(`${collection}?limit=${PAGE}&continue=${encodeURIComponent(next)}`);
    next = metadata.continue ?? "";
  } while (next !== "");
}

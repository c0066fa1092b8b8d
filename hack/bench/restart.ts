/** Owns measuring a restart with everything in place: how soon the operator is ready, and that it writes nothing. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { KubernetesObject } from "../../operator/api/object.ts";
import { collectionPath } from "../../operator/cluster/paths.ts";
import { ownedKinds } from "../../operator/controls/index.ts";
import { auditEvents, auditMark, WRITE_VERBS } from "../../test/support/audit-log.ts";
import { OPERATOR_USER } from "../../test/support/operator-process.ts";
import type { Arena } from "./arena.ts";
import type { Life } from "./operator-run.ts";
import { withOperator } from "./operator-run.ts";
import type { RestartRound } from "./result.ts";
import { rounded } from "./statistics.ts";

const PAGE = 500;
const BASELINES = "/apis/securitybaseline.dev/v1alpha1/securitybaselines";

/** Starts the operator and hands it on as soon as its restart is measured; it ends after `use`. */
export async function measureRestart<T>(arena: Arena, use: (life: Life) => Promise<T>): Promise<readonly [RestartRound, T]> {
  const reference = rounded((await timeBareStart()) + (await timeList(arena)));
  const mark = await auditMark();
  return withOperator(arena, async (life) => {
    const writes = (await auditEvents(mark, { user: OPERATOR_USER, verbs: WRITE_VERBS })).length;
    return [{ ready: life.ready, reference, writes }, await use(life)] as const;
  });
}

async function timeBareStart(): Promise<number> {
  const started = performance.now();
  await promisify(execFile)(process.execPath, ["--eval", "0"]);
  return performance.now() - started;
}

/** Lists and parses everything that the operator follows, page by page, the kinds side by side. */
async function timeList({ account }: Arena): Promise<number> {
  const started = performance.now();
  await Promise.all([BASELINES, ...ownedKinds.map((kind) => collectionPath(kind))].map((collection) => listAll(account, collection)));
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

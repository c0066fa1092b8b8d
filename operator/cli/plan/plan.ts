/** The command `plan`: what baselines in files would do in a cluster, by the same steps as the operator, and without a write. */
import { visible } from "../../api/visible.ts";
import type { Transport } from "../../cluster/types.ts";
import { effective } from "../../controls/effective.ts";
import type { FactName } from "../../facts/index.ts";
import { placeOf, postureOf, readBaselines, type Source } from "../baselines.ts";
import type { CommandIo } from "../io.ts";
import { planJson } from "./json.ts";
import { askCluster, type Question } from "./knowledge.ts";
import { beginLook, type Circumstances, homeOf } from "./look.ts";
import { planMarkdown } from "./markdown.ts";
import { isDifferent, type PlannedBaseline, summaryOf } from "./outcome.ts";
import { askAboutPods } from "./running-pods.ts";
import { planSarif } from "./sarif.ts";
import { sightOf } from "./sight.ts";
import { planText } from "./text.ts";
import { readWorkloads } from "./workloads.ts";

/** Form of a plan. */
export type PlanForm = "text" | "json" | "markdown" | "sarif";

/** What to plan, and how to tell it. */
export interface PlanRequest extends Omit<Circumstances, "now"> {
  /** Files, no folders; "-" is standard input. */
  readonly files: readonly string[];
  readonly output: PlanForm;
  /** Answer 1 if anything would change or weakens a namespace. */
  readonly exitCode: boolean;
  /** Colours in the text. */
  readonly colour: boolean;
}

/** Where to plan. */
export interface PlanTarget {
  readonly transport: Transport;
  /** Milliseconds since the epoch, asked once the cluster has answered. */
  now(): number;
}

const PRINTERS: Readonly<Record<PlanForm, (planned: readonly PlannedBaseline[], options: { readonly colour: boolean }) => string>> = {
  text: planText,
  json: planJson,
  markdown: planMarkdown,
  sarif: planSarif,
};

/** Reads the baselines; undefined if they cannot be planned, which is told on stderr then, as lint tells it. */
export async function readPlannable(request: Pick<PlanRequest, "files" | "breakGlassNamespace">, io: CommandIo) {
  const sources = await readBaselines(request.files, io, "plan for");
  if (sources === undefined) return undefined;
  const twice = duplicatesIn(sources);
  for (const line of twice) io.stderr(`${line}\n`);
  return twice.length > 0 ? undefined : sources;
}

/**
 * Plans the baselines and prints the plan to stdout, in the order of the files. Equal input and an equal cluster give equal bytes.
 * @returns exit code: 0, or 1 if asked for and anything would change or weakens a namespace
 * @throws ApiError if the cluster does not answer
 */
export async function runPlan(
  request: PlanRequest,
  sources: readonly Source[],
  { transport, now }: PlanTarget,
  io: CommandIo,
): Promise<number> {
  const [knowledge, workloads] = await Promise.all([
    askCluster(transport, questionOf(sources, request)),
    readWorkloads(transport, sources),
  ]);
  const circumstances = { ...request, now: now() };
  const known = { ...knowledge, listedSight: sightOf(knowledge), workloads };
  const looks = sources.map((source) => beginLook(source, known, circumstances));
  const answers = await askAboutPods(
    transport,
    looks.flatMap(({ question }) => question ?? []),
  );
  const planned = looks.map(({ question, end }) => end(question && answers.get(question.namespace)));
  io.stdout(PRINTERS[request.output](planned, request));
  return request.exitCode && isDifferent(summaryOf(planned)) ? 1 : 0;
}

function questionOf(sources: readonly Source[], circumstances: Pick<Circumstances, "breakGlassNamespace">): Question {
  const reads = sources.flatMap(({ baseline }): readonly FactName[] =>
    effective(postureOf(baseline).kind, baseline, "").sections.flatMap(({ control, value, refused }) =>
      refused === undefined ? (control.reads?.(value) ?? []) : [],
    ),
  );
  return {
    namespaces: [...new Set(sources.map(({ baseline }) => homeOf(baseline, circumstances)))],
    facts: new Set(reads),
    cluster: sources.some(({ baseline }) => !postureOf(baseline).namespaced),
  };
}

/** A namespace has one posture, and so has the cluster. */
function duplicatesIn(sources: readonly Source[]): readonly string[] {
  const groups = Map.groupBy(sources, ({ baseline }) => `${baseline.kind} ${baseline.metadata.namespace ?? ""}`);
  return [...groups.values()].flatMap(([first, ...others]) =>
    others.map(({ baseline, document }) => {
      const where = baseline.metadata.namespace === undefined ? "the cluster" : `namespace ${baseline.metadata.namespace}`;
      const already = first === undefined ? "" : ` has one already at ${placeOf(first.document)}`;
      return visible(`${placeOf(document)}: ${where}${already}: give each namespace one ${baseline.kind}`);
    }),
  );
}

/** Reads, for as long as a policy on images waits for it, what Kyverno's reports say of the running pods of single namespaces. */
import { isJsonObject, type Json, type JsonObject } from "../api/json.ts";
import type { KubernetesObject } from "../api/object.ts";
import type { Log } from "../cluster/log.ts";
import { createReflector, type Reflector } from "../cluster/reflector.ts";
import { createStore } from "../cluster/store.ts";
import type { ResourceType, Stored, Transport } from "../cluster/types.ts";
import type { ImageEvidence, PodResult } from "../controls/images/step.ts";
import { SIGNED_BY_PREFIX } from "../kinds/image-validating-policy.ts";

const PODS: ResourceType = { apiVersion: "v1", resource: "pods", namespaced: true };
const REPORTS: ResourceType = { apiVersion: "wgpolicyk8s.io/v1alpha2", resource: "policyreports", namespaced: true };

/** What Kyverno names as the source of results of image policies. */
const SOURCE = "KyvernoImageValidatingPolicy";

/** Each namespace is two connections. */
const MAX_NAMESPACES = 25;

/** Characters of a name that is kept, of a policy or of a uid: ours are shorter. */
const LONGEST_NAME = 63;

/** Policies that are kept of one report: more signers than a baseline can have. */
const MAX_POLICIES = 32;

const TOO_MANY = `reports are read in ${MAX_NAMESPACES} namespaces at a time, and so many others come first`;

export interface ImageReportsParts {
  readonly transport: Transport;
  readonly log: Log;
  /** Something else is known of the namespace's pods than before. */
  readonly onChange: (namespace: string) => void;
}

interface ReportRow extends Stored {
  /** Uid of the pod that it is about. */
  readonly pod: string;
  readonly results: Readonly<Record<string, PodResult>>;
}

interface Watch {
  readonly pods: Reflector<Stored>;
  readonly reports: Reflector<ReportRow>;
  readonly end: AbortController;
}

export class ImageReports {
  readonly #parts: ImageReportsParts;
  readonly #watches = new Map<string, Watch>();

  constructor(parts: ImageReportsParts) {
    this.#parts = parts;
  }

  /** Begins to follow a namespace; one that is followed stays so. */
  follow(namespace: string): void {
    if (this.#watches.has(namespace) || this.#watches.size >= MAX_NAMESPACES) return;
    const { transport, log, onChange } = this.#parts;
    const end = new AbortController();
    const changed = (): void => {
      if (!end.signal.aborted) onChange(namespace);
    };
    const onProblem = (resource: string) => (problem: string) => log.warn("object skipped", { resource, problem });
    const shared = { transport, log, namespace, onStanding: changed };
    const podStore = createStore<Stored>({
      project: identityOf,
      onChange: (_namespace, { previous, current }) => {
        if (previous?.uid !== current?.uid) changed();
      },
      onProblem: onProblem(PODS.resource),
    });
    const reportStore = createStore<ReportRow>({ project: projectReport, onChange: changed, onProblem: onProblem(REPORTS.resource) });
    const watch: Watch = {
      pods: createReflector({ ...shared, store: podStore, type: PODS, metadataOnly: true }),
      reports: createReflector({ ...shared, store: reportStore, type: REPORTS }),
      end,
    };
    this.#watches.set(namespace, watch);
    for (const reflector of [watch.pods, watch.reports]) void reflector.run(end.signal);
  }

  /** Ends that, if it goes on. */
  leave(namespace: string): void {
    this.#watches.get(namespace)?.end.abort();
    this.#watches.delete(namespace);
  }

  leaveAll(): void {
    for (const namespace of [...this.#watches.keys()]) this.leave(namespace);
  }

  /** What is known of a namespace that is followed, or should be. */
  known(namespace: string): ImageEvidence {
    const watch = this.#watches.get(namespace);
    if (watch === undefined) return { unknown: TOO_MANY };
    const feeds = [watch.pods, watch.reports];
    const failing = feeds.find(({ failure }) => failure !== undefined);
    if (failing !== undefined) return { unknown: failing.problem };
    if (feeds.some(({ synced }) => !synced)) return { unknown: undefined };
    const reports = Map.groupBy(watch.reports.store.list(namespace).values(), ({ pod }) => pod);
    const pods = [...watch.pods.store.list(namespace).values()];
    return { pods: pods.map(({ name, uid }) => ({ name, results: worstOf(reports.get(uid) ?? []) })) };
  }

  /** Resources that cannot be followed at present. */
  failing(): readonly string[] {
    const all = [...this.#watches.values()];
    const isFailing = (feed: "pods" | "reports"): boolean => all.some((watch) => watch[feed].failure !== undefined);
    return [...(isFailing("pods") ? [PODS.resource] : []), ...(isFailing("reports") ? [REPORTS.resource] : [])];
  }
}

function identityOf({ metadata = {} }: KubernetesObject): Stored {
  const { namespace = "", name = "", uid = "", resourceVersion = "" } = metadata;
  return { namespace, name, uid, resourceVersion };
}

/** Undefined for what is about no pod, or about no policy of ours. Who may write reports can say what he likes in them, but no more than this is kept of it. */
function projectReport(object: KubernetesObject): ReportRow | undefined {
  const { scope, results } = object as JsonObject;
  if (!isJsonObject(scope) || scope["kind"] !== "Pod" || !isShort(scope["uid"]) || !Array.isArray(results)) return undefined;
  const identity = identityOf(object);
  const found = new Map<string, PodResult>();
  for (const result of results) {
    const told = resultOf(result, identity.namespace);
    if (told === undefined || (!found.has(told.policy) && found.size >= MAX_POLICIES)) continue;
    found.set(told.policy, worse(found.get(told.policy), told.result));
  }
  return found.size === 0 ? undefined : { ...identity, pod: scope["uid"], results: Object.fromEntries(found) };
}

/** Kyverno names a policy of a namespace by both. An exception (`skip`) passes, and what could not be checked would be refused. */
function resultOf(result: Json, namespace: string): { readonly policy: string; readonly result: PodResult } | undefined {
  if (!isJsonObject(result) || result["source"] !== SOURCE) return undefined;
  const { policy, timestamp, result: outcome } = result;
  const beginning = `${namespace}/`;
  if (typeof policy !== "string" || !policy.startsWith(beginning + SIGNED_BY_PREFIX)) return undefined;
  const name = policy.slice(beginning.length);
  if (!isShort(name)) return undefined;
  const seconds = isJsonObject(timestamp) ? timestamp["seconds"] : undefined;
  const at = typeof seconds === "number" ? seconds : 0;
  return { policy: name, result: { passes: outcome === "pass" || outcome === "skip", at } };
}

function isShort(name: Json | undefined): name is string {
  return typeof name === "string" && name.length <= LONGEST_NAME;
}

/** Of two answers the one that refuses, and of like ones the later. */
function worse(one: PodResult | undefined, other: PodResult): PodResult {
  if (one === undefined || one.passes === other.passes) return one === undefined || one.at < other.at ? other : one;
  return one.passes ? other : one;
}

function worstOf(reports: readonly ReportRow[]): ReadonlyMap<string, PodResult> {
  const worst = new Map<string, PodResult>();
  for (const [policy, result] of reports.flatMap(({ results }) => Object.entries(results))) {
    worst.set(policy, worse(worst.get(policy), result));
  }
  return worst;
}

/** Watches the workloads of single namespaces, for as long as a section of their baseline only tells what it would refuse, and keeps of each whether that is so. */
import type { RefusedWorkload } from "../api/baseline-status.ts";
import type { KubernetesObject } from "../api/object.ts";
import type { Log } from "../cluster/log.ts";
import { createReflector, type Reflector } from "../cluster/reflector.ts";
import { createStore } from "../cluster/store.ts";
import type { Stored, Transport } from "../cluster/types.ts";
import { byText } from "../controls/order.ts";
import { makesPods, WORKLOADS, type WorkloadKind } from "../kinds/workloads.ts";

/** Each namespace is as many connections as there are kinds. */
const MAX_NAMESPACES = 25;

export interface WorkloadWatchesParts {
  readonly transport: Transport;
  readonly log: Log;
  /** Something else would be told of the namespace's workloads than before. */
  readonly onChange: (namespace: string) => void;
}

/** What workloads of a namespace are held against. */
export interface WorkloadRules {
  /** Becomes another with the rules. */
  readonly version: string;
  /** What would be told to whoever makes this object of this kind now; undefined if it would pass. Never throws. */
  judge(type: WorkloadKind, object: KubernetesObject): string | undefined;
}

/** What is known of the workloads of a namespace. */
export type WorkloadCount =
  | { readonly judged: number; readonly refused: readonly RefusedWorkload[] }
  /** Why nothing is known; undefined for what comes in a moment. */
  | { readonly unknown: string | undefined };

interface Row extends Stored {
  readonly problem: string | undefined;
}

interface Watch {
  readonly version: string;
  readonly feeds: readonly { readonly kind: string; readonly reflector: Reflector<Row> }[];
  readonly end: AbortController;
}

const TOO_MANY = `workloads are counted in ${MAX_NAMESPACES} namespaces at a time, and so many others come first: securitybaseline plan tells of this one`;

export class WorkloadWatches {
  readonly #parts: WorkloadWatchesParts;
  readonly #watches = new Map<string, Watch>();

  constructor(parts: WorkloadWatchesParts) {
    this.#parts = parts;
  }

  /** Begins to watch the workloads of a namespace; where that is done by these rules already, nothing changes. */
  follow(namespace: string, rules: WorkloadRules): void {
    if (this.#watches.get(namespace)?.version === rules.version) return;
    // Of a workload the verdict is kept and not what it is made of: by other rules it is read anew.
    this.leave(namespace);
    if (this.#watches.size >= MAX_NAMESPACES) return;
    const end = new AbortController();
    const changed = (): void => {
      if (!end.signal.aborted) this.#parts.onChange(namespace);
    };
    const feeds = WORKLOADS.map((type) => ({ kind: type.kind, reflector: this.#reflect(type, namespace, { rules, changed }) }));
    this.#watches.set(namespace, { version: rules.version, feeds, end });
    for (const { reflector } of feeds) void reflector.run(end.signal);
  }

  /** Ends the watch of a namespace, if there is one. */
  leave(namespace: string): void {
    this.#watches.get(namespace)?.end.abort();
    this.#watches.delete(namespace);
  }

  leaveAll(): void {
    for (const namespace of [...this.#watches.keys()]) this.leave(namespace);
  }

  /** What is known of the workloads of a namespace that is followed, or should be. */
  count(namespace: string): WorkloadCount {
    const watch = this.#watches.get(namespace);
    if (watch === undefined) return { unknown: TOO_MANY };
    const failing = watch.feeds.find(({ reflector }) => reflector.failure !== undefined);
    if (failing !== undefined) return { unknown: failing.reflector.problem };
    if (watch.feeds.some(({ reflector }) => !reflector.synced)) return { unknown: undefined };
    const rows = watch.feeds.flatMap(({ kind, reflector }) =>
      [...reflector.store.list(namespace).values()].map(({ name, problem }) => ({ kind, name, problem })),
    );
    const refused = rows.flatMap(({ kind, name, problem }) => (problem === undefined ? [] : [{ kind, name, message: problem }]));
    return { judged: rows.length, refused: refused.toSorted((a, b) => byText(a.kind, b.kind) || byText(a.name, b.name)) };
  }

  /** Resources that cannot be followed at present. */
  failing(): readonly string[] {
    const all = [...this.#watches.values()].flatMap(({ feeds }) => feeds);
    const kinds = new Set(all.filter(({ reflector }) => reflector.failure !== undefined).map(({ kind }) => kind));
    return WORKLOADS.filter(({ kind }) => kinds.has(kind)).map(({ resource }) => resource);
  }

  #reflect(
    type: WorkloadKind,
    namespace: string,
    { rules, changed }: { readonly rules: WorkloadRules; readonly changed: () => void },
  ): Reflector<Row> {
    const { transport, log } = this.#parts;
    const store = createStore<Row>({
      project: (object) => projectWorkload(type, object, rules),
      onChange: (_namespace, { previous, current }) => {
        if (previous === undefined || current === undefined || previous.problem !== current.problem) changed();
      },
      onProblem: (problem) => log.warn("object skipped", { resource: type.resource, problem }),
    });
    return createReflector({ transport, store, log, type, namespace, onStanding: changed });
  }
}

function projectWorkload(type: WorkloadKind, object: KubernetesObject, rules: WorkloadRules): Row | undefined {
  if (!makesPods(object)) return undefined;
  const { namespace = "", name = "", uid = "", resourceVersion = "" } = object.metadata ?? {};
  return { namespace, name, uid, resourceVersion, problem: rules.judge(type, object) };
}

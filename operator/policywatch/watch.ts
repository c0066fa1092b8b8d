/** Follows the admission policies that the installation relies on, and tells everybody concerned which are not in force as declared. */
import { ADMISSION_POLICY_PREFIX, CONFINEMENT_PREFIX } from "../api/installation.ts";
import type { KubernetesObject } from "../api/object.ts";
import type { SectionProblem } from "../api/reasons.ts";
import { Feeds } from "../cluster/feeds.ts";
import type { Feed, Stored, Transport } from "../cluster/types.ts";
import type { Log } from "../observe/log.ts";
import type { Metrics } from "../observe/metrics.ts";
import type { Policy } from "../policies/policy.ts";
import { type DeclaredObject, declaredObjects, POLICY_KINDS } from "./declared.ts";
import { type Fault, faultText, flawOf } from "./faults.ts";
import { type PolicyRow, projectPolicy } from "./rows.ts";

const UNKNOWN = "whether the policies that judge workloads are in force cannot be told";

/** What to do about a policy that is not as it should be. */
const REMEDY = "apply the manifests of this version again";

export interface PolicyWatchOptions {
  readonly transport: Transport;
  /** What ought to be there. */
  readonly policies: readonly Policy[];
  readonly metrics: Pick<Metrics, "setPolicyProblems">;
  readonly log: Log;
  /** Called when `faults`, `problems` or the state of a feed changed. */
  readonly onChange: () => void;
}

export interface PolicyWatch {
  /** What is wrong at present, in the order of the declarations; empty until everything was listed once. */
  faults(): readonly Fault[];
  /** One sentence for each policy with a lasting fault, by its name: the first fault of the policy or of its bindings. */
  problems(): ReadonlyMap<string, string>;
  /** Why the confinement of the operator is not what it should be, one sentence that is the same for the same cause; undefined if it is. */
  confinementProblem(): string | undefined;
  /** What is wrong with the policies that judge workloads, as a problem of whoever relies on them; undefined if nothing is. */
  admissionProblem(): SectionProblem | undefined;
  /** Where all of this comes from. */
  readonly feeds: readonly Feed<Stored>[];
  /** Resources among them that cannot be followed at present. */
  failing(): readonly string[];
  /** Follows the policies until the signal is aborted. */
  run(signal: AbortSignal): Promise<void>;
}

/** Makes a watch; nothing is sent before `run`. */
export function createPolicyWatch(options: PolicyWatchOptions): PolicyWatch {
  return new Watch(options);
}

class Watch implements PolicyWatch {
  readonly #options: PolicyWatchOptions;
  readonly #declared: readonly DeclaredObject[];
  readonly #feeds: Feeds;
  readonly #byKind: ReadonlyMap<string, Feed<PolicyRow>>;
  #faults: readonly Fault[] = [];
  #problems: ReadonlyMap<string, string> = new Map();

  constructor(options: PolicyWatchOptions) {
    this.#options = options;
    this.#declared = declaredObjects(options.policies);
    this.#feeds = new Feeds(options.transport, options.log, () => this.#look());
    this.#byKind = new Map([...POLICY_KINDS.keys()].map((kind) => [kind, this.#follow(kind)]));
  }

  get feeds(): readonly Feed<Stored>[] {
    return [...this.#byKind.values()];
  }

  faults(): readonly Fault[] {
    return this.#faults;
  }

  problems(): ReadonlyMap<string, string> {
    return this.#problems;
  }

  confinementProblem(): string | undefined {
    const unknown = this.feeds.find(({ synced, problem }) => !synced && problem !== undefined);
    if (unknown !== undefined) return `whether the operator is confined cannot be told: ${unknown.problem}`;
    const [first, ...others] = [...this.#problems]
      .filter(([policy]) => policy.startsWith(CONFINEMENT_PREFIX))
      .map(([, problem]) => problem);
    if (first === undefined) return undefined;
    return `the operator is not confined as declared: ${first}${others.length > 0 ? ` (and ${others.length} more)` : ""}`;
  }

  admissionProblem(): SectionProblem | undefined {
    const unknown = this.feeds.find(({ synced }) => !synced);
    if (unknown?.problem !== undefined) return { reason: "BackendUnavailable", message: `${UNKNOWN}: ${unknown.problem}` };
    if (unknown !== undefined) return { reason: "Progressing", message: `${UNKNOWN}: they are not listed yet` };
    const faults = this.#faults.filter(({ object }) => object.policy.startsWith(ADMISSION_POLICY_PREFIX));
    const lasting = faults.filter(({ flaw }) => flaw !== "unchecked");
    const [first, ...others] = lasting.length > 0 ? lasting : faults;
    if (first === undefined) return undefined;
    const more = others.length > 0 ? ` (and ${others.length} more)` : "";
    return { reason: lasting.length > 0 ? "BackendUnavailable" : "Progressing", message: `${faultText(first, REMEDY)}${more}` };
  }

  failing(): readonly string[] {
    return this.#feeds.failing();
  }

  run(signal: AbortSignal): Promise<void> {
    return this.#feeds.run(signal);
  }

  #follow(kind: string): Feed<PolicyRow> {
    const names = new Set(this.#declared.filter((object) => object.kind === kind).map(({ name }) => name));
    const { type, isChecked } = POLICY_KINDS.get(kind) ?? unknownKind(kind);
    return this.#feeds.follow<PolicyRow>({
      type,
      project: (object: KubernetesObject) => (names.has(object.metadata?.name ?? "") ? projectPolicy(object, isChecked) : undefined),
      onChange: () => this.#look(),
    });
  }

  #look(): void {
    // What was not listed yet would count as missing.
    if (this.feeds.every(({ synced }) => synced)) this.#compare();
    this.#options.onChange();
  }

  #compare(): void {
    this.#faults = this.#declared.flatMap((object) => {
      const flaw = flawOf(object, this.#byKind.get(object.kind)?.store.get("", object.name));
      return flaw === undefined ? [] : [{ object, flaw }];
    });
    const problems = new Map<string, string>();
    for (const fault of this.#faults) {
      const { policy } = fault.object;
      if (fault.flaw !== "unchecked" && !problems.has(policy)) problems.set(policy, faultText(fault, REMEDY));
    }
    this.#tell(problems);
  }

  #tell(problems: ReadonlyMap<string, string>): void {
    const { log, metrics } = this.#options;
    for (const [policy, problem] of problems) {
      if (this.#problems.get(policy) !== problem) log.warn("an admission policy is not in force as declared", { policy, problem });
    }
    for (const policy of this.#problems.keys()) {
      if (!problems.has(policy)) log.info("an admission policy is in force as declared again", { policy });
    }
    this.#problems = problems;
    metrics.setPolicyProblems([...problems.keys()]);
  }
}

function unknownKind(kind: string): never {
  throw new Error(`${kind} is no kind of policy`);
}

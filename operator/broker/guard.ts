/** Answers whether anything may be granted now: the policies stand as declared, the clocks agree, the ledger has a place. */
import type { GrantableRoles } from "../api/grantable-roles.ts";
import type { BreakGlassSettings } from "../breakglass/types.ts";
import type { ServerClock } from "../cluster/server-clock.ts";
import type { Feed, Stored } from "../cluster/types.ts";
import { BREAK_GLASS_PREFIX } from "../policies/break-glass/index.ts";
import { faultText } from "../policywatch/faults.ts";
import type { PolicyWatch } from "../policywatch/watch.ts";
import type { BrokerCaches } from "./caches.ts";

/** What the installation allows at present. */
export interface Standing extends GrantableRoles {
  /** Namespace of grants and ledger. */
  readonly namespace: string;
  /** Those of all these roles that exist. */
  readonly presentRoles: readonly string[];
  /** Why a grant could make itself permanent, by role: see `WantedRole.unbounded`. */
  readonly unboundedBecause: Readonly<Record<string, string>>;
  /** Longest time of one grant, in seconds. */
  readonly maxDuration: number;
  /** Why nothing is granted at present, one sentence; undefined if nothing is in the way. */
  readonly obstacle: string | undefined;
  /** What else is amiss, one sentence; undefined if nothing. */
  readonly caveat: string | undefined;
}

/** Milliseconds by which the clocks may differ: beyond, one of the two is wrong and nobody here can tell which. */
const GREATEST_SKEW = 30_000;

/** What to do about policies that are not as they should be. */
export const REMEDY = 'install what "securitybaseline break-glass installation" prints';

export interface GuardParts {
  readonly caches: Pick<BrokerCaches, "roles" | "requests" | "decisions" | "entries" | "checkpoints">;
  readonly policies: Pick<PolicyWatch, "faults" | "feeds">;
  readonly settings: BreakGlassSettings;
  readonly clock: ServerClock;
  /** Whether it is known which namespaces there are. */
  readonly isKnown: () => boolean;
  /** Whether the break-glass namespace is there and not on its way out. */
  readonly hasNamespace: () => boolean;
  /** What else is in the way, one sentence that is the same for the same cause. */
  readonly alsoInTheWay: () => string | undefined;
  /** What is in the way and shows only when it is tried: it is told, and keeps nobody from trying. One sentence. */
  readonly triedInVain: () => string | undefined;
  /** See `Standing.caveat`. */
  readonly caveat: () => string | undefined;
  /** Called by `check` when the standing is another than before. */
  readonly onChange: () => void;
}

export class Guard {
  readonly #parts: GuardParts;
  #told: string | undefined;
  #clockTrouble: string | undefined;

  constructor(parts: GuardParts) {
    this.#parts = parts;
  }

  /** Why nothing may be granted now, one sentence that is the same for the same cause; undefined if nothing is in the way. */
  obstacle(): string | undefined {
    return this.#notFollowed() ?? this.#policyProblem() ?? this.#clockProblem() ?? this.#placeProblem() ?? this.#parts.alsoInTheWay();
  }

  /** Undefined until everything was listed that it is made from, or is known not to be there: nothing is told that the next list takes back. */
  standing(): Standing | undefined {
    const { settings, caches, isKnown } = this.#parts;
    if (!isKnown() || this.#feeds().some(({ synced, problem }) => !synced && problem === undefined)) return undefined;
    const { namespace, roles, unboundedRoles } = settings;
    const present = [...new Set([...roles, ...unboundedRoles])].flatMap((name) => caches.roles.store.get("", name) ?? []);
    return {
      namespace,
      allowedRoles: roles,
      unboundedRoles,
      presentRoles: present.map(({ name }) => name),
      unboundedBecause: Object.fromEntries(present.flatMap(({ name, unbounded }) => (unbounded === undefined ? [] : [[name, unbounded]]))),
      maxDuration: settings.maxDuration,
      obstacle: this.obstacle() ?? this.#parts.triedInVain(),
      caveat: this.#parts.caveat(),
    };
  }

  /** Looks whether the standing is still what it was, and tells if not. */
  check(): void {
    const standing = JSON.stringify(this.standing());
    if (standing === this.#told) return;
    this.#told = standing;
    this.#parts.onChange();
  }

  /** As `check`, for each answer of the API server: costs nothing while the clocks agree as before. */
  checkClock(): void {
    const trouble = this.#clockProblem();
    if (trouble === this.#clockTrouble) return;
    this.#clockTrouble = trouble;
    this.check();
  }

  #feeds(): readonly Feed<Stored>[] {
    const { caches, policies } = this.#parts;
    const { roles, requests, decisions, entries, checkpoints } = caches;
    return [requests, decisions, entries, checkpoints, ...policies.feeds, roles];
  }

  #notFollowed(): string | undefined {
    const missing = this.#feeds().find(({ synced, served }) => !synced || !served);
    return missing && `emergency access does not work: ${missing.problem ?? "its objects are not listed yet"}`;
  }

  #policyProblem(): string | undefined {
    const fault = this.#parts.policies.faults().find(({ object }) => object.policy.startsWith(BREAK_GLASS_PREFIX));
    return fault && `emergency access is not safe: ${faultText(fault, REMEDY)}`;
  }

  #clockProblem(): string | undefined {
    const skew = this.#parts.clock.skew();
    if (skew === undefined) return "the API server's time is not known yet";
    return skew > GREATEST_SKEW
      ? "the clocks of the operator and the API server differ by more than 30 seconds: one of them is wrong"
      : undefined;
  }

  #placeProblem(): string | undefined {
    const { namespace } = this.#parts.settings;
    return this.#parts.hasNamespace() ? undefined : `namespace ${namespace} is missing: ${REMEDY}`;
  }
}

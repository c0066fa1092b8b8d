/** Carries out the steps of one request in a world of plain data, for tests: ledger, status, objects, and what may go wrong with them. */
import type { BreakGlassProfile } from "../../../operator/api/break-glass.ts";
import type { LedgerEntry } from "../../../operator/api/break-glass-audit-entry.ts";
import type { BreakGlassDecisionSpec, DecisionKind } from "../../../operator/api/break-glass-decision.ts";
import type { BreakGlassRequestSpec } from "../../../operator/api/break-glass-request.ts";
import type { KubernetesObject } from "../../../operator/api/object.ts";
import { decide } from "../../../operator/breakglass/decide.ts";
import { grantObjects, projectGrantObject, scopeOf } from "../../../operator/breakglass/grant.ts";
import type {
  CurrentProfile,
  CurrentRole,
  GrantObject,
  GrantPart,
  LiveGrantObject,
  Snapshot,
  Step,
  StoredDecision,
  StoredRequest,
} from "../../../operator/breakglass/types.ts";

/** 2026-11-23T10:00:00Z, when the request is made. */
export const START = Date.UTC(2026, 10, 23, 10);
export const UID = "r-1";
export const HOME = "securitybaseline-breakglass";
export const PROFILE: BreakGlassProfile = {
  name: "incident",
  role: "sb-incident-admin",
  requesters: { groups: ["payments-oncall"] },
  approvers: { groups: ["payments-leads"], required: 2 },
  maxDuration: "1h",
  approvalTimeout: "30m",
  bypass: { allowed: true, groups: ["payments-oncall"], maxDuration: "20m" },
  blockNextUntilReviewed: true,
};
/** The same, where stand-ins decide from ten minutes on. */
export const WITH_STAND_INS: BreakGlassProfile = {
  ...PROFILE,
  approvers: { ...PROFILE.approvers, escalation: { after: "10m", groups: ["payments-managers", "duty-managers"] } },
};
export const ASKED: BreakGlassRequestSpec = {
  profile: "incident",
  duration: "40m",
  reason: "the payment queue is stuck",
  requester: { username: "alice", uid: "uid-alice" },
};

/** What a decision says besides who and what. */
export interface DecisionExtras {
  readonly namespace?: string;
  readonly request?: string;
  readonly profile?: string;
  readonly uid?: string;
  readonly profileHash?: string;
  readonly maxDuration?: string;
  readonly standIn?: boolean;
  readonly comment?: string;
}

/** The world of one request. Everything may be set: that is how events happen. */
export class ModelWorld {
  now = START;
  request: StoredRequest | undefined;
  history: LedgerEntry[] = [];
  decisions: StoredDecision[] = [];
  firstProfile: CurrentProfile = { profile: PROFILE, baselineUID: "b-1", hash: "h-1" };
  profile: CurrentProfile | undefined = this.firstProfile;
  role: CurrentRole | undefined = { name: "sb-incident-admin", uid: "c-1", rulesHash: "rules-1", unbounded: undefined };
  objects = new Map<GrantPart, LiveGrantObject>();
  ahead = 0;
  unreviewed: string[] = [];
  obstacle: string | undefined;
  policiesLost: string | undefined;
  settings: Snapshot["settings"] = {
    namespace: HOME,
    roles: ["sb-incident-admin"],
    unboundedRoles: [],
    maxDuration: 14_400,
    custodians: [],
    allowSystemNamespaces: false,
    objectLabels: {},
  };
  /** While true, no entry can be written. */
  ledgerFails = false as boolean;
  ledgerBlocked = false as boolean;
  ledgerSince: number | undefined = START - 60_000;
  archivedUntil: number | undefined;
  ledgerRefusal: string | undefined;
  /** Parts whose deletion is refused. */
  readonly guarded = new Set<GrantPart>();
  statusBlocked = false as boolean;
  undeletable: readonly GrantPart[] = [];
  taken: readonly GrantPart[] = [];
  creationRefused: string | undefined;
  /** While true, no status can be written. */
  statusFails = false as boolean;
  /** Parts whose deletion only begins. */
  readonly finalizers = new Set<GrantPart>();
  /** uids of all objects that steps have made. */
  readonly made = new Set<string>();
  #count = 0;

  constructor(spec: Partial<BreakGlassRequestSpec> = {}, namespace = "payments") {
    this.request = {
      namespace,
      name: "incident-1",
      uid: UID,
      resourceVersion: "1",
      generation: 1,
      createdAt: START,
      spec: { ...ASKED, ...spec },
      status: undefined,
    };
  }

  /** The profile is another from the beginning. */
  state(profile: BreakGlassProfile): this {
    this.firstProfile = { ...this.firstProfile, profile };
    this.profile = this.firstProfile;
    return this;
  }

  snapshot(): Snapshot {
    const {
      request,
      history,
      decisions,
      profile,
      role,
      objects,
      ahead,
      unreviewed,
      obstacle,
      policiesLost,
      ledgerBlocked,
      statusBlocked,
      undeletable,
      taken,
      creationRefused,
      ledgerSince,
      archivedUntil,
      ledgerRefusal,
      settings,
    } = this;
    return {
      uid: UID,
      request,
      history: [...history],
      decisions: [...decisions],
      profile,
      role,
      objects: new Map(objects),
      ahead,
      unreviewed,
      obstacle,
      policiesLost,
      ledgerBlocked,
      statusBlocked,
      undeletable,
      taken,
      creationRefused,
      ledgerSince,
      archivedUntil,
      ledgerRefusal,
      settings,
    };
  }

  /** Seconds pass, after which what was refused may be tried again. */
  pass(seconds: number): void {
    this.now += seconds * 1000;
    this.undeletable = [];
  }

  /** Somebody decides; the uid of a person is `uid-<name>` unless it is given. */
  decide(kind: DecisionKind, username: string, extras: DecisionExtras = {}): StoredDecision {
    this.#count += 1;
    const spec: BreakGlassDecisionSpec = {
      requestRef: { name: extras.request ?? "incident-1", uid: UID },
      profile: extras.profile ?? "incident",
      decision: kind,
      approver: { username, uid: extras.uid ?? `uid-${username}` },
      ...(kind === "Approve" && { profileHash: extras.profileHash ?? "h-1" }),
      ...(extras.maxDuration !== undefined && { maxDuration: extras.maxDuration }),
      ...(extras.standIn !== undefined && { standIn: extras.standIn }),
      ...(extras.comment !== undefined && { comment: extras.comment }),
    };
    const decision: StoredDecision = {
      namespace: extras.namespace ?? "payments",
      name: `incident-1-${this.#count}`,
      uid: `d-${this.#count}`,
      resourceVersion: String(this.#count),
      createdAt: Math.floor(this.now / 1000) * 1000,
      spec,
    };
    this.decisions.push(decision);
    return decision;
  }

  /** Somebody changes an object of the grant. */
  change(part: GrantPart, changes: Partial<LiveGrantObject>): void {
    const live = this.objects.get(part);
    if (live !== undefined) this.objects.set(part, { ...live, ...changes });
  }

  /** Somebody else makes an object with the name of the grant, exactly as we would but for its manager. */
  intrude(part: GrantPart): void {
    const wanted = this.#wanted().find((object) => object.part === part);
    if (wanted !== undefined) this.objects.set(part, this.#store(wanted, "kubectl"));
  }

  /** One look and its step; answers the step, and whether it could be carried out. `watch` sees the step before it is. */
  look(watch: (step: Step) => void = () => undefined): { readonly step: Step; readonly done: boolean } {
    const step = decide(this.snapshot(), this.now);
    watch(step);
    return { step, done: this.#carryOut(step) };
  }

  /** Looks until there is nothing to do or a step fails; answers the steps. Throws if that takes too long. */
  settle(watch?: (step: Step) => void): readonly Step[] {
    const steps: Step[] = [];
    while (steps.length < 60) {
      const { step, done } = this.look(watch);
      steps.push(step);
      if (step.verb === "wait" || !done) return steps;
    }
    throw new Error(`no end of steps: ${steps.map(told).join(", ")}`);
  }

  #carryOut(step: Step): boolean {
    switch (step.verb) {
      case "record":
        return this.#record(step.entry);
      case "status":
        this.statusBlocked = this.statusFails;
        if (this.statusFails || this.request === undefined) return false;
        this.request = { ...this.request, status: JSON.parse(JSON.stringify(step.status)) };
        return true;
      case "create":
        return this.#create(step.object);
      case "delete":
        return this.#delete(step.object);
      case "wait":
        return true;
    }
  }

  #record(entry: Extract<Step, { verb: "record" }>["entry"]): boolean {
    this.ledgerBlocked = this.ledgerFails;
    if (this.ledgerFails) return false;
    const seq = this.history.length + 1;
    const time = `${new Date(this.now).toISOString().slice(0, 19)}Z`;
    this.history.push({ v: 1, chain: "c0123456789", seq, prevHash: `hash-${seq - 1}`, time, ...entry, hash: `hash-${seq}` });
    return true;
  }

  #create(object: GrantObject): boolean {
    if (this.objects.has(object.part)) return false;
    const live = this.#store(object, "securitybaseline-breakglass");
    this.objects.set(object.part, live);
    this.made.add(live.uid);
    return true;
  }

  #delete(object: LiveGrantObject): boolean {
    if (this.objects.get(object.part)?.uid !== object.uid) return false;
    const isRefused = this.guarded.has(object.part);
    this.undeletable = this.undeletable.filter((part) => part !== object.part).concat(isRefused ? object.part : []);
    if (isRefused) return false;
    if (this.finalizers.has(object.part)) this.change(object.part, { terminatingSince: this.now });
    else this.objects.delete(object.part);
    return true;
  }

  #store({ part, kind, manifest }: GrantObject, manager: string): LiveGrantObject {
    this.#count += 1;
    const { metadata = {}, ...body } = manifest as KubernetesObject;
    const managedFields = [{ manager, operation: "Update" }];
    return projectGrantObject(part, kind, {
      ...body,
      metadata: { ...metadata, uid: `o-${this.#count}`, resourceVersion: "1", managedFields },
    });
  }

  #wanted(): readonly GrantObject[] {
    const issuing = this.history.find(({ type }) => type === "Issuing");
    if (issuing?.deadline === undefined) return [];
    const { namespace = "", role = "" } = issuing.details ?? {};
    const deadline = Date.parse(issuing.deadline) / 1000;
    return grantObjects({
      settings: this.settings,
      scope: scopeOf(namespace, this.settings),
      requester: "alice",
      requestUID: UID,
      role,
      deadline,
    });
  }
}

/** A step in a few words. */
export function told(step: Step): string {
  switch (step.verb) {
    case "record":
      return ["record", step.entry.type, step.entry.details?.["endReason"]].filter((word) => word !== undefined).join(" ");
    case "create":
    case "delete":
      return `${step.verb} ${step.object.part}`;
    case "status":
      return `status ${step.status.phase}`;
    case "wait":
      return step.until === undefined ? "wait" : `wait until ${new Date(step.until).toISOString().slice(11, 19)}`;
  }
}

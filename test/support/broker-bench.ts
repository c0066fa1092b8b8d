/** Runs a broker at work on a pretended API server, with time that only a test moves. */
import type { BreakGlassProfile } from "../../operator/api/break-glass.ts";
import type { LedgerEntry } from "../../operator/api/break-glass-audit-entry.ts";
import type { DecisionKind } from "../../operator/api/break-glass-decision.ts";
import type { BreakGlassRequestSpec, BreakGlassRequestStatus } from "../../operator/api/break-glass-request.ts";
import type { JsonObject } from "../../operator/api/json.ts";
import type { BreakGlassSettings } from "../../operator/breakglass/types.ts";
import { type Broker, createBroker } from "../../operator/broker/broker.ts";
import type { Posture } from "../../operator/broker/snapshot.ts";
import { createServerClock } from "../../operator/cluster/server-clock.ts";
import { breakGlassPolicies } from "../../operator/policies/break-glass/index.ts";
import { policyDocuments } from "../../operator/policies/documents.ts";
import { createPolicyWatch, type PolicyWatch } from "../../operator/policywatch/watch.ts";
import { ManualClock, settle } from "./manual-clock.ts";
import { PretendApi } from "./pretend-api.ts";

export const HOME = "glass";
export const SETTINGS: BreakGlassSettings = {
  namespace: HOME,
  roles: ["incident-admin"],
  unboundedRoles: [],
  maxDuration: 14_400,
  custodians: [],
  allowSystemNamespaces: false,
  objectLabels: {},
};

/** One approval by `leads`, or none for eleven minutes. */
export const PROFILE: BreakGlassProfile = {
  name: "incident",
  role: "incident-admin",
  requesters: { groups: ["oncall"] },
  approvers: { groups: ["leads"], required: 1 },
  maxDuration: "1h",
  approvalTimeout: "30m",
  bypass: { allowed: true, groups: ["oncall"], maxDuration: "11m" },
};

/** Noon, in milliseconds since the epoch. */
export const NOON = Date.parse("2026-11-23T12:00:00Z");

const ASKED: BreakGlassRequestSpec = {
  profile: "incident",
  duration: "11m",
  reason: "the shop is down for all",
  requester: { username: "jane" },
};

const POLICIES = breakGlassPolicies(SETTINGS);

/** An API server with everything installed, and a broker that is at rest. */
export class BrokerBench {
  readonly api = new PretendApi();
  readonly clock = new ManualClock();
  /** Milliseconds by which this machine's clock is ahead of the API server's. */
  skew = 0;
  leads = true;
  known = true;
  hasHome: boolean = true;
  /** Of every namespace but the break-glass namespace. */
  posture: Posture | undefined = { uid: "b-1", mode: undefined, breakGlass: { profiles: [PROFILE] } };
  /** What the gauge tells: requests whose access can be used. */
  readonly active = new Set<string>();
  /** Entries that somebody was told of, and what was said at the beginning of a term. */
  readonly told: string[] = [];
  readonly broker: Broker;
  standings = 0;
  readonly #stop = new AbortController();
  readonly #policies: PolicyWatch;
  #following: Promise<unknown> = Promise.resolve();

  constructor() {
    const { api, clock } = this;
    api.time = () => new Date(NOON + clock.now()).toISOString();
    for (const document of POLICIES.flatMap(policyDocuments)) this.#put(document);
    for (const name of ["incident-admin", "sb-drill"]) api.put("clusterroles", { metadata: { name }, rules: [] });
    const serverClock = createServerClock({ monotonic: () => clock.now(), wall: () => NOON + clock.now() + this.skew });
    serverClock.saw(NOON + clock.now());
    const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
    this.#policies = createPolicyWatch({
      transport: api,
      policies: POLICIES,
      metrics: { setPolicyProblems: () => undefined },
      log,
      onChange: () => this.broker.changedForAll(),
    });
    this.broker = createBroker({
      policies: this.#policies,
      transport: api,
      mayWrite: () => this.leads,
      settings: SETTINGS,
      serverClock,
      clock,
      surroundings: {
        isKnown: () => this.known,
        postureOf: (namespace) => (namespace === HOME ? undefined : this.posture),
        namespaceUID: () => (this.hasHome ? "0123456789-abc" : undefined),
        namespaceCreated: () => undefined,
      },
      messenger: {
        began: (head) => this.told.push(`began at ${head?.seq ?? "nothing"}`),
        appended: ({ seq, type }) => this.told.push(`${seq} ${type}`),
        failing: () => [],
        close: async () => undefined,
      },
      metrics: {
        setGrant: (_namespace, uid, active) => void (active ? this.active.add(uid) : this.active.delete(uid)),
        clearGrants: () => this.active.clear(),
      },
      log,
      onStanding: () => {
        this.standings += 1;
      },
    });
  }

  /** Begins to follow the cluster. */
  async follow(): Promise<void> {
    this.#following = Promise.all([this.#policies.run(this.#stop.signal), this.broker.follow(this.#stop.signal)]);
    await this.rest();
  }

  /** Begins a term of leadership; the answer ends it. */
  async lead(): Promise<() => Promise<void>> {
    const term = new AbortController();
    const done = this.broker.run(AbortSignal.any([this.#stop.signal, term.signal]));
    await this.rest();
    return async () => {
      term.abort();
      await done;
    };
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#following;
  }

  /** Lets everything go on that needs no time. */
  async rest(): Promise<void> {
    for (let turn = 0; turn < 60; turn += 1) await settle();
  }

  async pass(seconds: number): Promise<void> {
    await this.clock.advance(seconds * 1000);
    await this.rest();
  }

  /** Puts back a policy or binding as it is declared, with this over it. */
  restore(kind: string, name: string, over: JsonObject = {}): void {
    const declared = POLICIES.flatMap(policyDocuments).find(
      (each) => each["kind"] === kind && (each["metadata"] as JsonObject)["name"] === name,
    );
    this.#put({ ...declared, ...over });
  }

  #put(policy: JsonObject): void {
    const resource = policy["kind"] === "ValidatingAdmissionPolicy" ? "validatingadmissionpolicies" : "validatingadmissionpolicybindings";
    const metadata = { ...(policy["metadata"] as JsonObject), generation: 1 };
    this.api.put(resource, { status: { observedGeneration: 1 }, ...policy, metadata });
  }

  /** Somebody asks in namespace `shop`; without `spec` for eleven minutes and no approval. */
  ask(name: string, spec: Partial<BreakGlassRequestSpec> = { bypass: true }, namespace = "shop"): void {
    const creationTimestamp = new Date(NOON + this.clock.now()).toISOString();
    this.api.put("breakglassrequests", {
      metadata: { namespace, name, generation: 1, creationTimestamp },
      spec: { ...ASKED, ...spec } as unknown as JsonObject,
    });
  }

  /** Lea, who may, decides about a request. */
  decide(name: string, decision: DecisionKind): void {
    const profileHash = this.status(name)?.resolved?.profileHash ?? "";
    const creationTimestamp = new Date(NOON + this.clock.now()).toISOString();
    this.api.put("breakglassdecisions", {
      metadata: { namespace: "shop", name: `${name}-${decision}`, creationTimestamp },
      spec: { requestRef: { name, uid: `uid-${name}` }, profile: PROFILE.name, decision, approver: { username: "lea" }, profileHash },
    });
  }

  status(name: string): BreakGlassRequestStatus | undefined {
    return this.api.find("breakglassrequests", name, "shop")?.["status"] as BreakGlassRequestStatus | undefined;
  }

  /** Message of the one condition. */
  message(name: string): string | undefined {
    return this.status(name)?.conditions?.[0]?.message;
  }

  /** Types of the ledger's entries, in order. */
  get ledger(): readonly string[] {
    const entries: string[] = [];
    for (let seq = 1; ; seq += 1) {
      const row = this.api.find("breakglassauditentries", `c0123456789-${String(seq).padStart(12, "0")}`, HOME);
      if (row === undefined) return entries;
      entries.push((row["spec"] as unknown as LedgerEntry).type);
    }
  }

  /** Writes to the objects of grants, without their names. */
  get grantWrites(): readonly string[] {
    return this.api.written.filter((write) => !write.includes("breakglass")).map((write) => write.split("/")[0] ?? "");
  }
}

/** Takes a request to each place where it can stand, by the steps themselves, and lists everything that can happen to it there. */
import type { DecisionKind } from "../../../operator/api/break-glass-decision.ts";
import type { BreakGlassRequestSpec } from "../../../operator/api/break-glass-request.ts";
import { ModelWorld, WITH_STAND_INS } from "./model-world.ts";

/** A request that nobody has looked at. */
export function fresh(spec: Partial<BreakGlassRequestSpec> = {}, namespace?: string): ModelWorld {
  return new ModelWorld(spec, namespace);
}

/** 10:00:00: waits for two approvals. */
export function pending(spec: Partial<BreakGlassRequestSpec> = {}): ModelWorld {
  const world = fresh(spec);
  world.settle();
  return world;
}

/** 10:00:00: waits for two approvals, which stand-ins give, too, from 10:10:00 on. */
export function standInsPending(spec: Partial<BreakGlassRequestSpec> = {}): ModelWorld {
  const world = fresh(spec).state(WITH_STAND_INS);
  world.settle();
  return world;
}

/** 10:10:00: nobody answered, and the stand-ins were asked. */
export function escalated(): ModelWorld {
  const world = standInsPending();
  world.pass(600);
  world.settle();
  return world;
}

/** 10:01:00: approved by bob and carol, and held up by an obstacle. */
export function approved(spec: Partial<BreakGlassRequestSpec> = {}): ModelWorld {
  const world = pending(spec);
  world.pass(60);
  world.obstacle = "policy tokens is missing";
  world.decide("Approve", "bob");
  world.decide("Approve", "carol");
  world.settle();
  return world;
}

/** 10:02:00: the deadline 10:42:00 is fixed, and the first two objects are made. */
export function issuing(): ModelWorld {
  const world = approved();
  world.pass(60);
  world.obstacle = undefined;
  while (world.objects.size < 2) world.look();
  return world;
}

/** 10:02:00: in use until 10:42:00. */
export function active(spec: Partial<BreakGlassRequestSpec> = {}): ModelWorld {
  const world = approved(spec);
  world.pass(60);
  world.obstacle = undefined;
  world.settle();
  return world;
}

/** 10:02:00: the minter was changed by somebody; that is recorded, and nothing is taken back yet. */
export function suspended(): ModelWorld {
  const world = active();
  world.change("minter", { content: "changed" });
  world.look();
  return world;
}

/** 10:42:00: was in use until its deadline. */
export function expired(spec: Partial<BreakGlassRequestSpec> = {}): ModelWorld {
  const world = active(spec);
  world.pass(2400);
  world.settle();
  return world;
}

/** 10:00:00: never approved. */
export function denied(): ModelWorld {
  const world = pending();
  world.decide("Deny", "bob");
  world.settle();
  return world;
}

/** Everything that can happen to a request. */
export const EVENTS: Readonly<Record<string, (world: ModelWorld) => void>> = {
  nothing: () => undefined,
  "one approves": (world) => world.decide("Approve", "dave"),
  "two approve": (world) => {
    world.decide("Approve", "dave");
    world.decide("Approve", "erin");
  },
  ...each("somebody", ["Deny", "Revoke", "Review"], "dave"),
  "requester: Withdraw": (world) => world.decide("Withdraw", "alice"),
  "half an hour passes": (world) => world.pass(1800),
  "an hour passes": (world) => world.pass(3600),
  "request deleted": (world) => {
    world.request = undefined;
  },
  "profile removed": (world) => {
    world.profile = undefined;
  },
  "baseline replaced": (world) => {
    if (world.profile) world.profile = { ...world.profile, baselineUID: "b-2" };
  },
  "profile edited": (world) => {
    if (world.profile) world.profile = { ...world.profile, hash: "h-2" };
  },
  "role removed": (world) => {
    world.role = undefined;
  },
  "role replaced": (world) => {
    if (world.role) world.role = { ...world.role, uid: "c-2" };
  },
  "role edited": (world) => {
    if (world.role) world.role = { ...world.role, rulesHash: "rules-2" };
  },
  "role not allowed": (world) => {
    world.settings = { ...world.settings, roles: [] };
  },
  "an obstacle": (world) => {
    world.obstacle = "clocks disagree";
  },
  "ledger blocked": (world) => {
    world.ledgerBlocked = true;
  },
  "an earlier use is not reviewed": (world) => {
    world.unreviewed = ["incident-0"];
  },
  "identity removed": (world) => world.objects.delete("identity"),
  "binding changed": (world) => world.change("binding", { content: "changed" }),
  "binding replaced by somebody": (world) => world.intrude("binding"),
  "binding is being deleted": (world) => world.change("binding", { terminatingSince: world.now }),
  "somebody takes a name": (world) => world.intrude("minterBinding"),
};

/** Lets one of EVENTS happen. */
export function happen(world: ModelWorld, event: string): void {
  const change = EVENTS[event];
  if (change === undefined) throw new Error(`no event is called ${event}`);
  change(world);
}

function each(who: string, kinds: readonly DecisionKind[], name: string): Record<string, (world: ModelWorld) => void> {
  return Object.fromEntries(kinds.map((kind) => [`${who}: ${kind}`, (world: ModelWorld) => void world.decide(kind, name)]));
}

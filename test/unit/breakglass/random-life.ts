/** Makes random lives of a request for the property tests, as plain data so that a failure can be read. */
import fc from "fast-check";
import type { DecisionKind } from "../../../operator/api/break-glass-decision.ts";
import { GRANT_PARTS } from "../../../operator/breakglass/types.ts";
import type { ModelWorld } from "./model-world.ts";

const PEOPLE = ["alice", "bob", "carol", "dave"];

const decision = fc.record({
  deed: fc.constant("decide" as const),
  kind: fc.constantFrom<DecisionKind>("Approve", "Approve", "Approve", "Approve", "Deny", "Revoke", "Withdraw", "Review"),
  person: fc.constantFrom(...PEOPLE),
  uid: fc.option(fc.constantFrom("uid-alice", "uid-bob", ""), { nil: undefined, freq: 6 }),
  namespace: fc.constantFrom("payments", "payments", "payments", "payments", "mallory"),
  request: fc.constantFrom("incident-1", "incident-1", "incident-1", "incident-1", "harmless"),
  profile: fc.constantFrom("incident", "incident", "incident", "incident", "database"),
  hash: fc.constantFrom("h-1", "h-1", "h-1", "h-1", "h-0"),
  maxDuration: fc.option(fc.constantFrom("10m", "25m", "2h"), { nil: undefined }),
  standIn: fc.constantFrom(false, false, true),
});
const tampering = fc.record({
  deed: fc.constantFrom(
    "remove" as const,
    "change" as const,
    "replace" as const,
    "terminate" as const,
    "finalize" as const,
    "guard" as const,
  ),
  part: fc.constantFrom(...GRANT_PARTS),
});
const switching = fc.record({
  deed: fc.constantFrom("ledgerFails" as const, "statusFails" as const, "obstacle" as const, "unreviewed" as const),
  on: fc.boolean(),
});
const change = fc.record({
  deed: fc.constantFrom(
    "profile edited" as const,
    "profile removed" as const,
    "profile restored" as const,
    "role edited" as const,
    "role removed" as const,
    "role not allowed" as const,
    "request deleted" as const,
  ),
});
const looking = fc.record({ deed: fc.constant("look" as const), steps: fc.integer({ min: 1, max: 14 }) });
const passing = fc.record({ deed: fc.constant("pass" as const), seconds: fc.constantFrom(0.4, 1, 60, 300, 900, 2400) });

/** One thing that happens. */
const deed = fc.oneof(
  { weight: 8, arbitrary: looking },
  { weight: 6, arbitrary: decision },
  { weight: 3, arbitrary: passing },
  { weight: 2, arbitrary: tampering },
  { weight: 2, arbitrary: switching },
  { weight: 1, arbitrary: change },
);

const asked = {
  bypass: fc.constantFrom(false, false, true),
  drill: fc.constantFrom(false, false, false, true),
  duration: fc.constantFrom("10m", "40m", "3h"),
  cap: fc.constantFrom(1200, 14_400),
  escalates: fc.boolean(),
};

/** A request, and what happens to it. */
export const life = fc.record({ ...asked, deeds: fc.array(deed, { maxLength: 40, size: "max" }) });

const approval = decision.map((drawn): typeof drawn => ({ ...drawn, kind: "Approve" }));
const approving = fc.oneof({ weight: 3, arbitrary: approval }, { weight: 1, arbitrary: looking });

/** A request on which nothing but approvals are made, good ones and bad ones. */
export const approvedLife: fc.Arbitrary<Life> = fc.record({ ...asked, deeds: fc.array(approving, { maxLength: 20, size: "max" }) });

type Drawn<A> = A extends fc.Arbitrary<infer T> ? T : never;
export type Life = Drawn<typeof life>;

const CHANGES: Readonly<Record<Drawn<typeof change>["deed"], (world: ModelWorld) => void>> = {
  "profile edited": (world) => {
    if (world.profile) world.profile = { ...world.profile, hash: "h-2" };
  },
  "profile removed": (world) => {
    world.profile = undefined;
  },
  "profile restored": (world) => {
    world.profile = world.firstProfile;
  },
  "role edited": (world) => {
    if (world.role) world.role = { ...world.role, rulesHash: "rules-2" };
  },
  "role removed": (world) => {
    world.role = undefined;
  },
  "role not allowed": (world) => {
    world.settings = { ...world.settings, roles: [] };
  },
  "request deleted": (world) => {
    world.request = undefined;
  },
};

/** Lets something happen that is no look. */
export function happenTo(world: ModelWorld, each: Exclude<Life["deeds"][number], Drawn<typeof looking>>): void {
  switch (each.deed) {
    case "decide":
      world.decide(each.kind, each.person, {
        namespace: each.namespace,
        request: each.request,
        profile: each.profile,
        profileHash: each.hash,
        standIn: each.standIn,
        ...(each.uid !== undefined && { uid: each.uid }),
        ...(each.maxDuration !== undefined && { maxDuration: each.maxDuration }),
      });
      return;
    case "pass":
      world.pass(each.seconds);
      return;
    case "ledgerFails":
    case "statusFails":
      world[each.deed] = each.on;
      return;
    case "obstacle":
      world.obstacle = each.on ? "clocks disagree" : undefined;
      return;
    case "unreviewed":
      world.unreviewed = each.on ? ["incident-0"] : [];
      return;
    default:
      if ("part" in each) tamper(world, each);
      else CHANGES[each.deed](world);
  }
}

function tamper(world: ModelWorld, { deed: done, part }: Drawn<typeof tampering>): void {
  switch (done) {
    case "remove":
      world.objects.delete(part);
      return;
    case "change":
      world.change(part, { content: "changed" });
      return;
    case "replace":
      world.intrude(part);
      return;
    case "terminate":
      world.change(part, { terminatingSince: world.now });
      return;
    case "finalize":
      world.finalizers.add(part);
      return;
    case "guard":
      world.guarded.add(part);
  }
}

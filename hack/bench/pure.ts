/** Measures the pure part of a look: what one baseline costs in processor time when everything is in place. */
import type { SecurityBaselineSpec } from "../../operator/api/baseline.ts";
import type { JsonObject } from "../../operator/api/json.ts";
import { API_VERSION, FIELD_MANAGER } from "../../operator/api/names.ts";
import { validate } from "../../operator/api/validate.ts";
import type { Desired } from "../../operator/controls/control.ts";
import { controls } from "../../operator/controls/index.ts";
import type { PlanInput } from "../../operator/plan/input.ts";
import { EMPTY_INVENTORY } from "../../operator/plan/inventory.ts";
import { projectLive } from "../../operator/plan/live.ts";
import { planBaseline } from "../../operator/plan/plan.ts";
import type { Live } from "../../operator/plan/types.ts";
import { FULL_SPEC } from "../../test/support/baselines.ts";
import { wanted } from "./bodies.ts";
import type { PureRound } from "./result.ts";
import { rounded } from "./statistics.ts";

const NAMESPACE = "pure";
const REPEATS = 1_000;

const MORE_ACCOUNTS = ["a", "b", "c", "d", "e"].map((name) => ({ name }));

/** The full posture and five objects more. */
const SPEC: SecurityBaselineSpec = {
  ...FULL_SPEC,
  serviceAccounts: { accounts: [...(FULL_SPEC.serviceAccounts?.accounts ?? []), ...MORE_ACCOUNTS] },
};

/** Looks at one baseline a thousand times, part by part. The first round also warms the code up and is to be thrown away. */
export function measurePure(): PureRound {
  const desired = wanted(NAMESPACE, "uid", SPEC);
  const live = settledObjects(desired);
  const inPlace = planBaseline(inputOf(desired, live)).batches.length === 0;
  if (!inPlace) throw new Error("the objects of the pure measurement are not in place");
  const baseline = {
    apiVersion: API_VERSION,
    kind: "SecurityBaseline",
    metadata: { namespace: NAMESPACE, name: "baseline", uid: "uid" },
    spec: SPEC,
  };
  // Each look has desired objects of its own: what is worked out of them once must be paid for here, too.
  const inputs = Array.from({ length: REPEATS }, () => inputOf(wanted(NAMESPACE, "uid", SPEC), live));
  return {
    objects: desired.length,
    desired: timeOf(() => wanted(NAMESPACE, "uid", SPEC)),
    plan: timeOfEach(inputs, planBaseline),
    validate: timeOf(() => validate("SecurityBaseline", baseline)),
    reference: timeOf(() => JSON.parse(JSON.stringify(desired.map(({ manifest }) => manifest)))),
  };
}

/** Milliseconds of processor time per call. */
function timeOf(act: () => unknown): number {
  return timeOfEach(Array.from({ length: REPEATS }), act);
}

function timeOfEach<T>(items: readonly T[], act: (item: T) => unknown): number {
  const before = process.cpuUsage();
  for (const item of items) act(item);
  const { user, system } = process.cpuUsage(before);
  return rounded((user + system) / 1000 / items.length);
}

/** What the cache holds of them once a look has seen that each is as wanted. */
function settledObjects(desired: readonly Desired[]): readonly Live[] {
  const live = desired.map(stored);
  const fingerprints = new Map(planBaseline(inputOf(desired, live)).settled.map((one) => [one.live, one.fingerprint]));
  return live.map((one) => ({ ...one, satisfies: fingerprints.get(one), detail: undefined }));
}

function stored({ kind, name, manifest }: Desired): Live {
  const metadata = manifest["metadata"] as JsonObject;
  const managers = [{ manager: FIELD_MANAGER, operation: "Apply", fieldsV1: bookedReferences(metadata) }];
  return projectLive(kind, { ...manifest, metadata: { ...metadata, uid: name, resourceVersion: "1", managedFields: managers } });
}

function bookedReferences({ ownerReferences }: JsonObject): JsonObject {
  return ownerReferences === undefined ? {} : { "f:metadata": { "f:ownerReferences": { 'k:{"uid":"uid"}': {} } } };
}

function inputOf(desired: readonly Desired[], live: readonly Live[]): PlanInput {
  return {
    sections: controls.map(({ name, owns }) => ({
      control: name,
      owns,
      mode: "Enforce",
      desired: desired.filter(({ control }) => control === name),
    })),
    retired: [],
    blocked: [],
    withheld: [],
    marks: false,
    adoptExisting: false,
    deletionPolicy: "Delete",
    live,
    inventory: EMPTY_INVENTORY.after({ asked: desired, live, lost: [], isComplete: true }),
  };
}

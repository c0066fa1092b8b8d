/** Makes the status of a baseline from what a look found, for tests of what it tells. */
import type { SecurityBaselineStatus } from "../../../operator/api/baseline-status.ts";
import type { SectionOutcome } from "../../../operator/reconcile/conditions.ts";
import { mergeDrift, type SeenDrift } from "../../../operator/reconcile/drift-log.ts";
import { logOf, nextStatus, type ToldOfCluster } from "../../../operator/reconcile/status.ts";

export const T0 = "2026-11-23T10:00:00Z";
export const T1 = "2026-11-23T10:05:00Z";

export function section(over: Partial<SectionOutcome> = {}): SectionOutcome {
  return {
    control: "network",
    condition: "NetworkReady",
    standards: ["CIS-5.3.2"],
    mode: "Enforce",
    managed: 5,
    inSync: 5,
    drifted: [],
    problem: undefined,
    ...over,
  };
}

export const repaired: SeenDrift = {
  drift: {
    control: "network",
    ref: { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", name: "default-deny" },
    type: "Modified",
    fields: ["spec.ingress"],
    manager: "kubectl-edit",
  },
  repaired: true,
};

interface Look {
  readonly previous?: SecurityBaselineStatus;
  readonly sections?: readonly SectionOutcome[];
  readonly seen?: readonly SeenDrift[];
  readonly inventory?: readonly string[];
  readonly notUnderstood?: string;
  readonly cluster?: ToldOfCluster;
  readonly now?: string;
}

export function look({
  previous,
  sections = [section()],
  seen = [],
  inventory = [],
  notUnderstood,
  cluster,
  now = T0,
}: Look): SecurityBaselineStatus | undefined {
  const inUse = new Set(sections.map(({ control }) => control));
  return nextStatus({
    previous,
    generation: 3,
    sections,
    log: mergeDrift(logOf(previous), seen, { inUse, sees: () => true }, now),
    findings: { entries: [], open: 0, remarks: [] },
    inventory,
    about: { notUnderstood },
    cluster,
    now,
  });
}

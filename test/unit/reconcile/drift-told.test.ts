/** Proves how drift is told once: as an Event and among what happened recently. */
import { expect } from "chai";
import type { SecurityBaselineStatus } from "../../../operator/api/baseline-status.ts";
import type { SeenDrift } from "../../../operator/reconcile/drift-log.ts";
import { happeningsBetween } from "../../../operator/reconcile/happenings.ts";
import { refusedStatus } from "../../../operator/reconcile/status.ts";
import { look, repaired, section, T0, T1 } from "./told-status.ts";

describe("happenings", () => {
  const before = look({}) as SecurityBaselineStatus;
  const after = look({ previous: before, seen: [repaired], now: T1 }) as SecurityBaselineStatus;

  it("tells a repair with what was changed and by whom", () => {
    expect(happeningsBetween(before, after)).to.deep.equal([
      {
        type: "Normal",
        reason: "DriftRepaired",
        action: "Repair",
        note: "NetworkPolicy default-deny: spec.ingress was changed by kubectl-edit, put back",
      },
    ]);
  });

  const notes: readonly { reason: string; drift: Partial<SeenDrift["drift"]>; open: string; ended: string }[] = [
    {
      reason: "several fields, of which status lists all",
      drift: { fields: ["spec.egress", "spec.ingress", "spec.podSelector", "spec.policyTypes", "spec.x"] },
      open: "NetworkPolicy default-deny: spec.egress, spec.ingress, spec.podSelector and 2 more were changed by kubectl-edit",
      ended: "put back",
    },
    {
      reason: "nobody knows who removed it",
      drift: { type: "Missing", fields: [], manager: undefined },
      open: "NetworkPolicy default-deny is missing",
      ended: "made again",
    },
    {
      reason: "the manager of an object that is not asked for",
      drift: { type: "Unmanaged", fields: [] },
      open: "NetworkPolicy default-deny carries our label but is not asked for (kubectl-edit)",
      ended: "removed",
    },
    {
      reason: "the manager of somebody else's object",
      drift: { type: "Conflict", fields: [] },
      open: "NetworkPolicy default-deny exists and somebody else made it (kubectl-edit)",
      ended: "no longer so",
    },
  ];
  for (const { reason, drift, open, ended } of notes) {
    it(`tells ${reason}`, () => {
      const seen = (isRepaired: boolean): SeenDrift => ({
        drift: { ...repaired.drift, ...drift } as SeenDrift["drift"],
        repaired: isRepaired,
      });
      const standing = look({ previous: before, seen: [seen(false)], now: T1 }) as SecurityBaselineStatus;
      const gone = look({ previous: standing, seen: [seen(true)], now: T1 }) as SecurityBaselineStatus;
      expect(happeningsBetween(before, standing).map(({ note }) => note)).to.deep.equal([open]);
      expect(happeningsBetween(standing, gone).map(({ note }) => note)).to.deep.equal([`${open}, ${ended}`]);
    });
  }

  it("tells drift that stays as a warning, and nothing twice", () => {
    const open = look({ previous: before, seen: [{ ...repaired, repaired: false }], now: T1 }) as SecurityBaselineStatus;
    expect(happeningsBetween(before, open).map(({ type, reason }) => [type, reason])).to.deep.equal([["Warning", "DriftDetected"]]);
    expect(happeningsBetween(open, open)).to.deep.equal([]);
  });
});

describe("tampering", () => {
  const role = (name: string) => ({ apiVersion: "rbac.authorization.k8s.io/v1", kind: "Role", name });
  const binding = { apiVersion: "rbac.authorization.k8s.io/v1", kind: "RoleBinding", name: "log-reader" };
  const asking = { apiVersion: "rbac.authorization.k8s.io/v1", kind: "RoleBinding", name: "break-glass-approve-incident" };
  const labels = { control: "podSecurity", ref: { apiVersion: "v1", kind: "Namespace", name: "payments" } } as const;
  const account = { apiVersion: "v1", kind: "ServiceAccount", name: "default" };
  const inventory = ["roles.rbac.authorization.k8s.io log-reader 0b3c"];

  const cases: readonly { reason: string; drift: Partial<SeenDrift["drift"]>; type: "Normal" | "Warning" }[] = [
    { reason: "somebody let into a RoleBinding", drift: { control: "access", ref: binding, fields: ["subjects"] }, type: "Warning" },
    {
      reason: "a Role that was deleted",
      drift: { control: "access", ref: role("log-reader"), type: "Missing", fields: [] },
      type: "Warning",
    },
    {
      reason: "a Role that somebody made under our marks",
      drift: { control: "access", ref: role("root"), type: "Unmanaged", fields: [] },
      type: "Warning",
    },
    {
      reason: "a Role that an edit of the baseline gave up",
      drift: { control: "access", ref: role("log-reader"), type: "Unmanaged", fields: [] },
      type: "Normal",
    },
    {
      reason: "a kind of another group with the name of one that is in place",
      drift: { control: "access", ref: { ...role("log-reader"), apiVersion: "example.com/v1" }, type: "Unmanaged", fields: [] },
      type: "Warning",
    },
    { reason: "a Pod Security level that was lowered", drift: { ...labels, fields: ["metadata.labels"] }, type: "Warning" },
    { reason: "who may decide on emergency access", drift: { control: "breakGlass", ref: asking, fields: ["subjects"] }, type: "Warning" },
    { reason: "a network policy", drift: {}, type: "Normal" },
    { reason: "an account", drift: { control: "serviceAccounts", ref: account, fields: ["automountServiceAccountToken"] }, type: "Normal" },
    { reason: "a section of another version, of which nothing is known", drift: { control: "toString" as never }, type: "Normal" },
  ];
  for (const { reason, drift, type } of cases) {
    it(`is told as ${type} once it was put back: ${reason}`, () => {
      const seen: SeenDrift = { drift: { ...repaired.drift, ...drift } as SeenDrift["drift"], repaired: true };
      const before = look({ inventory }) as SecurityBaselineStatus;
      const first = look({ previous: before, seen: [seen], now: T1 }) as SecurityBaselineStatus;
      const again = look({ previous: first, seen: [seen], now: T1 }) as SecurityBaselineStatus;
      expect(happeningsBetween(before, first).map((told) => [told.type, told.reason])).to.deep.equal([[type, "DriftRepaired"]]);
      expect(again.drift?.[0]?.count).to.equal(2);
    });
  }

  it("alarms each time anew, and not at the end of what was told", () => {
    const seen = (isRepaired: boolean): SeenDrift => ({
      drift: { ...repaired.drift, control: "access", ref: binding, fields: ["subjects"] },
      repaired: isRepaired,
    });
    const states = [look({}), undefined, undefined, undefined] as (SecurityBaselineStatus | undefined)[];
    for (const [index, isRepaired] of [false, true, true].entries()) {
      states[index + 1] = look({ previous: states[index] as SecurityBaselineStatus, seen: [seen(isRepaired)], now: T1 });
    }
    const told = [0, 1, 2].flatMap((index) => happeningsBetween(states[index], states[index + 1] as SecurityBaselineStatus));
    expect(told.map(({ type, reason }) => [type, reason])).to.deep.equal([
      ["Warning", "DriftDetected"],
      ["Normal", "DriftRepaired"],
      ["Warning", "DriftRepaired"],
    ]);
  });
});

describe("recent", () => {
  const before = look({}) as SecurityBaselineStatus;
  const drifting = (name: string): SeenDrift => ({ ...repaired, drift: { ...repaired.drift, ref: { ...repaired.drift.ref, name } } });

  it("tells what happened with its time of day, newest first", () => {
    const first = look({ previous: before, seen: [repaired], now: T0 }) as SecurityBaselineStatus;
    const second = look({ previous: first, seen: [repaired], now: T1 }) as SecurityBaselineStatus;
    expect(second.recent).to.deep.equal([
      "10:05:00 NetworkPolicy default-deny: spec.ingress was changed by kubectl-edit, put back",
      "10:00:00 NetworkPolicy default-deny: spec.ingress was changed by kubectl-edit, put back",
    ]);
  });

  it("stays when something else is told, and is no news by itself", () => {
    const first = look({ previous: before, seen: [repaired] }) as SecurityBaselineStatus;
    expect(look({ previous: first, now: T1 })).to.equal(undefined);
    expect(look({ previous: first, sections: [section({ managed: 6, inSync: 6 })], now: T1 })?.recent).to.deep.equal(first.recent);
    const problem = { reason: "ReservedNamespace", message: "reserved" } as const;
    expect(refusedStatus({ previous: first, generation: 4, now: T1, problem })?.recent).to.deep.equal(first.recent);
  });

  it("keeps the last ten sentences", () => {
    const seen = Array.from({ length: 12 }, (_, index) => drifting(`policy-${String(index).padStart(2, "0")}`));
    const status = look({ previous: before, seen });
    expect(status?.recent).to.have.length(10);
    expect(status?.recent?.[0]).to.equal("10:00:00 NetworkPolicy policy-00: spec.ingress was changed by kubectl-edit, put back");
  });

  it("takes no line from the name of an object", () => {
    const status = look({ previous: before, seen: [drifting("a\n  10:00:00 all is well")] });
    expect(status?.recent).to.deep.equal([
      "10:00:00 NetworkPolicy a\\u{a}  10:00:00 all is well: spec.ingress was changed by kubectl-edit, put back",
    ]);
    expect(status?.drift?.[0]?.ref.name).to.equal("a\\u{a}  10:00:00 all is well");
  });

  it("is cut where a name is longer than a sentence may be", () => {
    const seen = [{ ...repaired, drift: { ...repaired.drift, fields: ["p".repeat(512)] } }];
    expect(look({ previous: before, seen })?.recent?.[0]).to.have.length(512);
  });
});

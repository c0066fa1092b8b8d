/** Proves what is told of a section after the writes: what counts as in place, and which problems it has. */
import { expect } from "chai";
import type { SectionProblem } from "../../../operator/api/reasons.ts";
import type { Control } from "../../../operator/controls/control.ts";
import { sealedSecret } from "../../../operator/kinds/sealed-secret.ts";
import { controlOf } from "../../../operator/plan/order.ts";
import type { Action, Drift, Plan, SectionPlan } from "../../../operator/plan/types.ts";
import type { SectionOutcome } from "../../../operator/reconcile/conditions.ts";
import type { ActionResult } from "../../../operator/reconcile/execute.ts";
import type { SectionHealth } from "../../../operator/reconcile/health.ts";
import { failureOf, type OutcomeInput, outcomesOf, repairedDrift } from "../../../operator/reconcile/outcomes.ts";
import type { ToldRefusal } from "../../../operator/reconcile/refusals.ts";
import { refused } from "../../support/scripted-transport.ts";
import { smtpSecret, tokenRole } from "../plan/baseline-objects.ts";

const CONTROL: Control = {
  name: "secrets",
  condition: "SecretsReady",
  standards: [],
  owns: [sealedSecret],
  desired: () => [],
};
const SMTP = smtpSecret();
const DRIFT: Drift = {
  control: "secrets",
  ref: { apiVersion: "bitnami.com/v1alpha1", kind: "SealedSecret", name: "smtp" },
  type: "Modified",
  fields: ["spec.encryptedData"],
  manager: "kubectl-edit",
};
const APPLY: Action = { verb: "apply", desired: SMTP, uid: "u1", drift: DRIFT };
const HEALTHY: SectionHealth = { entries: [], problem: undefined, caveat: undefined, due: undefined };

function planned(section: Partial<SectionPlan>): Plan {
  const plan = { control: "secrets", mode: "Enforce", managed: 1, inSync: 1, ending: [], conflicts: [], awaiting: [], drift: [] } as const;
  return { batches: [], settled: [], sections: [{ ...plan, ...section }] };
}

interface Scene {
  readonly mode?: "Enforce" | "Report";
  /** How the section stood before the writes, and after them. */
  readonly before?: Partial<SectionPlan>;
  readonly after?: Partial<SectionPlan>;
  readonly results?: readonly ActionResult[];
  readonly health?: SectionHealth;
  /** The Role is asked for and its kind cannot be looked at. */
  readonly lacking?: SectionProblem;
  /** What the control itself says of the section. */
  readonly problem?: SectionProblem;
  /** What to add whatever else is told. */
  readonly caveats?: readonly string[];
  /** The object is written in mode Report, too. */
  readonly tells?: true;
}

const toldOf = (result: ActionResult): ToldRefusal => ({ control: controlOf(result.action), problem: failureOf(result) });

function outcome(scene: Scene): SectionOutcome | undefined {
  const { mode = "Enforce", before = {}, after = {}, results = [], health, lacking, problem, caveats = [] } = scene;
  const smtp = scene.tells === true ? { ...SMTP, tells: true as const } : SMTP;
  const desired = lacking === undefined ? [smtp] : [smtp, tokenRole()];
  const input: OutcomeInput = {
    sections: [
      {
        control: CONTROL,
        mode,
        value: {},
        refused: undefined,
        desired,
        present: [SMTP],
        problems: [lacking, problem].filter((one) => one !== undefined),
        caveats,
        blocked: undefined,
      },
    ],
    runningPods: new Map(),
    tokenPods: new Map(),
    workloads: new Map(),
    plan: planned({ mode, ...before }),
    after: planned({ mode, ...after }),
    results,
    refused: results.flatMap((result) => (result.error === undefined && result.differs.length === 0 ? [] : [toldOf(result)])),
    contested: new Map(),
    health: new Map(health && [["secrets", health]]),
  };
  return outcomesOf(input)[0];
}

const UNWELL: SectionProblem = { reason: "BackendUnavailable", message: "SealedSecret smtp: UnsealFailed" };
const REFUSED: SectionProblem = { reason: "InvalidSpec", message: 'profile "incident": write another role' };
const LACK: SectionProblem = { reason: "BackendUnavailable", message: "Role is not served" };

interface Case {
  readonly reason: string;
  readonly scene: Scene;
  readonly want: Partial<SectionOutcome>;
}

const cases: readonly Case[] = [
  {
    reason: "an object that a write put right is in place",
    scene: { before: { inSync: 0, drift: [DRIFT] }, results: [{ action: APPLY, error: undefined, differs: [] }] },
    want: { managed: 1, inSync: 1, drifted: [], problem: undefined },
  },
  {
    reason: "one that was in place and was only written to make its fields ours counts once",
    scene: { results: [{ action: { ...APPLY, drift: undefined }, error: undefined, differs: [] }] },
    want: { managed: 1, inSync: 1, problem: undefined },
  },
  {
    reason: "one that something changes on the way is not in place, and that is told",
    scene: {
      before: { inSync: 0, drift: [DRIFT] },
      after: { inSync: 0, drift: [DRIFT] },
      results: [{ action: APPLY, error: undefined, differs: ["spec.template", "spec.encryptedData"] }],
    },
    want: {
      inSync: 0,
      drifted: ["SealedSecret smtp"],
      problem: {
        reason: "Contested",
        message:
          "SealedSecret smtp: spec.encryptedData, spec.template differs from what was written; something in the cluster changes it on the way",
      },
    },
  },
  {
    reason: "a write that was refused is told by its reason",
    scene: { before: { inSync: 0 }, after: { inSync: 0 }, results: [{ action: APPLY, error: refused(403, "no"), differs: [] }] },
    want: { inSync: 0, problem: { reason: "Forbidden", message: "SealedSecret smtp was refused: no" } },
  },
  {
    reason: "and in mode Report as well, where it is of what only tells",
    scene: {
      mode: "Report",
      tells: true,
      before: { inSync: 0, drift: [DRIFT] },
      after: { inSync: 0, drift: [DRIFT] },
      results: [{ action: APPLY, error: refused(403, "no"), differs: [] }],
    },
    want: { inSync: 0, problem: { reason: "Forbidden", message: "SealedSecret smtp was refused: no" } },
  },
  {
    reason: "an object of a kind that cannot be looked at is asked for, not in place, and no drift",
    scene: { lacking: LACK },
    want: { managed: 2, inSync: 1, drifted: [], problem: LACK },
  },
  {
    reason: "a kind that cannot be looked at is told where only reporting is asked too",
    scene: { lacking: LACK, mode: "Report" },
    want: { managed: 2, inSync: 1, drifted: [], problem: LACK },
  },
  {
    reason: "what the control says of the section is told, while the objects are made and in place",
    scene: { problem: REFUSED },
    want: { managed: 1, inSync: 1, drifted: [], problem: REFUSED },
  },
  {
    reason: "what the control says of the section is told where only reporting is asked too",
    scene: { problem: REFUSED, mode: "Report" },
    want: { problem: REFUSED },
  },
  {
    reason: "a backend that does not work is a problem, while the objects are in place",
    scene: { health: { ...HEALTHY, problem: UNWELL } },
    want: { managed: 1, inSync: 1, drifted: [], problem: UNWELL },
  },
  {
    reason: "a kind that is not there and a backend that does not work are both told",
    scene: { lacking: LACK, health: { ...HEALTHY, problem: UNWELL } },
    want: { managed: 2, inSync: 1, problem: { reason: "BackendUnavailable", message: `${LACK.message}; ${UNWELL.message}` } },
  },
  {
    reason: "a kind that is not there matters more than a backend that has not told yet",
    scene: { lacking: LACK, health: { ...HEALTHY, problem: { reason: "Progressing", message: "waiting" } } },
    want: { problem: LACK },
  },
  {
    reason: "a refused write matters more than a backend that does not work",
    scene: {
      before: { inSync: 0 },
      after: { inSync: 0 },
      results: [{ action: APPLY, error: refused(403, "no"), differs: [] }],
      health: { ...HEALTHY, problem: UNWELL },
    },
    want: { problem: { reason: "Forbidden", message: "SealedSecret smtp was refused: no" } },
  },
  {
    reason: "entries and what could not be checked are passed on",
    scene: {
      health: { ...HEALTHY, entries: [{ kind: "SealedSecret", name: "smtp", state: "Synced", reason: "Unsealed" }], caveat: "unknown" },
    },
    want: { entries: [{ kind: "SealedSecret", name: "smtp", state: "Synced", reason: "Unsealed" }], caveats: ["unknown"] },
  },
  { reason: "a section without backends has no entries", scene: {}, want: { entries: undefined, caveats: [] } },
  {
    reason: "an object that is being deleted is not in place, and that is told in every mode",
    scene: { mode: "Report", before: { inSync: 0 }, after: { inSync: 0, ending: ["SealedSecret smtp"] } },
    want: {
      inSync: 0,
      problem: {
        reason: "Progressing",
        message: "SealedSecret smtp is being deleted and something holds it up; it is made again once it is gone",
      },
    },
  },
  {
    reason: "one that waits for a fact of the cluster is not in place",
    scene: { before: { inSync: 0 }, after: { inSync: 0, awaiting: ["NetworkPolicy allow-egress-api"] } },
    want: {
      problem: {
        reason: "Progressing",
        message: "NetworkPolicy allow-egress-api is left as it is until it is known what it depends on in the cluster",
      },
    },
  },
  {
    reason: "where only reporting is asked differences are told as such",
    scene: { mode: "Report", before: { inSync: 0, drift: [DRIFT] }, after: { inSync: 0, drift: [DRIFT] } },
    want: { drifted: ["SealedSecret smtp"], problem: undefined },
  },
];

describe("what is told of a section after the writes", () => {
  for (const { reason, scene, want } of cases) {
    it(reason, () => {
      const told = outcome(scene);
      expect(Object.fromEntries(Object.keys(want).map((key) => [key, Reflect.get(told ?? {}, key)]))).to.deep.equal(want);
    });
  }

  const repairs: readonly { readonly reason: string; readonly result: Omit<ActionResult, "action">; readonly want: readonly Drift[] }[] = [
    { reason: "was put right by a write that left nothing different", result: { error: undefined, differs: [] }, want: [DRIFT] },
    { reason: "was not put right by a write after which it differs", result: { error: undefined, differs: ["spec.template"] }, want: [] },
    { reason: "was not put right by a write that failed", result: { error: refused(409), differs: [] }, want: [] },
  ];
  for (const { reason, result, want } of repairs) {
    it(`says that drift ${reason}`, () => expect([...repairedDrift([{ action: APPLY, ...result }])]).to.deep.equal(want));
  }
});

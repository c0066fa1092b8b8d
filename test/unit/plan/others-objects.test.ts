/** Tests what is planned for objects that others made, and for objects that we share with others. */
import { expect } from "chai";
import type { Desired } from "../../../operator/controls/control.ts";
import { namespace } from "../../../operator/kinds/namespace.ts";
import { role } from "../../../operator/kinds/role.ts";
import { roleBinding } from "../../../operator/kinds/role-binding.ts";
import { serviceAccount } from "../../../operator/kinds/service-account.ts";
import type { PlanInput, SectionInput } from "../../../operator/plan/input.ts";
import { targetOf } from "../../../operator/plan/order.ts";
import { planBaseline } from "../../../operator/plan/plan.ts";
import { defaultAccount, defaultDeny, had, input, logReader, logReaderBinding, paymentsNamespace, section } from "./baseline-objects.ts";
import { ModelCluster } from "./model-cluster.ts";

const ENFORCE = "pod-security.kubernetes.io/enforce";
const ROLE_REF = { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "log-reader" };

interface Case {
  readonly reason: string;
  readonly before: (cluster: ModelCluster) => void;
  readonly wanted: Desired;
  readonly mode?: SectionInput["mode"];
  readonly more?: Partial<PlanInput>;
  readonly want: { readonly actions: readonly unknown[]; readonly inSync: number; readonly drift: readonly unknown[] };
}

const CONFLICT = { type: "Conflict", fields: [], manager: undefined };
const foreignRole = (cluster: ModelCluster): void => cluster.set(role, "log-reader", { path: ["rules"], value: [] });
const foreignBinding =
  (roleRef: typeof ROLE_REF) =>
  (cluster: ModelCluster): void => {
    cluster.set(roleBinding, "log-reader", { path: ["roleRef"], value: roleRef });
    cluster.set(roleBinding, "log-reader", { path: ["subjects"], value: [] });
  };
const defaultAccountWith =
  (automount?: boolean) =>
  (cluster: ModelCluster): void => {
    cluster.set(serviceAccount, "default", { path: ["metadata", "labels", "team"], value: "a" });
    if (automount !== undefined) cluster.set(serviceAccount, "default", { path: ["automountServiceAccountToken"], value: automount });
  };

const cases: readonly Case[] = [
  {
    reason: "an object that somebody else made is a Conflict and is left alone",
    before: foreignRole,
    wanted: logReader(),
    want: { actions: [], inSync: 0, drift: [CONFLICT] },
  },
  {
    reason: "with adoptExisting it is taken over, with the uid that was looked at",
    before: foreignRole,
    wanted: logReader(),
    more: { adoptExisting: true },
    want: { actions: [["apply", "uid-1"]], inSync: 0, drift: [] },
  },
  {
    reason: "where only reporting is asked nothing is taken over, so it stays a Conflict",
    before: foreignRole,
    wanted: logReader(),
    mode: "Report",
    more: { adoptExisting: true },
    want: { actions: [], inSync: 0, drift: [CONFLICT] },
  },
  {
    reason: "a binding to the same role can be taken over",
    before: foreignBinding(ROLE_REF),
    wanted: logReaderBinding(),
    more: { adoptExisting: true },
    want: { actions: [["apply", "uid-1"]], inSync: 0, drift: [] },
  },
  {
    reason: "a binding to another role cannot: it would have to be deleted, and it is not ours",
    before: foreignBinding({ ...ROLE_REF, kind: "ClusterRole" }),
    wanted: logReaderBinding(),
    more: { adoptExisting: true },
    want: { actions: [], inSync: 0, drift: [CONFLICT] },
  },
  {
    reason: "a shared object that is missing is neither made nor told",
    before: () => undefined,
    wanted: paymentsNamespace(),
    more: { inventory: had(paymentsNamespace()) },
    want: { actions: [], inSync: 0, drift: [] },
  },
  {
    reason: "a namespace without our labels gets them silently the first time",
    before: (cluster) => cluster.set(namespace, "payments", { path: ["metadata", "labels", "team"], value: "a" }),
    wanted: paymentsNamespace(),
    want: { actions: [["apply", "uid-1"]], inSync: 0, drift: [] },
  },
  {
    reason: "a level that somebody else set is Modified, never a Conflict",
    before: (cluster) => cluster.set(namespace, "payments", { path: ["metadata", "labels", ENFORCE], value: "privileged" }),
    wanted: paymentsNamespace(),
    want: {
      actions: [["apply", "uid-1"]],
      inSync: 0,
      drift: [{ type: "Modified", fields: [`metadata.labels["${ENFORCE}"]`], manager: "kubectl-edit" }],
    },
  },
  {
    reason: "the account `default` is hardened silently where nobody said anything about its token",
    before: defaultAccountWith(),
    wanted: defaultAccount(),
    want: { actions: [["apply", "uid-1"]], inSync: 0, drift: [] },
  },
  {
    reason: "where somebody asked for the token, putting it back is told",
    before: defaultAccountWith(true),
    wanted: defaultAccount(),
    want: {
      actions: [["apply", "uid-1"]],
      inSync: 0,
      drift: [{ type: "Modified", fields: ["automountServiceAccountToken"], manager: "kubectl-edit" }],
    },
  },
  {
    reason: "a field that this baseline had set and that is gone was taken away",
    before: defaultAccountWith(),
    wanted: defaultAccount(),
    more: { inventory: had(defaultAccount()) },
    want: {
      actions: [["apply", "uid-1"]],
      inSync: 0,
      drift: [
        {
          type: "Modified",
          fields: ["automountServiceAccountToken", 'metadata.annotations["securitybaseline.dev/deletion-policy"]'],
          manager: undefined,
        },
      ],
    },
  },
  {
    reason: "a field that is gone beside others that we still own was taken away too",
    before: (cluster) => {
      cluster.apply(defaultAccount());
      cluster.unset(serviceAccount, "default", ["automountServiceAccountToken"]);
    },
    wanted: defaultAccount(),
    want: {
      actions: [["apply", "uid-1"]],
      inSync: 0,
      drift: [{ type: "Modified", fields: ["automountServiceAccountToken"], manager: undefined }],
    },
  },
  {
    reason: "where only reporting is asked an unhardened account is told",
    before: defaultAccountWith(),
    wanted: defaultAccount(),
    mode: "Report",
    want: {
      actions: [],
      inSync: 0,
      drift: [
        {
          type: "Modified",
          fields: ["automountServiceAccountToken", 'metadata.annotations["securitybaseline.dev/deletion-policy"]'],
          manager: undefined,
        },
      ],
    },
  },
];

describe("an object that others made or share", () => {
  for (const { reason, before, wanted, mode, more, want } of cases) {
    it(reason, () => {
      const cluster = new ModelCluster();
      before(cluster);
      const plan = planBaseline(input({ sections: [section(wanted.control, [wanted], mode)], live: cluster.live(), ...more }));
      expect({
        actions: plan.batches.flat().map((action) => [action.verb, action.verb === "apply" ? action.uid : undefined]),
        inSync: plan.sections[0]?.inSync,
        drift: plan.sections[0]?.drift.map(({ type, fields, manager }) => ({ type, fields, manager })),
      }).to.deep.equal(want);
    });
  }

  it("lets no binding to it be made, but keeps one that stands exact; what does not rely on it goes on", () => {
    const cluster = new ModelCluster();
    foreignRole(cluster);
    const access = section("access", [logReader(), logReaderBinding()]);
    const network = section("network", [defaultDeny()]);
    const plan = planBaseline(input({ sections: [access, network], live: cluster.live() }));
    expect(
      plan.batches
        .flat()
        .map(targetOf)
        .map(({ kind, name }) => `${kind.kind} ${name}`),
    ).to.deep.equal(["NetworkPolicy default-deny"]);
    cluster.apply(logReaderBinding(["support", "mallory"]));
    const standing = planBaseline(input({ sections: [access], live: cluster.live() }));
    expect(standing.batches.flat().map((action) => [action.verb, targetOf(action).kind.kind])).to.deep.equal([["apply", "RoleBinding"]]);
    const adopting = planBaseline(input({ sections: [access], live: cluster.live(), adoptExisting: true }));
    expect(
      adopting.batches
        .flat()
        .map(targetOf)
        .map(({ kind }) => kind.kind),
    ).to.deep.equal(["Role", "RoleBinding"]);
  });
});

describe("an object that somebody else made and that is not taken over", () => {
  const controlled = (cluster: ModelCluster): void => {
    foreignRole(cluster);
    const owner = { apiVersion: "apps.example.com/v1", kind: "Tenant", name: "team-a", uid: "t", controller: true };
    cluster.set(role, "log-reader", { path: ["metadata", "ownerReferences", "t"], value: owner });
  };
  const another = foreignBinding({ ...ROLE_REF, kind: "ClusterRole" });
  const STRANGER = "Role log-reader exists and somebody else made it";
  const told: readonly (Pick<Case, "reason" | "before" | "wanted" | "mode"> & {
    readonly adopt: boolean;
    readonly says: readonly string[];
  })[] = [
    {
      reason: "is told with both ways out",
      before: foreignRole,
      wanted: logReader(),
      adopt: false,
      says: [`${STRANGER}: rename or delete it, or set spec.adoptExisting to true`],
    },
    {
      reason: "is told without the advice that was followed, where only reporting is asked",
      before: foreignRole,
      wanted: logReader(),
      mode: "Report",
      adopt: true,
      says: [`${STRANGER}; it is taken over once the mode is Enforce`],
    },
    { reason: "is taken over where that was asked for", before: foreignRole, wanted: logReader(), adopt: true, says: [] },
    {
      reason: "is told with its controller, which the API server takes one of only",
      before: controlled,
      wanted: logReader(),
      adopt: true,
      says: ["Role log-reader exists and belongs to Tenant team-a, which makes it again: choose another name"],
    },
    {
      reason: "is taken over in spite of a controller where it gets no owner from us",
      before: controlled,
      wanted: logReader(["get"], "Retain"),
      adopt: true,
      says: [],
    },
    {
      reason: "is told with the field that cannot be changed",
      before: another,
      wanted: logReaderBinding(),
      adopt: true,
      says: ["RoleBinding log-reader exists with another roleRef, which cannot be changed: delete it, or choose another name"],
    },
  ];
  for (const { reason, before, wanted, mode, adopt, says } of told) {
    it(reason, () => {
      const cluster = new ModelCluster();
      before(cluster);
      const sections = [section(wanted.control, [wanted], mode)];
      const plan = planBaseline(input({ sections, live: cluster.live(), adoptExisting: adopt }));
      expect(plan.sections[0]?.conflicts).to.deep.equal(says);
    });
  }
});

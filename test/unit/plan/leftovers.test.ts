/** Tests what is planned for live objects that no section asks for. */
import { expect } from "chai";
import type { JsonObject } from "../../../operator/api/json.ts";
import type { Desired } from "../../../operator/controls/control.ts";
import { namespace } from "../../../operator/kinds/namespace.ts";
import { role } from "../../../operator/kinds/role.ts";
import { serviceAccount } from "../../../operator/kinds/service-account.ts";
import type { PlanInput } from "../../../operator/plan/input.ts";
import { planBaseline, planRelease } from "../../../operator/plan/plan.ts";
import {
  apiAccount,
  defaultAccount,
  input,
  logReader,
  OWNER,
  onCallRole,
  paymentsNamespace,
  retired,
  section,
} from "./baseline-objects.ts";
import { type FieldWriter, ModelCluster } from "./model-cluster.ts";

const CONTROL = ["metadata", "labels", "securitybaseline.dev/control"];

function withObjects(...objects: readonly Desired[]): ModelCluster {
  const cluster = new ModelCluster();
  for (const desired of objects) cluster.apply(desired);
  return cluster;
}

/** A Role that somebody labelled as if we had made it. */
function forged(control: string, by: FieldWriter = ["kubectl-label", "Update"]): ModelCluster {
  const cluster = new ModelCluster();
  cluster.set(role, "log-reader", { path: CONTROL, value: control, by });
  return cluster;
}

interface Case {
  readonly reason: string;
  readonly cluster: () => ModelCluster;
  readonly input: Partial<PlanInput>;
  readonly verbs: readonly string[];
  readonly drift: readonly unknown[];
}

const ROLE_REF = { apiVersion: "rbac.authorization.k8s.io/v1", kind: "Role", name: "log-reader" };
const unmanaged = (manager?: string): unknown => ({ control: "access", ref: ROLE_REF, type: "Unmanaged", fields: [], manager });
const relabelled = (control: string): ModelCluster => {
  const cluster = withObjects(logReader());
  cluster.set(role, "log-reader", { path: CONTROL, value: control });
  return cluster;
};
/** A Role that a section of a newer version made. */
const ofNewerVersion = (): Desired => {
  const desired = logReader();
  const metadata = desired.manifest["metadata"] as JsonObject;
  return {
    ...desired,
    manifest: { ...desired.manifest, metadata: { ...metadata, labels: { "securitybaseline.dev/control": "images" } } },
  };
};
const ACCESS = { sections: [section("access", [])] };
const ACCESS_OFF = { retired: [retired("access")] };
const ACCOUNTS_OFF = { retired: [retired("serviceAccounts")] };

const cases: readonly Case[] = [
  {
    reason: "an entry that was removed from a section in use goes, and is told",
    cluster: () => withObjects(logReader()),
    input: ACCESS,
    verbs: ["delete"],
    drift: [unmanaged()],
  },
  {
    reason: "it goes also with deletionPolicy Retain, which is about whole sections",
    cluster: () => withObjects(logReader(["get"], "Retain")),
    input: { ...ACCESS, deletionPolicy: "Retain" },
    verbs: ["delete"],
    drift: [unmanaged()],
  },
  {
    reason: "where only reporting is asked it is told and stays",
    cluster: () => withObjects(logReader()),
    input: { sections: [section("access", [], "Report")] },
    verbs: [],
    drift: [unmanaged()],
  },
  {
    reason: "a forged label deletes nothing, and whose it is is told",
    cluster: () => forged("access"),
    input: ACCESS,
    verbs: [],
    drift: [unmanaged("kubectl-label")],
  },
  {
    reason: "a label that was forged under our name but not applied deletes nothing",
    cluster: () => forged("access", ["securitybaseline", "Update"]),
    input: ACCESS,
    verbs: [],
    drift: [unmanaged("securitybaseline")],
  },
  {
    reason: "a label that somebody else set to a name that no section has falls to the section that owns the kind",
    cluster: () => relabelled("gone"),
    input: ACCESS,
    verbs: ["delete"],
    drift: [unmanaged("kubectl-edit")],
  },
  {
    reason: "a label that we set ourselves to a name that this version does not know was set by a newer one: it knows what for",
    cluster: () => withObjects(ofNewerVersion()),
    input: ACCESS,
    verbs: [],
    drift: [],
  },
  {
    reason: "what a blocked section made is not the leftover of another that owns the kind",
    cluster: () => withObjects(onCallRole()),
    input: { ...ACCESS, blocked: [retired("breakGlass")] },
    verbs: [],
    drift: [],
  },
  {
    reason: "nor of one that was switched off",
    cluster: () => withObjects(onCallRole()),
    input: { ...ACCESS_OFF, blocked: [retired("breakGlass")] },
    verbs: [],
    drift: [],
  },
  {
    reason: "nor is it retained by another: its marks are its own section's",
    cluster: () => withObjects(onCallRole()),
    input: { ...ACCESS_OFF, blocked: [retired("breakGlass")], deletionPolicy: "Retain" },
    verbs: [],
    drift: [],
  },
  {
    reason: "without a label it may be a blocked section's: it waits",
    cluster: () => {
      const cluster = withObjects(onCallRole());
      cluster.unset(role, "break-glass-request-incident", CONTROL);
      return cluster;
    },
    input: { ...ACCESS, blocked: [retired("breakGlass")] },
    verbs: [],
    drift: [],
  },
  {
    reason: "a blocked section keeps nobody from clearing up kinds that it does not own",
    cluster: () => withObjects(logReader()),
    input: { ...ACCESS, blocked: [retired("network")] },
    verbs: ["delete"],
    drift: [unmanaged()],
  },
  {
    reason: "the name of a section that is not asked for and not known is a name all the same",
    cluster: () => relabelled("breakGlass"),
    input: { ...ACCESS, blocked: [retired("breakGlass")] },
    verbs: [],
    drift: [],
  },
  {
    reason: "a label that nobody looks at any more is not told",
    cluster: () => forged("access"),
    input: ACCESS_OFF,
    verbs: [],
    drift: [],
  },
  {
    reason: "an object whose label was stripped is told and stays: our field manager alone deletes nothing",
    cluster: () => {
      const cluster = withObjects(logReader());
      cluster.unset(role, "log-reader", CONTROL);
      return cluster;
    },
    input: ACCESS,
    verbs: [],
    drift: [unmanaged()],
  },
  {
    reason: "one that is being deleted is told as long as it is there: it still grants",
    cluster: () => {
      const cluster = withObjects(logReader());
      cluster.terminate(role, "log-reader");
      return cluster;
    },
    input: ACCESS,
    verbs: [],
    drift: [unmanaged()],
  },
  {
    reason: "what a section made goes when it is switched off, without telling drift",
    cluster: () => withObjects(logReader()),
    input: ACCESS_OFF,
    verbs: ["delete"],
    drift: [],
  },
  {
    reason: "it goes also if its control label was spoilt",
    cluster: () => relabelled("gone"),
    input: ACCESS_OFF,
    verbs: ["delete"],
    drift: [],
  },
  {
    reason: "with Retain it stays",
    cluster: () => withObjects(logReader(["get"], "Retain")),
    input: { ...ACCESS_OFF, deletionPolicy: "Retain" },
    verbs: [],
    drift: [],
  },
  {
    reason: "with Retain that came in the same edit it stays too: it gives up its owner",
    cluster: () => withObjects(logReader()),
    input: { ...ACCESS_OFF, deletionPolicy: "Retain" },
    verbs: ["retain"],
    drift: [],
  },
  {
    reason: "with Retain an owner that we did not apply is not ours to give up",
    cluster: () => {
      const cluster = withObjects(logReader(["get"], "Retain"));
      cluster.set(role, "log-reader", { path: ["metadata", "ownerReferences", OWNER.uid], value: OWNER });
      return cluster;
    },
    input: { ...ACCESS_OFF, deletionPolicy: "Retain" },
    verbs: [],
    drift: [],
  },
  {
    reason: "with Retain an object whose label was stripped is left alone: it is not ours to write",
    cluster: () => {
      const cluster = withObjects(logReader());
      cluster.unset(role, "log-reader", CONTROL);
      return cluster;
    },
    input: { ...ACCESS_OFF, deletionPolicy: "Retain" },
    verbs: [],
    drift: [],
  },
  {
    reason: "with Retain that came in the same edit a shared object is marked so",
    cluster: () => withObjects(defaultAccount()),
    input: { ...ACCOUNTS_OFF, deletionPolicy: "Retain" },
    verbs: ["retain"],
    drift: [],
  },
  {
    reason: "with Retain a mark that somebody took away is not put back",
    cluster: () => {
      const cluster = withObjects(defaultAccount());
      cluster.unset(serviceAccount, "default", ["metadata", "annotations", "securitybaseline.dev/deletion-policy"]);
      return cluster;
    },
    input: { ...ACCOUNTS_OFF, deletionPolicy: "Retain" },
    verbs: [],
    drift: [],
  },
  {
    reason: "a shared object of a section that was switched off is released, a generated one of the same kind deleted",
    cluster: () => withObjects(defaultAccount(), apiAccount()),
    input: ACCOUNTS_OFF,
    verbs: ["delete", "release"],
    drift: [],
  },
  {
    reason: "with Retain a shared object keeps what it has",
    cluster: () => withObjects(defaultAccount(false, "Retain")),
    input: { ...ACCOUNTS_OFF, deletionPolicy: "Retain" },
    verbs: [],
    drift: [],
  },
  {
    reason: "an annotation that we did not apply releases nothing: there is nothing of ours to give up",
    cluster: () => {
      const cluster = new ModelCluster();
      const path = ["metadata", "annotations", "securitybaseline.dev/deletion-policy"];
      cluster.set(serviceAccount, "default", { path, value: "Delete" });
      return cluster;
    },
    input: ACCOUNTS_OFF,
    verbs: [],
    drift: [],
  },
  {
    reason: "a forged control label on a shared object does not keep it from being released",
    cluster: () => {
      const cluster = withObjects(defaultAccount());
      cluster.set(serviceAccount, "default", { path: CONTROL, value: "access" });
      return cluster;
    },
    input: { ...ACCESS, ...ACCOUNTS_OFF },
    verbs: ["release"],
    drift: [],
  },
  {
    reason: "our labels on the Namespace itself make it nobody's leftover",
    cluster: () => {
      const cluster = withObjects(paymentsNamespace());
      cluster.set(namespace, "payments", { path: CONTROL, value: "access" });
      return cluster;
    },
    input: { sections: [section("access", []), section("podSecurity", [])] },
    verbs: [],
    drift: [],
  },
];

describe("a live object that no section asks for", () => {
  for (const { reason, cluster, input: fields, verbs, drift } of cases) {
    it(reason, () => {
      const plan = planBaseline(input({ live: cluster().live(), ...fields }));
      expect({
        verbs: plan.batches.flat().map((action) => action.verb),
        drift: plan.sections.flatMap((one) => one.drift),
      }).to.deep.equal({ verbs, drift });
    });
  }

  it("is told by its own section only", () => {
    const sections = [section("network", []), section("access", [])];
    const plan = planBaseline(input({ live: withObjects(logReader()).live(), sections }));
    expect(plan.sections.map(({ control, drift }) => [control, drift.length])).to.deep.equal([
      ["access", 1],
      ["network", 0],
    ]);
  });

  it("is deleted by the object that was looked at, so that the caller can name uid and resourceVersion", () => {
    const live = withObjects(logReader()).live();
    const plan = planBaseline(input({ live, ...ACCESS_OFF }));
    expect(plan.batches).to.deep.equal([[{ verb: "delete", control: "access", live: live[0], drift: undefined }]]);
  });
});

describe("an object that is to stay when its section went", () => {
  const operationsFor = (desired: Desired, control: "access" | "serviceAccounts"): unknown => {
    const plan = planBaseline(input({ live: withObjects(desired).live(), retired: [retired(control)], deletionPolicy: "Retain" }));
    return plan.batches.flat().map((action) => (action.verb === "retain" ? action.operations : action.verb));
  };

  it("gives up the reference to the baseline at its place, and only if that is one", () => {
    expect(operationsFor(logReader(), "access")).to.deep.equal([
      [
        { op: "test", path: "/metadata/ownerReferences/0/apiVersion", value: "securitybaseline.dev/v1alpha1" },
        { op: "remove", path: "/metadata/ownerReferences/0" },
      ],
    ]);
  });

  it("gives up the last of several references first, so that the others keep their places", () => {
    const live = withObjects(logReader())
      .live()
      .map((one) => ({ ...one, ownerIndexes: [0, 2] }));
    const plan = planBaseline(input({ live, retired: [retired("access")], deletionPolicy: "Retain" }));
    const paths = plan.batches
      .flat()
      .flatMap((action) => (action.verb === "retain" ? action.operations : []).map(({ op, path }) => `${op} ${path}`));
    expect(paths).to.deep.equal([
      "test /metadata/ownerReferences/2/apiVersion",
      "remove /metadata/ownerReferences/2",
      "test /metadata/ownerReferences/0/apiVersion",
      "remove /metadata/ownerReferences/0",
    ]);
  });

  it("is marked Retain if it is shared, so that nothing is released when the baseline goes later", () => {
    expect(operationsFor(defaultAccount(), "serviceAccounts")).to.deep.equal([
      [{ op: "replace", path: "/metadata/annotations/securitybaseline.dev~1deletion-policy", value: "Retain" }],
    ]);
  });
});

describe("a namespace without a baseline", () => {
  const releaseCases: readonly { readonly reason: string; readonly objects: readonly Desired[]; readonly want: readonly string[] }[] = [
    {
      reason: "shared objects marked Delete are released",
      objects: [defaultAccount(), paymentsNamespace()],
      want: ["default", "payments"],
    },
    { reason: "a shared object marked Retain stays as it is", objects: [defaultAccount(false, "Retain")], want: [] },
    { reason: "generated objects go with their owner, not by us", objects: [logReader(), apiAccount()], want: [] },
  ];
  for (const { reason, objects, want } of releaseCases) {
    it(reason, () => {
      const batches = planRelease(withObjects(...objects).live());
      expect(batches.flat().map((action) => (action.verb === "release" ? action.live.name : action.verb))).to.deep.equal(want);
    });
  }

  it("an annotation that somebody else set releases nothing", () => {
    const cluster = new ModelCluster();
    cluster.set(namespace, "payments", { path: ["metadata", "annotations", "securitybaseline.dev/deletion-policy"], value: "Delete" });
    expect(planRelease(cluster.live())).to.deep.equal([]);
  });
});

/** Tests labels, annotations and lists that a baseline or an installation may set or leave to others: put back while asked for, given up afterwards. */
import { expect } from "chai";
import type { Json, JsonObject } from "../../../operator/api/json.ts";
import type { Desired } from "../../../operator/controls/control.ts";
import { namespace } from "../../../operator/kinds/namespace.ts";
import { serviceAccount } from "../../../operator/kinds/service-account.ts";
import { planBaseline } from "../../../operator/plan/plan.ts";
import type { Plan } from "../../../operator/plan/types.ts";
import { apiAccount, input, paymentsNamespace, section } from "./baseline-objects.ts";
import { ModelCluster } from "./model-cluster.ts";

const ROLE_ARN = "eks.amazonaws.com/role-arn";
const COST = "example.com/cost-center";
const REGISTRY: Json = [{ name: "registry" }];

/** The account with these annotations, labels beside ours, and fields. */
function account({ annotations = {}, labels = {}, ...body }: JsonObject & { annotations?: JsonObject; labels?: JsonObject }): Desired {
  const plain = apiAccount();
  const metadata = plain.manifest["metadata"] as JsonObject;
  const wanted = { ...metadata, annotations, labels: { ...(metadata["labels"] as JsonObject), ...labels } };
  return { ...plain, manifest: { ...plain.manifest, metadata: wanted, ...body } };
}

/** The Namespace with these Pod Security labels alone. */
function levels(labels: JsonObject): Desired {
  const plain = paymentsNamespace();
  const metadata = plain.manifest["metadata"] as JsonObject;
  return { ...plain, manifest: { ...plain.manifest, metadata: { ...metadata, labels } } };
}

const look = (cluster: ModelCluster, desired: Desired, mode: "Enforce" | "Report" = "Enforce"): Plan =>
  planBaseline(input({ sections: [section(desired.control, [desired], mode)], live: cluster.live() }));

/** A cluster in which the object is in place, and seen to be. */
function inPlace(desired: Desired): ModelCluster {
  const cluster = new ModelCluster();
  cluster.apply(desired);
  cluster.run(look(cluster, desired));
  return cluster;
}

const verbs = (plan: Plan): readonly string[] => plan.batches.flat().map(({ verb }) => verb);
const told = (plan: Plan): readonly unknown[] => (plan.sections[0]?.drift ?? []).map(({ fields, manager }) => [...fields, manager]);

/** What is applied until nothing is left to do. */
function settle(cluster: ModelCluster, desired: Desired): JsonObject {
  cluster.run(look(cluster, desired));
  cluster.run(look(cluster, desired));
  expect(verbs(look(cluster, desired))).to.deep.equal([]);
  const [object] = cluster.documents();
  return object as unknown as JsonObject;
}

describe("what a baseline or an installation chooses to set", () => {
  const set: readonly { reason: string; desired: Desired; path: readonly string[]; printed: string }[] = [
    {
      reason: "an annotation of an account",
      desired: account({ annotations: { [ROLE_ARN]: "arn:reader" } }),
      path: ["metadata", "annotations", ROLE_ARN],
      printed: `metadata.annotations["${ROLE_ARN}"]`,
    },
    {
      reason: "a label of the installation",
      desired: account({ labels: { [COST]: "42" } }),
      path: ["metadata", "labels", COST],
      printed: `metadata.labels["${COST}"]`,
    },
    {
      reason: "pull secrets of an account",
      desired: account({ imagePullSecrets: REGISTRY }),
      path: ["imagePullSecrets"],
      printed: "imagePullSecrets",
    },
  ];
  for (const { reason, desired, path, printed } of set) {
    describe(reason, () => {
      it("is put back when somebody changes it, and told with who did", () => {
        const cluster = inPlace(desired);
        cluster.set(serviceAccount, "api", { path, value: "other" });
        const plan = look(cluster, desired);
        expect(told(plan)).to.deep.equal([[printed, "kubectl-edit"]]);
        expect(plan.sections[0]?.inSync).to.equal(0);
        expect(verbs(plan)).to.deep.equal(["apply"]);
      });

      it("is put back when somebody takes it away", () => {
        const cluster = inPlace(desired);
        cluster.unset(serviceAccount, "api", path);
        const plan = look(cluster, desired);
        expect(told(plan)).to.deep.equal([[printed, undefined]]);
        expect(verbs(plan)).to.deep.equal(["apply"]);
      });

      it("is no drift where it is asked for anew, also by an operator that has just started", () => {
        const cluster = inPlace(account({}));
        if (printed !== "imagePullSecrets") cluster.restart();
        const plan = look(cluster, desired);
        expect(told(plan)).to.deep.equal([]);
        expect(verbs(plan)).to.deep.equal(["apply"]);
      });

      it("is given up when it is not asked for any more, also by an operator that has just started", () => {
        const cluster = inPlace(desired);
        cluster.restart();
        const plan = look(cluster, account({}));
        expect(told(plan)).to.deep.equal([]);
        expect(plan.sections[0]?.inSync).to.equal(1);
        const object = settle(cluster, account({}));
        expect(JSON.stringify(object)).to.not.contain(path.at(-1));
      });

      it("is not given up while the section only reports, and is once it enforces", () => {
        const cluster = inPlace(desired);
        cluster.restart();
        const reporting = look(cluster, account({}), "Report");
        expect(verbs(reporting)).to.deep.equal([]);
        cluster.run(reporting);
        expect(verbs(look(cluster, account({})))).to.deep.equal(["apply"]);
      });

      it("is left alone where others set it and nobody asks", () => {
        const cluster = inPlace(account({}));
        cluster.set(serviceAccount, "api", { path, value: "theirs" });
        expect(look(cluster, account({}))).to.deep.include({ batches: [] });
        cluster.restart();
        expect(verbs(look(cluster, account({})))).to.deep.equal([]);
      });
    });
  }

  it("includes no step of a write that broke off: what is left of it is taken away", () => {
    const half = levels({ "pod-security.kubernetes.io/audit": "restricted", "securitybaseline.dev/applying": "true" });
    const whole = levels({ "pod-security.kubernetes.io/audit": "restricted" });
    const cluster = new ModelCluster();
    cluster.apply(half);
    const object = settle(cluster, whole);
    expect((object["metadata"] as JsonObject)["labels"]).to.deep.equal({ "pod-security.kubernetes.io/audit": "restricted" });
  });

  it("costs no look when others change what is theirs", () => {
    const cluster = inPlace(account({ labels: { [COST]: "42" } }));
    const [before] = cluster.live();
    cluster.set(serviceAccount, "api", { path: ["metadata", "labels", "theirs"], value: "x" });
    cluster.set(serviceAccount, "api", { path: ["metadata", "annotations", "theirs"], value: "x" });
    expect(cluster.live()[0]?.hash).to.equal(before?.hash);
  });
});

describe("Pod Security labels of which a baseline names some", () => {
  const AUDIT = { "pod-security.kubernetes.io/audit": "restricted", "pod-security.kubernetes.io/audit-version": "latest" };
  const ENFORCE = "pod-security.kubernetes.io/enforce";
  const BOTH = { ...AUDIT, [ENFORCE]: "restricted", [`${ENFORCE}-version`]: "latest" };

  it("leaves the others to whoever sets them", () => {
    const cluster = inPlace(levels(AUDIT));
    cluster.set(namespace, "payments", { path: ["metadata", "labels", ENFORCE], value: "privileged" });
    cluster.restart();
    const plan = look(cluster, levels(AUDIT));
    expect(told(plan)).to.deep.equal([]);
    expect(verbs(plan)).to.deep.equal([]);
  });

  it("gives up those that it no longer names, also by an operator that has just started", () => {
    const cluster = inPlace(levels(BOTH));
    cluster.restart();
    const object = settle(cluster, levels(AUDIT));
    expect((object["metadata"] as JsonObject)["labels"]).to.deep.equal(AUDIT);
  });
});

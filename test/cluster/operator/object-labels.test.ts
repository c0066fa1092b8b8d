/** Proves that labels which an installation asks for stand on every generated object, stay there, go again, and are no way to any other label. */
import { expect } from "chai";
import type { KubernetesObject } from "../../../operator/api/object.ts";
import { DEFAULT_SETTINGS } from "../../../operator/breakglass/installation.ts";
import type { ObjectLabels } from "../../../operator/breakglass/types.ts";
import { policyDocuments } from "../../../operator/policies/documents.ts";
import { allPolicies } from "../../../operator/policies/index.ts";
import {
  applyBaseline,
  awaitCondition,
  awaitDrift,
  awaitReady,
  conditionOf,
  protectedNamespace,
  SMALL_SPEC,
} from "../../support/baselines.ts";
import { admin, asServiceAccount, freshNamespace } from "../../support/cluster.ts";
import { eventually } from "../../support/eventually.ts";
import { installOperatorManifests } from "../../support/installation.ts";
import { OPERATOR_ACCOUNT, OPERATOR_NAMESPACE, type OperatorProcess, startOperator } from "../../support/operator-process.ts";
import { refTo } from "../../support/owned-objects.ts";
import { refusal } from "../../support/refusal.ts";
import { policiesCaughtUp } from "../../support/server-caches.ts";

const COST = "example.com/cost-center";
const WANTED: ObjectLabels = { [COST]: "42", team: "platform" };
const FLAG = ["--object-labels", `team=platform,${COST}=42`];
const OTHERS = "refused labels or annotations of others";

/** Milliseconds until an operator has changed every object of every baseline that earlier tests have left. */
const AMONG_ALL = 180_000;

const OBJECTS = [
  ["Role", "log-reader"],
  ["RoleBinding", "log-reader"],
  ["NetworkPolicy", "default-deny"],
  ["NetworkPolicy", "allow-dns"],
  ["NetworkPolicy", "allow-ingress-from-gateway"],
  ["ServiceAccount", "api"],
] as const;

/** The one policy that knows the labels, as `break-glass installation` prints it for them. */
async function installPolicies(objectLabels: ObjectLabels): Promise<void> {
  const policies = allPolicies({ breakGlass: { ...DEFAULT_SETTINGS, objectLabels }, allowReservedNamespaces: false });
  for (const document of policies.filter(({ name }) => name === "securitybaseline-operator-objects").flatMap(policyDocuments)) {
    await admin().apply(document as unknown as KubernetesObject, { manager: "kubectl", force: true });
  }
  await policiesCaughtUp();
}

/** Labels beside ours, by object. */
async function labelsIn(namespace: string): Promise<readonly unknown[]> {
  const all = await Promise.all(OBJECTS.map(([kind, name]) => admin().get<KubernetesObject>(refTo(namespace, kind, name))));
  return all.map(({ metadata: { labels = {} } = {} }) => {
    const { "app.kubernetes.io/managed-by": _by, "securitybaseline.dev/control": _control, ...others } = labels;
    return others;
  });
}

const onAll = (labels: ObjectLabels): readonly unknown[] => OBJECTS.map(() => labels);

describe("labels that an installation asks for", () => {
  let operator: OperatorProcess | undefined;
  let namespace: string;

  const restart = async (flags: readonly string[]): Promise<void> => {
    await operator?.stop();
    operator = await startOperator({ flags });
  };

  before(async () => {
    await installOperatorManifests();
    await installPolicies(WANTED);
    await restart(FLAG);
    namespace = await protectedNamespace("labelled", SMALL_SPEC);
  });

  after(async () => {
    await operator?.stop();
    await installPolicies({});
  });

  it("stand on every generated object and on no shared one", async () => {
    expect(await labelsIn(namespace)).to.deep.equal(onAll(WANTED));
    const shared = await Promise.all([
      admin().get<KubernetesObject>({ apiVersion: "v1", kind: "Namespace", name: namespace }),
      admin().get<KubernetesObject>(refTo(namespace, "ServiceAccount", "default")),
    ]);
    for (const { metadata } of shared) expect(Object.keys(metadata?.labels ?? {})).to.not.include.members([COST, "team"]);
  });

  const changes: readonly { reason: string; patch: object; fields: readonly string[]; manager: string | undefined }[] = [
    { reason: "changed", patch: { [COST]: "43" }, fields: [`metadata.labels["${COST}"]`], manager: "insider" },
    { reason: "taken away", patch: { team: null }, fields: ["metadata.labels.team"], manager: undefined },
  ];
  for (const { reason, patch, fields, manager } of changes) {
    it(`are put back where one was ${reason}, and told`, async () => {
      await admin().mergePatch(refTo(namespace, "Role", "log-reader"), { metadata: { labels: patch } }, { manager: "insider" });
      const told = await awaitDrift(namespace, (entry) => entry.fields?.join() === fields.join());
      expect(told).to.deep.include({ control: "access", type: "Modified", fields, state: "Repaired" });
      expect(told.manager).to.equal(manager);
      expect(await labelsIn(namespace)).to.deep.equal(onAll(WANTED));
    });
  }

  it("are no way to others: a stolen token writes neither another value nor another label", async () => {
    const thief = await asServiceAccount(OPERATOR_NAMESPACE, OPERATOR_ACCOUNT);
    const ref = refTo(namespace, "ServiceAccount", "api");
    for (const labels of [{ [COST]: "43" }, { "argocd.argoproj.io/instance": "shop" }, { other: "42" }]) {
      expect((await refusal(thief.mergePatch(ref, { metadata: { labels } }))).message).to.contain(OTHERS);
    }
  });

  it("go where the installation asks no more, those of others stay, and nothing is told", async function () {
    // Every baseline of the cluster is brought up to date, and this one may come last.
    this.timeout(AMONG_ALL + 60_000);
    await admin().mergePatch(refTo(namespace, "Role", "log-reader"), { metadata: { labels: { theirs: "1" } } });
    await admin().apply(
      { apiVersion: "v1", kind: "ServiceAccount", metadata: { namespace, name: "api", labels: { team: "platform" } } } as KubernetesObject,
      { manager: "team", force: true },
    );
    const quiet = await protectedNamespace("labelled-quiet", SMALL_SPEC);
    await operator?.stop();
    await installPolicies({});
    await restart([]);
    await eventually(
      "the labels are gone",
      async () => {
        expect(await labelsIn(quiet)).to.deep.equal(onAll({}));
      },
      AMONG_ALL,
    );
    await eventually(
      "those of others are left",
      async () => {
        expect(await labelsIn(namespace)).to.deep.equal([{ theirs: "1" }, {}, {}, {}, {}, { team: "platform" }]);
      },
      AMONG_ALL,
    );
    expect((await awaitReady(quiet)).status).to.not.have.property("drift");
  });

  it("that the policies do not know stop the writes and say so", async () => {
    await restart(FLAG);
    const refused = await freshNamespace("labelled-unknown");
    await applyBaseline(refused, SMALL_SPEC);
    const baseline = await awaitCondition(refused, "Ready", "False");
    expect(conditionOf(baseline, "Ready")).to.include({ reason: "Forbidden" });
    expect(conditionOf(baseline, "Ready")?.message).to.contain(OTHERS);
    await eventually("the operator tells that its policy is another one", () =>
      (operator?.logs() ?? "").includes("securitybaseline-operator-objects"),
    );
  });
});

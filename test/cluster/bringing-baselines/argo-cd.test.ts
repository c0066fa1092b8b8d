/** Proves that a baseline which Argo CD syncs is in sync afterwards and stays so, that it puts back what people edit, and that it prunes nothing of ours. */
import { expect } from "chai";
import type { KubernetesObject } from "../../../operator/api/object.ts";
import { auditMark } from "../../support/audit-log.ts";
import { awaitDrift, awaitReady, baselineRef, readBaseline } from "../../support/baselines.ts";
import { admin, unusedName } from "../../support/cluster.ts";
import { eventually } from "../../support/eventually.ts";
import { installOperatorManifests } from "../../support/installation.ts";
import { type OperatorProcess, startOperator } from "../../support/operator-process.ts";
import { described, operatorWrites } from "../../support/operator-requests.ts";
import { generatedNames, podSecurityLabels, refTo } from "../../support/owned-objects.ts";
import { awaitSilence } from "../../support/silence.ts";
import { type Application, application, isOutOfSync, prune, sync, trackedIn } from "./tools/argo-cd.ts";
import { build, overlayOn } from "./tools/kustomize.ts";

const PRODUCTION = [
  "NetworkPolicy allow-dns",
  "NetworkPolicy allow-egress-to-postgres",
  "NetworkPolicy allow-ingress-from-gateway",
  "NetworkPolicy default-deny",
  "Role app-deployer",
  "Role app-viewer",
  "Role secret-manager",
  "RoleBinding app-deployer",
  "RoleBinding app-viewer",
  "RoleBinding secret-manager",
  "ServiceAccount api",
];

/** What a person makes of the roles: a group more, and a role more. */
const EDIT = {
  spec: {
    access: {
      roles: [
        { name: "app-deployer", groups: ["payments-leads", "everybody"] },
        { name: "app-viewer", groups: ["payments-devs", "support"] },
        { name: "secret-manager", groups: ["payments-leads"] },
        { name: "namespace-admin", groups: ["everybody"] },
      ],
    },
  },
};

interface Mode {
  readonly how: string;
  readonly options: readonly string[];
  /** Roles that are handed out after somebody has added `namespace-admin` and Argo CD has synced. */
  readonly rolesLeft: readonly string[];
}

const MODES: readonly Mode[] = [
  { how: "by client-side apply, its default", options: [], rolesLeft: ["app-deployer", "app-viewer", "secret-manager"] },
  {
    how: "with ServerSideApply=true, which leaves entries that others added",
    options: ["ServerSideApply=true"],
    rolesLeft: ["app-deployer", "app-viewer", "namespace-admin", "secret-manager"],
  },
];

describe("a baseline that Argo CD syncs", () => {
  let operator: OperatorProcess;
  const namespaces: string[] = [];

  before(async () => {
    await installOperatorManifests();
    operator = await startOperator();
  });

  after(() => operator.stop());

  for (const { how, options, rolesLeft } of MODES) {
    describe(how, () => {
      let app: Application;
      let namespace: string;
      let git: readonly KubernetesObject[];

      before(async () => {
        app = await application(...options);
        namespace = unusedName("argo");
        namespaces.push(namespace);
        git = await build(await overlayOn("production", namespace));
        await sync(app, git);
        await awaitReady(namespace);
      });

      it("is carried out, and is in sync with what was defaulted and told in its status", async () => {
        expect(await generatedNames(namespace)).to.deep.equal(PRODUCTION);
        expect(await isOutOfSync(app, git)).to.equal(false);
      });

      it("is not changed by further syncs, and neither does the operator write", async () => {
        const [mark, before] = [await auditMark(), await readBaseline(namespace)];
        await sync(app, git);
        await awaitSilence([namespace]);
        expect((await operatorWrites(mark, namespace)).map(described)).to.deep.equal([]);
        expect((await readBaseline(namespace)).metadata.generation).to.equal(before.metadata.generation);
        expect(await isOutOfSync(app, git)).to.equal(false);
      });

      it("passes none of its marks on, so that nothing is pruned that is not in Git", async () => {
        expect(await trackedIn(namespace)).to.deep.equal([`Namespace ${namespace}`, "SecurityBaseline baseline"]);
      });

      it("takes back what a person edits with the next sync, and with it what that granted", async () => {
        await admin().mergePatch(baselineRef(namespace), EDIT, { manager: "kubectl-edit" });
        await eventually("the edit is in effect", async () => {
          expect(await generatedNames(namespace)).to.include("RoleBinding namespace-admin");
        });
        expect(await isOutOfSync(app, git)).to.equal(true);
        await sync(app, git);
        await eventually("what Git says is in effect", async () => {
          const { subjects } = await admin().get<{ subjects: unknown }>(refTo(namespace, "RoleBinding", "app-deployer"));
          expect(subjects).to.deep.equal([{ apiGroup: "rbac.authorization.k8s.io", kind: "Group", name: "payments-leads" }]);
          const bindings = (await generatedNames(namespace)).filter((name) => name.startsWith("RoleBinding "));
          expect(bindings).to.deep.equal(rolesLeft.map((role) => `RoleBinding ${role}`));
        });
        expect(await isOutOfSync(app, git)).to.equal(false);
      });

      it("is pruned in the foreground without hanging, and leaves nothing", async () => {
        await prune(baselineRef(namespace));
        await eventually("the baseline is gone", async () => (await admin().find(baselineRef(namespace))) === undefined);
        await eventually("its objects are gone", async () => expect(await generatedNames(namespace)).to.deep.equal([]));
        await eventually("the labels are gone", async () => expect(await podSecurityLabels(namespace)).to.deep.equal({}));
        expect(await trackedIn(namespace)).to.deep.equal([`Namespace ${namespace}`]);
      });
    });
  }

  describe("with another Pod Security level on the Namespace in Git", () => {
    it("is never in sync, and tells who sets it", async () => {
      const namespace = unusedName("argo");
      namespaces.push(namespace);
      const patch = [{ op: "add", path: "/metadata/labels", value: { "pod-security.kubernetes.io/enforce": "baseline" } }];
      const patches = [{ target: { kind: "Namespace" }, patch: JSON.stringify(patch) }];
      const [app, git] = [await application(), await build(await overlayOn("production", namespace, { patches }))];
      await sync(app, git);
      await awaitReady(namespace);
      const drift = await awaitDrift(namespace, ({ control }) => control === "podSecurity");
      expect(drift).to.deep.include({ type: "Modified", state: "Repaired", manager: "argocd-controller" });
      expect(drift.fields).to.deep.equal(['metadata.labels["pod-security.kubernetes.io/enforce"]']);
      expect(await podSecurityLabels(namespace)).to.include({ enforce: "restricted" });
      expect(await isOutOfSync(app, git)).to.equal(true);
    });

    it("comes to rest, as the others do", () => awaitSilence(namespaces));
  });
});

/** Proves how a baseline and the charts of its namespace get along, and what becomes of a baseline that a chart brings: with both major versions of Helm. */
import { expect } from "chai";
import type { SecurityBaselineSpec } from "../../../operator/api/baseline.ts";
import type { KubernetesObject } from "../../../operator/api/object.ts";
import { ApiFailure } from "../../support/api-client.ts";
import { auditMark } from "../../support/audit-log.ts";
import { applyBaseline, awaitReady, baselineRef, readBaseline } from "../../support/baselines.ts";
import { admin, freshNamespace } from "../../support/cluster.ts";
import { awaitReports, driftReports, type Report } from "../../support/drift-reports.ts";
import { eventually } from "../../support/eventually.ts";
import { installOperatorManifests } from "../../support/installation.ts";
import { type OperatorProcess, startOperator } from "../../support/operator-process.ts";
import { described, operatorWrites } from "../../support/operator-requests.ts";
import { awaitFootprint, contentOf, generatedNames, NO_FOOTPRINT, refTo } from "../../support/owned-objects.ts";
import { awaitSilence } from "../../support/silence.ts";
import { chartObjects, type Helm, helm3, helm4, released, uninstall } from "./tools/helm.ts";

const ADOPTING: SecurityBaselineSpec = { adoptExisting: true, network: {}, serviceAccounts: { accounts: [{ name: "api" }] } };
const RBAC = "rbac.authorization.k8s.io";

/** An application: an account that the baseline lists too, a Role and a NetworkPolicy of its own. */
function application(automountServiceAccountToken: boolean): KubernetesObject[] {
  return [
    { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "api" }, automountServiceAccountToken },
    {
      apiVersion: `${RBAC}/v1`,
      kind: "Role",
      metadata: { name: "leader-election" },
      rules: [{ apiGroups: ["coordination.k8s.io"], resources: ["leases"], verbs: ["get", "update"] }],
    },
    {
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { name: "api" },
      spec: {
        podSelector: { matchLabels: { app: "api" } },
        policyTypes: ["Ingress"],
        ingress: [{ ports: [{ port: 8080, protocol: "TCP" }] }],
      },
    },
  ];
}

const ACCOUNT: Omit<Report, "type"> = {
  control: "serviceAccounts",
  ref: { apiVersion: "v1", kind: "ServiceAccount", name: "api" },
  count: 1,
  state: "Repaired",
};

interface Version {
  readonly helm: Helm;
  /** What becomes of an upgrade that asks for another value than the baseline. */
  readonly contrary: { readonly refused: string } | { readonly reported: Report };
  /** Why an upgrade that changes nothing is refused after somebody has edited the baseline; undefined: it passes and leaves the edit. */
  readonly edited?: string;
}

const VERSIONS: readonly Version[] = [
  { helm: helm3, contrary: { reported: { ...ACCOUNT, type: "Modified", fields: ["automountServiceAccountToken"], manager: "helm" } } },
  {
    helm: helm4,
    contrary: { refused: 'conflict with "securitybaseline": .automountServiceAccountToken' },
    edited: 'conflict with "kubectl-edit"',
  },
];

async function refusalOf(work: Promise<unknown>): Promise<string> {
  const outcome = await work.then(
    () => "it passed",
    (error: unknown) => error,
  );
  return outcome instanceof ApiFailure ? outcome.message : String(outcome);
}

describe("Helm", () => {
  let operator: OperatorProcess;

  before(async () => {
    await installOperatorManifests();
    operator = await startOperator();
  });

  after(() => operator.stop());

  for (const { helm, contrary, edited } of VERSIONS) {
    describe(`${helm.version} with a chart beside a baseline`, () => {
      let namespace: string;
      let release: readonly KubernetesObject[];
      const account = () => refTo(namespace, "ServiceAccount", "api");

      before(async () => {
        namespace = await freshNamespace("helm");
        release = released(application(false), namespace);
        await helm.install(release);
        await applyBaseline(namespace, ADOPTING);
        await awaitReady(namespace);
      });

      it("shares the account: Helm's marks stay, and neither complains", async () => {
        const { labels, annotations } = (await contentOf(account())).metadata ?? {};
        expect(labels).to.deep.equal({ "app.kubernetes.io/managed-by": "Helm", "securitybaseline.dev/control": "serviceAccounts" });
        expect(annotations).to.deep.equal({ "meta.helm.sh/release-name": "payments", "meta.helm.sh/release-namespace": namespace });
        expect(await driftReports(namespace)).to.deep.equal([]);
      });

      it("keeps the chart's own Role and NetworkPolicy as they are", async () => {
        const [, role, policy] = release;
        expect(await contentOf(refTo(namespace, "Role", "leader-election"))).to.deep.include({ rules: role?.["rules"] });
        const found = await contentOf(refTo(namespace, "NetworkPolicy", "api"));
        expect(found).to.deep.include({ spec: policy?.["spec"] });
        expect(found.metadata?.labels).to.deep.equal({ "app.kubernetes.io/managed-by": "Helm" });
      });

      it("upgrades it without a write of the operator", async () => {
        const mark = await auditMark();
        await helm.upgrade(release, release);
        await awaitSilence([namespace]);
        expect((await operatorWrites(mark, namespace)).map(described)).to.deep.equal([]);
      });

      it("does not get through with another value than the baseline's", async () => {
        const other = released(application(true), namespace);
        if ("refused" in contrary) expect(await refusalOf(helm.upgrade(release, other))).to.include(contrary.refused);
        else {
          await helm.upgrade(release, other);
          await awaitReports(namespace, [contrary.reported]);
        }
        expect(await contentOf(account())).to.deep.include({ automountServiceAccountToken: false });
      });

      it("takes its own objects away at the end, and the baseline makes the account anew", async () => {
        await uninstall(release);
        await eventually("the account is the baseline's alone", async () => {
          const { labels } = (await contentOf(account())).metadata ?? {};
          expect(labels).to.deep.equal({
            "app.kubernetes.io/managed-by": "securitybaseline",
            "securitybaseline.dev/control": "serviceAccounts",
          });
        });
        await awaitReady(namespace);
        expect(await generatedNames(namespace)).to.deep.equal([
          "NetworkPolicy allow-dns",
          "NetworkPolicy default-deny",
          "ServiceAccount api",
        ]);
      });
    });

    describe(`${helm.version} with the chart of the documentation, which brings the baseline`, () => {
      let namespace: string;
      const release = async (viewers: string[]) => released(await chartObjects(namespace, { viewers }), namespace);
      const groupsOf = async (binding: string) => {
        const { subjects } = await admin().get<{ subjects: readonly { name: string }[] }>(refTo(namespace, "RoleBinding", binding));
        return subjects.map(({ name }) => name);
      };

      before(async () => {
        namespace = await freshNamespace("helm");
        await helm.install(released(await chartObjects(namespace), namespace));
        await awaitReady(namespace);
      });

      it("hands on none of Helm's marks, and changes what an upgrade changes", async () => {
        expect(await groupsOf("app-viewer")).to.deep.equal(["payments-devs", "support"]);
        expect((await contentOf(refTo(namespace, "Role", "app-viewer"))).metadata).to.not.have.property("annotations");
        await helm.upgrade(released(await chartObjects(namespace), namespace), await release(["auditors"]));
        await awaitReady(namespace);
        expect(await groupsOf("app-viewer")).to.deep.equal(["auditors"]);
      });

      it(`${edited === undefined ? "leaves" : "stumbles over"} what a person edited, and puts it back where it is told to force`, async () => {
        const edit = [{ op: "add", path: "/spec/access/roles/0/groups/-", value: "everybody" }];
        const path = `${await admin().path(baselineRef(namespace))}?fieldManager=kubectl-edit`;
        await admin().send({ method: "PATCH", path, body: edit, contentType: "application/json-patch+json" });
        await awaitReady(namespace);
        const [same, rolesNow] = [await release(["auditors"]), async () => (await readBaseline(namespace)).spec?.access?.roles];
        expect(await refusalOf(helm.upgrade(same, same))).to.include(edited ?? "it passed");
        expect(await rolesNow()).to.deep.include({ name: "app-deployer", groups: ["payments-devs", "everybody"] });
        await helm.upgrade(same, same, { force: true });
        expect(await rolesNow()).to.deep.include({ name: "app-deployer", groups: ["payments-devs"] });
        await awaitReady(namespace);
        expect(await groupsOf("app-deployer")).to.deep.equal(["payments-devs"]);
      });

      it("leaves nothing at the end of the release", async () => {
        await uninstall(await release(["auditors"]));
        await awaitFootprint(namespace, NO_FOOTPRINT);
      });
    });
  }
});

/** Proves that a baseline which Flux applies stays as applied, that Flux takes back what people edit, and when it takes a baseline for healthy. */
import { expect } from "chai";
import type { SecurityBaselineSpec } from "../../../operator/api/baseline.ts";
import type { KubernetesObject } from "../../../operator/api/object.ts";
import { auditMark } from "../../support/audit-log.ts";
import { awaitReady, baselineRef, readBaseline } from "../../support/baselines.ts";
import { admin, unusedName } from "../../support/cluster.ts";
import { eventually } from "../../support/eventually.ts";
import { installOperatorManifests } from "../../support/installation.ts";
import { kstatusOf } from "../../support/kstatus.ts";
import { kubectl } from "../../support/kubectl.ts";
import { type OperatorProcess, startOperator } from "../../support/operator-process.ts";
import { described, operatorWrites } from "../../support/operator-requests.ts";
import { generatedNames, labelKeysIn } from "../../support/owned-objects.ts";
import { awaitSilence } from "../../support/silence.ts";
import { type Kustomization, kustomization, reconcile } from "./tools/flux.ts";
import { build, overlayOn } from "./tools/kustomize.ts";

const IN_GIT = [
  { name: "app-deployer", groups: ["payments-leads"] },
  { name: "app-viewer", groups: ["payments-devs", "support"] },
  { name: "secret-manager", groups: ["payments-leads"] },
];
const ADDED = { name: "namespace-admin", groups: ["everybody"] };
/** A group more, and a role more. */
const EDITED = [{ name: "app-deployer", groups: ["payments-leads", "everybody"] }, ...IN_GIT.slice(1), ADDED];

interface Edit {
  readonly what: string;
  readonly manager: string;
  /** What the baseline says after Flux has applied again. */
  readonly roles: readonly object[];
}

const EDITS: readonly Edit[] = [
  { what: "by kubectl, added entries too", manager: "kubectl-edit", roles: IN_GIT },
  { what: "by another tool, apart from the entries that it added", manager: "dashboard", roles: [...IN_GIT, ADDED] },
];

describe("a baseline that Flux applies", () => {
  let operator: OperatorProcess;
  let flux: Kustomization;
  let namespace: string;
  let git: readonly KubernetesObject[];

  before(async () => {
    await installOperatorManifests();
    operator = await startOperator();
    flux = await kustomization();
    namespace = unusedName("flux");
    git = await build(await overlayOn("production", namespace));
  });

  after(() => operator.stop());

  const rolesNow = async () => ((await readBaseline(namespace)).spec as SecurityBaselineSpec).access?.roles;

  it("which kubectl had applied before is Flux's, and what Git does not say goes", async () => {
    const older = [{ op: "add", path: "/spec/access/roles/-", value: ADDED }];
    const patches = [{ target: { kind: "SecurityBaseline" }, patch: JSON.stringify(older) }];
    await kubectl(["apply", "-k", await overlayOn("production", namespace, { patches })]);
    await awaitReady(namespace);
    expect(await generatedNames(namespace)).to.include("RoleBinding namespace-admin");
    expect(await reconcile(flux, git)).to.deep.equal(["configured", "configured"]);
    await awaitReady(namespace);
    expect(await generatedNames(namespace)).to.not.include("RoleBinding namespace-admin");
    expect(await rolesNow()).to.deep.equal(IN_GIT);
  });

  it("is healthy by the library of Flux once it is carried out, and not before", async () => {
    const carriedOut = (await readBaseline(namespace)) as KubernetesObject;
    const generation = (carriedOut.metadata?.generation ?? 0) + 1;
    const unseen = { ...carriedOut, status: { observedGeneration: -1 } };
    const edited = { ...carriedOut, metadata: { ...carriedOut.metadata, generation } };
    const judged = await kstatusOf([carriedOut, edited, unseen]);
    expect(judged.map(({ status }) => status)).to.deep.equal(["Current", "InProgress", "InProgress"]);
  });

  it("is left alone at the next interval, and neither does the operator write", async () => {
    const mark = await auditMark();
    expect(await reconcile(flux, git)).to.deep.equal(["unchanged", "unchanged"]);
    await awaitSilence([namespace]);
    expect((await operatorWrites(mark, namespace)).map(described)).to.deep.equal([]);
  });

  it("hands Flux's labels to nothing that it makes", async () => {
    expect(await labelKeysIn(namespace)).to.deep.equal(["app.kubernetes.io/managed-by", "securitybaseline.dev/control"]);
  });

  for (const { what, manager, roles } of EDITS) {
    it(`loses at the next interval what was edited ${what}`, async () => {
      await admin().mergePatch(baselineRef(namespace), { spec: { access: { roles: EDITED } } }, { manager });
      await awaitReady(namespace);
      expect(await generatedNames(namespace)).to.include("RoleBinding namespace-admin");
      expect(await reconcile(flux, git)).to.deep.equal(["unchanged", "configured"]);
      expect(await rolesNow()).to.have.deep.members([...roles]);
      expect(await reconcile(flux, git)).to.deep.equal(["unchanged", "unchanged"]);
    });
  }

  it("is pruned, and leaves nothing but the Namespace", async () => {
    await admin().delete(baselineRef(namespace));
    await eventually("its objects are gone", async () => expect(await generatedNames(namespace)).to.deep.equal([]));
    await awaitSilence([namespace]);
    expect(await generatedNames(namespace)).to.deep.equal([]);
  });
});

/** Proves on a real API server that an end is recorded although objects of the grant cannot go, and that by then nobody can use it. */
import { expect } from "chai";
import type { BreakGlassRequest } from "../../../../operator/api/break-glass-request.ts";
import type { KubernetesObject } from "../../../../operator/api/object.ts";
import { type ApiClient, ApiFailure, type ObjectRef } from "../../../support/api-client.ts";
import { protectedNamespace } from "../../../support/baselines.ts";
import { awaitPhase, BREAK_GLASS_NAMESPACE, bypass, entriesAbout, INCIDENT, identityOf, mint } from "../../../support/break-glass.ts";
import { admin } from "../../../support/cluster.ts";
import { eventually } from "../../../support/eventually.ts";
import { installOperatorManifests } from "../../../support/installation.ts";
import { type OperatorProcess, startOperator } from "../../../support/operator-process.ts";
import { RBAC } from "../../../support/operator-token.ts";
import { type Person, person } from "../../../support/people.ts";
import { refusal } from "../../../support/refusal.ts";

const FINALIZER = "example.com/keep";

function unlessGone(error: unknown): void {
  if (!(error instanceof ApiFailure && error.status === 404)) throw error;
}

describe("an end that objects stand in the way of", () => {
  let operator: OperatorProcess;
  let alice: Person;
  let namespace: string;
  let request: BreakGlassRequest;
  let account: ObjectRef;
  let binding: ObjectRef;
  let holder: ApiClient;
  /** ConfigMaps that keep their owners from going. */
  let anchors: ObjectRef[];

  before(async () => {
    await installOperatorManifests();
    operator = await startOperator();
    alice = await person("alice", ["oncall"]);
  });

  after(() => operator.stop());

  beforeEach(async () => {
    namespace = await protectedNamespace("stuck", { breakGlass: { profiles: [INCIDENT] } });
    request = await bypass(alice, namespace);
    const name = identityOf(request);
    account = { apiVersion: "v1", kind: "ServiceAccount", namespace: BREAK_GLASS_NAMESPACE, name };
    binding = { apiVersion: `${RBAC}/v1`, kind: "RoleBinding", namespace, name };
    holder = await mint(alice.client, name);
    await holder.list("v1", "Pod", { namespace });
    anchors = [];
  });

  afterEach(async () => {
    for (const ref of [...anchors, account, binding]) {
      if ((await admin().find(ref)) === undefined) continue;
      // It may go at any moment.
      await admin()
        .mergePatch(ref, { metadata: { finalizers: null } })
        .catch(unlessGone);
    }
  });

  /** Deletes an object in the foreground, with something that belongs to it and does not go. */
  const deleteInVain = async (ref: ObjectRef): Promise<void> => {
    const { metadata = {} } = await admin().get(ref);
    const { apiVersion, kind, name, namespace: home = "" } = ref;
    const owner = { apiVersion, kind, name, uid: metadata.uid, blockOwnerDeletion: true };
    const anchor: KubernetesObject = {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { namespace: home, name: `anchor-${name}`, finalizers: [FINALIZER], ownerReferences: [owner] } as object,
    };
    await admin().create(anchor);
    anchors.push({ apiVersion: "v1", kind: "ConfigMap", namespace: home, name: `anchor-${name}` });
    await admin().send({ method: "DELETE", path: `${await admin().path(ref)}?propagationPolicy=Foreground` });
  };
  const left = async (): Promise<readonly string[]> => {
    const rows: string[][] = JSON.parse((await entriesAbout(request)).at(-1)?.details?.["left"] ?? "[]");
    return rows.map(([kind, home]) => `${kind} ${home}`);
  };
  const isThere = async (ref: ObjectRef): Promise<boolean> => (await admin().find(ref)) !== undefined;

  it("is recorded when the account is deleted in the foreground and stays: its tokens have no rights", async () => {
    await deleteInVain(account);
    const { status } = await awaitPhase(request, "Revoked");
    expect(status?.endReason).to.equal("Tampered");
    expect(await isThere(account)).to.equal(true);
    expect(await left()).to.deep.equal([`ServiceAccount ${BREAK_GLASS_NAMESPACE}`]);
    expect(status?.conditions?.[0]?.message).to.contain(`cannot be removed: ServiceAccount ${BREAK_GLASS_NAMESPACE}/${account.name}`);
    await eventually("its token has no rights", async () => {
      expect((await refusal(holder.list("v1", "Pod", { namespace }))).status).to.be.oneOf([401, 403]);
    });
  });

  it("is recorded when the binding is deleted in the foreground and its namespace goes: its tokens are taken no more", async () => {
    await deleteInVain(binding);
    await admin().delete({ apiVersion: "v1", kind: "Namespace", name: namespace });
    const end = await eventually("the ledger tells the end", async () => {
      const last = (await entriesAbout(request)).at(-1);
      expect(last?.type).to.equal("Revoked");
      return last;
    });
    expect(await isThere(binding)).to.equal(true);
    expect(await isThere(account)).to.equal(false);
    expect(await left()).to.deep.equal([`RoleBinding ${namespace}`]);
    expect(end?.details?.["endReason"]).to.be.oneOf(["Tampered", "ProfileRemoved", "RequestDeleted"]);
    await eventually("its token is dead", async () => {
      expect((await refusal(holder.list("v1", "Pod", { namespace }))).status).to.equal(401);
    });
  });
});

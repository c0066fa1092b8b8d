/** Proves that a grant made with the operator's own token and explained by no entry of the ledger is removed and told, and a custodian's is not. */
import { expect } from "chai";
import type { BreakGlassRequest } from "../../../../operator/api/break-glass-request.ts";
import type { KubernetesObject } from "../../../../operator/api/object.ts";
import type { ApiClient } from "../../../support/api-client.ts";
import { baselineRef, protectedNamespace } from "../../../support/baselines.ts";
import { bypass, INCIDENT, identityOf, ledger, mint, objectsOf, readRequest } from "../../../support/break-glass.ts";
import { admin } from "../../../support/cluster.ts";
import { installCustodians, removeCustodians } from "../../../support/custodians.ts";
import { eventually } from "../../../support/eventually.ts";
import { grantFor, inSeconds, withMetadata } from "../../../support/grant-by-hand.ts";
import { type OperatorProcess, startOperator } from "../../../support/operator-process.ts";
import { operatorClient } from "../../../support/operator-token.ts";
import { type Person, person } from "../../../support/people.ts";
import { refusal } from "../../../support/refusal.ts";

const BROKER = "securitybaseline-breakglass";

describe("a grant that no entry of the ledger explains", () => {
  let thief: ApiClient;
  let operator: OperatorProcess;
  let alice: Person;
  let namespace: string;
  let request: BreakGlassRequest;

  before(async () => {
    thief = await operatorClient();
    await installCustodians("custodians");
    operator = await startOperator({ flags: ["--break-glass-custodians", "custodians"] });
    alice = await person("alice", ["oncall"]);
    namespace = await protectedNamespace("forged", { breakGlass: { profiles: [INCIDENT] } });
    request = await bypass(alice, namespace);
  });

  after(async () => {
    await operator.stop();
    await removeCustodians();
  });

  /** The four objects as the operator would make them for mallory, under the request of somebody else. */
  const forged = (): readonly KubernetesObject[] =>
    Object.values(grantFor(namespace, { requester: "mallory", requestUID: request.metadata.uid ?? "", deadline: inSeconds(1500) }));
  const nameOf = ([identity]: readonly KubernetesObject[]): string => identity?.metadata?.name ?? "";
  const removed = async (name: string): Promise<readonly string[]> => {
    const entries = (await ledger()).map(({ spec }) => spec).filter(({ grant, type }) => grant === name && type === "Removed");
    return entries.map(({ details }) => String((JSON.parse(details?.["object"] ?? "[]") as string[])[0]));
  };

  it("is removed with all that its maker forged, told in the ledger and in the condition, and the honest grant stays", async () => {
    const objects = forged();
    for (const object of objects) await thief.create(object, { manager: BROKER });
    const name = nameOf(objects);
    await eventually("it is gone", async () => expect(await objectsOf(name, namespace)).to.deep.equal([]));
    await eventually("the ledger tells of each object", async () => {
      expect(await removed(name)).to.have.members(["ServiceAccount", "RoleBinding", "Role", "RoleBinding"]);
    });
    await eventually("the baseline says so", async () => {
      const { status } = await admin().get<{ status?: { conditions?: { type: string; message: string }[] } }>(baselineRef(namespace));
      const ready = status?.conditions?.find(({ type }) => type === "BreakGlassReady");
      expect(ready?.message).to.contain("objects of grants were removed that no request explains");
    });
    expect(operator.logs()).to.contain("removed an object of a grant that no entry of the ledger explains");
    expect((await readRequest(request)).status?.phase).to.equal("Active");
    expect(await objectsOf(identityOf(request), namespace)).to.have.length(4);
  });

  it("is removed where it gives an honest grant to another namespace, too", async () => {
    const other = await protectedNamespace("forged", { breakGlass: { profiles: [INCIDENT] } });
    const holder = await mint(alice.client, identityOf(request));
    const binding = (await admin().get<KubernetesObject & { subjects: object; roleRef: object }>({
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "RoleBinding",
      namespace,
      name: identityOf(request),
    })) as KubernetesObject & { subjects: object; roleRef: object };
    const { labels, annotations } = binding.metadata ?? {};
    const metadata = { name: identityOf(request), namespace: other, ...(labels && { labels }), ...(annotations && { annotations }) };
    const { apiVersion, kind, subjects, roleRef } = binding;
    await thief.create({ apiVersion, kind, metadata, subjects, roleRef } as KubernetesObject, { manager: BROKER });
    await eventually("its rights are gone", async () => {
      expect((await refusal(holder.list("v1", "Pod", { namespace: other }))).status).to.equal(403);
    });
    await holder.list("v1", "Pod", { namespace });
    expect((await readRequest(request)).status?.phase).to.equal("Active");
  });

  it("stays where a custodian made it by hand", async () => {
    const kim = await person("kim", ["custodians"]);
    const byHand = Object.values(grantFor(namespace, { requester: "alice", requestUID: "by-hand", deadline: inSeconds(1200) })).map(
      withMetadata({ labels: { "securitybaseline.dev/break-glass": "by-hand" } }),
    );
    for (const object of byHand) await kim.client.create(object, { manager: BROKER });
    const objects = forged();
    for (const object of objects) await thief.create(object, { manager: BROKER });
    await eventually("what was forged is gone", async () => expect(await objectsOf(nameOf(objects), namespace)).to.deep.equal([]));
    expect(await objectsOf(nameOf(byHand), namespace)).to.have.length(4);
    const holder = await mint(alice.client, nameOf(byHand));
    await holder.list("v1", "Pod", { namespace });
  });
});

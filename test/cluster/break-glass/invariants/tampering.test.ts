/** Proves invariant 7: who tampers with a grant ends it, and the clean-up takes what the grant made and nothing else. */
import { expect } from "chai";
import type { BreakGlassRequest } from "../../../../operator/api/break-glass-request.ts";
import type { KubernetesObject } from "../../../../operator/api/object.ts";
import type { ObjectRef } from "../../../support/api-client.ts";
import { auditEvents, auditMark, WRITE_VERBS } from "../../../support/audit-log.ts";
import { protectedNamespace } from "../../../support/baselines.ts";
import {
  awaitPhase,
  BREAK_GLASS_NAMESPACE,
  bypass,
  entriesAbout,
  INCIDENT,
  identityOf,
  objectsOf,
  readRequest,
} from "../../../support/break-glass.ts";
import { admin } from "../../../support/cluster.ts";
import { eventually } from "../../../support/eventually.ts";
import { installOperatorManifests } from "../../../support/installation.ts";
import { OPERATOR_USER, type OperatorProcess, startOperator } from "../../../support/operator-process.ts";
import { group, RBAC } from "../../../support/operator-token.ts";
import { type Person, person } from "../../../support/people.ts";
import { policyRefusal } from "../../../support/policed.ts";
import { changeRole } from "../../../support/roles.ts";
import { authorizerCaughtUp } from "../../../support/server-caches.ts";

const BINDING = { apiVersion: `${RBAC}/v1`, kind: "RoleBinding" };

describe("invariant 7: tampering ends a grant, and the clean-up goes by uid", () => {
  let operator: OperatorProcess;
  let alice: Person;
  let namespace: string;
  let request: BreakGlassRequest;
  let identity: string;
  let mark: number;

  before(async () => {
    await installOperatorManifests();
    operator = await startOperator();
    alice = await person("alice", ["oncall"]);
    namespace = await protectedNamespace("tamper", { breakGlass: { profiles: [INCIDENT] } });
  });

  beforeEach(async () => {
    request = await bypass(alice, namespace);
    identity = identityOf(request);
    mark = await auditMark();
  });

  after(() => operator.stop());

  /** Puts an object of somebody else in the place of one of the grant, with all of its marks, before the operator can see either. */
  const replaceUnseen = async (ref: ObjectRef, body: object): Promise<KubernetesObject> => {
    const { apiVersion, kind, namespace, name } = ref;
    const { labels = {}, annotations = {} } = (await admin().get(ref)).metadata ?? {};
    process.kill(operator.pid, "SIGSTOP");
    try {
      await admin().delete(ref);
      const metadata = { namespace, name, labels, annotations };
      return await admin().create({ apiVersion, kind, metadata, ...body } as KubernetesObject, { manager: "securitybaseline-breakglass" });
    } finally {
      process.kill(operator.pid, "SIGCONT");
    }
  };
  /** All that the operator did, since the grant was in use, to objects of its name; NS is the namespace, BG that of break-glass. */
  const expectDeeds = (expected: readonly string[]): Promise<void> =>
    eventually("the audit log has it", async () => {
      const events = await auditEvents(mark, { user: OPERATOR_USER, verbs: WRITE_VERBS, name: identity });
      const places = new Map([
        [namespace, "NS"],
        [BREAK_GLASS_NAMESPACE, "BG"],
      ]);
      const deeds = events.map(({ verb, objectRef: ref }) => `${verb} ${ref?.resource} in ${places.get(ref?.namespace ?? "")}`);
      expect(deeds).to.have.members(expected);
    });
  const whatLedgerTells = async (): Promise<string[]> =>
    (await entriesAbout(request)).map(({ type, details }) => `${type} ${details?.["endReason"] ?? ""}`.trim());

  it("a stranger that takes the place of a deleted binding stays as it is, though it wears our marks", async () => {
    const ref: ObjectRef = { ...BINDING, namespace, name: identity };
    const stranger = await replaceUnseen(ref, {
      subjects: [group("support")],
      roleRef: { apiGroup: RBAC, kind: "Role", name: "harmless" },
    });

    const { status } = await awaitPhase(request, "Revoked");
    expect(status?.endReason).to.equal("Tampered");
    expect(status?.history?.map(({ phase }) => phase)).to.deep.equal(["Pending", "Approved", "Issuing", "Active", "Suspended", "Revoked"]);
    expect(await whatLedgerTells()).to.deep.equal(["Requested", "Approved", "Issuing", "Active", "Suspended Tampered", "Revoked Tampered"]);
    expect(await admin().get(ref)).to.deep.equal(stranger);
    expect(await objectsOf(identity, namespace)).to.deep.equal([`RoleBinding ${namespace}`]);
    await expectDeeds(["delete serviceaccounts in BG", "delete roles in BG", "delete rolebindings in BG"]);
  });

  const parts: readonly { part: string; apiVersion: string; kind: string; deleted: readonly string[] }[] = [
    {
      part: "identity",
      apiVersion: "v1",
      kind: "ServiceAccount",
      deleted: ["delete rolebindings in NS", "delete roles in BG", "delete rolebindings in BG"],
    },
    {
      part: "minter",
      apiVersion: `${RBAC}/v1`,
      kind: "Role",
      deleted: ["delete serviceaccounts in BG", "delete rolebindings in NS", "delete rolebindings in BG"],
    },
    {
      part: "minter's binding",
      apiVersion: `${RBAC}/v1`,
      kind: "RoleBinding",
      deleted: ["delete serviceaccounts in BG", "delete rolebindings in NS", "delete roles in BG"],
    },
  ];
  for (const { part, apiVersion, kind, deleted } of parts) {
    it(`a deleted ${part} is not made anew: the rest goes, too`, async () => {
      await admin().delete({ apiVersion, kind, namespace: BREAK_GLASS_NAMESPACE, name: identity });
      const { status } = await awaitPhase(request, "Revoked");
      expect(status?.endReason).to.equal("Tampered");
      expect((await whatLedgerTells()).slice(-2)).to.deep.equal(["Suspended Tampered", "Revoked Tampered"]);
      expect(await objectsOf(identity, namespace)).to.deep.equal([]);
      await expectDeeds(deleted);
    });
  }

  it("a changed role ends the grant", async () => {
    await using _changed = await changeRole("sb-incident-admin", [{ apiGroups: [""], resources: ["secrets"], verbs: ["get"] }]);
    const { status } = await awaitPhase(request, "Revoked");
    expect(status?.endReason).to.equal("RoleChanged");
    expect((await whatLedgerTells()).slice(-2)).to.deep.equal(["Suspended RoleChanged", "Revoked RoleChanged"]);
    expect(await objectsOf(identity, namespace)).to.deep.equal([]);
    await expectDeeds(["delete serviceaccounts in BG", "delete rolebindings in NS", "delete roles in BG", "delete rolebindings in BG"]);
  });

  it("an edit of its binding is refused to whoever administers the namespace", async () => {
    const nora = await person("nora", ["administrators"]);
    const metadata = { namespace, name: "administrators" };
    const rules = [
      { apiGroups: [RBAC], resources: ["rolebindings"], verbs: ["*"] },
      { apiGroups: [RBAC], resources: ["clusterroles"], verbs: ["bind"] },
    ];
    await admin().create({ apiVersion: `${RBAC}/v1`, kind: "Role", metadata, rules });
    await admin().create({
      ...BINDING,
      metadata,
      subjects: [group("administrators")],
      roleRef: { apiGroup: RBAC, kind: "Role", name: metadata.name },
    });
    await authorizerCaughtUp();
    const ref: ObjectRef = { ...BINDING, namespace, name: identity };
    const before = await admin().get(ref);
    for (const patch of [
      { subjects: [{ apiGroup: RBAC, kind: "User", name: "nora" }] },
      { metadata: { labels: { "securitybaseline.dev/break-glass": null } } },
      { metadata: { annotations: { "securitybaseline.dev/request-uid": "another" } } },
    ]) {
      expect(await policyRefusal(nora.client.mergePatch(ref, patch))).to.match(
        /a binding of a grant cannot be changed|names? of emergency access/,
      );
    }
    expect(await admin().get(ref)).to.deep.equal(before);
    expect((await readRequest(request)).status?.phase).to.equal("Active");
  });
});

/** Proves who may shorten the ledger: one person says what is archived, somebody else deletes that and no more, and the operator does neither. */
import { expect } from "chai";
import type { LedgerEntry } from "../../../operator/api/break-glass-audit-entry.ts";
import type { BreakGlassCheckpointSpec, BreakGlassCheckpointStatus } from "../../../operator/api/break-glass-checkpoint.ts";
import type { KubernetesObject } from "../../../operator/api/object.ts";
import type { ApiClient } from "../../support/api-client.ts";
import { newLedger } from "../../support/break-glass-namespace.ts";
import { admin, freshNamespace, impersonate } from "../../support/cluster.ts";
import { eventually } from "../../support/eventually.ts";
import { group, operatorClient, RBAC } from "../../support/operator-token.ts";
import { API_VERSION, attempt, BG, grantNameIn, mighty, NO_PARAMS, OPERATOR, policyRefusal } from "../../support/policed.ts";
import { refusal } from "../../support/refusal.ts";
import { authorizerCaughtUp } from "../../support/server-caches.ts";

let chain = "";
const HASH = "a".repeat(64);
const IDENTITY = `system:serviceaccount:${BG}:${grantNameIn(600)}`;
const CHECKPOINT = { apiVersion: API_VERSION, kind: "BreakGlassCheckpoint", namespace: BG, name: "ledger" };
const ada = (): ApiClient => impersonate("ada", "archivists");
const bea = (): ApiClient => impersonate("bea", "archivists");
const nameOf = (seq: number): string => `${chain}-${String(seq).padStart(12, "0")}`;

function entry(seq: number): KubernetesObject {
  const spec: LedgerEntry = {
    v: 1,
    chain,
    seq,
    prevHash: HASH,
    time: new Date().toISOString().replace(/\.\d+Z/, "Z"),
    type: "Requested",
    actor: "jane",
    requestUID: "1",
    hash: HASH,
  };
  return { apiVersion: API_VERSION, kind: "BreakGlassAuditEntry", metadata: { namespace: BG, name: nameOf(seq) }, spec };
}

function checkpoint(spec: Partial<BreakGlassCheckpointSpec> = {}, metadata: object = {}): KubernetesObject {
  const whole = { chain, lastSeq: 2, headHash: HASH, fileDigest: HASH, location: "the safe", archivist: { username: "ada" }, ...spec };
  return { apiVersion: API_VERSION, kind: "BreakGlassCheckpoint", metadata: { namespace: BG, name: "ledger", ...metadata }, spec: whole };
}

/** A person with these rights in the break-glass namespace. */
async function holder(name: string, subject: object, roleRef: object): Promise<void> {
  const kind = "RoleBinding";
  const binding = { apiVersion: `${RBAC}/v1`, kind, metadata: { namespace: BG, name }, subjects: [subject], roleRef };
  await admin().apply(binding as KubernetesObject);
}

async function prune(client: ApiClient, seq: number): Promise<KubernetesObject> {
  const path = await admin().path({ apiVersion: API_VERSION, kind: "BreakGlassAuditEntry", namespace: BG, name: nameOf(seq) });
  return client.send({ method: "DELETE", path: `${path}?dryRun=All` });
}

describe("policies on archiving the ledger", () => {
  let operator: ApiClient;

  const status = (value: BreakGlassCheckpointStatus): Promise<KubernetesObject> =>
    operator.apply(
      {
        apiVersion: API_VERSION,
        kind: "BreakGlassCheckpoint",
        metadata: { namespace: BG, name: "ledger" },
        status: value,
      } as KubernetesObject,
      { manager: "securitybaseline-breakglass", force: true, subresource: "status" },
    );
  const change = (client: ApiClient, spec: Partial<BreakGlassCheckpointSpec>): Promise<KubernetesObject> =>
    client.mergePatch(CHECKPOINT, { spec });

  before(async () => {
    operator = await operatorClient();
    chain = await newLedger();
    await holder("archivists", group("archivists"), { apiGroup: RBAC, kind: "ClusterRole", name: "securitybaseline-archivist" });
    const rules = [
      { apiGroups: ["securitybaseline.dev"], resources: ["breakglasscheckpoints"], verbs: ["create", "patch"] },
      { apiGroups: ["securitybaseline.dev"], resources: ["breakglassauditentries"], verbs: ["delete"] },
    ];
    await admin().apply({
      apiVersion: `${RBAC}/v1`,
      kind: "Role",
      metadata: { namespace: BG, name: "by-kind" },
      rules,
    } as KubernetesObject);
    await holder("by-kind", group("by-kind"), { apiGroup: RBAC, kind: "Role", name: "by-kind" });
    await authorizerCaughtUp();
    for (const seq of [1, 2, 3]) await operator.create(entry(seq));
  });

  // Nothing else takes away a checkpoint, by which later tests would go.
  after(newLedger);

  it("refused: deleting an entry while there is no checkpoint, to anybody", async () => {
    for (const client of [bea(), admin(), mighty("bea")]) expect(await policyRefusal(prune(client, 1))).to.contain(NO_PARAMS);
  });

  it("allowed: a checkpoint by the archivist whom it names", async () => {
    expect(await attempt(ada(), checkpoint())).to.have.nested.property("spec.chain", chain);
  });

  const refused: readonly { reason: string; client?: () => ApiClient; made?: () => KubernetesObject; message: string }[] = [
    {
      reason: "by the operator",
      client: () => mighty(OPERATOR),
      made: () => checkpoint({ archivist: { username: OPERATOR } }),
      message: "archiving is for people",
    },
    {
      reason: "by emergency access",
      client: () => mighty(IDENTITY),
      made: () => checkpoint({ archivist: { username: IDENTITY } }),
      message: "emergency access",
    },
    { reason: "in somebody else's name", client: bea, message: "spec.archivist must be the sender" },
    {
      reason: "with a uid that is not the sender's",
      made: () => checkpoint({ archivist: { username: "ada", uid: "1" } }),
      message: "spec.archivist must be the sender",
    },
    {
      reason: "by who may write the kind, and not archive",
      client: () => impersonate("ada", "by-kind"),
      message: "you may not archive the ledger: ask for the ClusterRole securitybaseline-archivist",
    },
    { reason: "of another chain", made: () => checkpoint({ chain: "c0" }), message: "refused a checkpoint of another chain" },
    { reason: "with a finalizer", made: () => checkpoint({}, { finalizers: ["x.io/stay"] }), message: "refused finalizers and owners" },
  ];
  for (const { reason, client = ada, made = checkpoint, message } of refused) {
    it(`refused: a checkpoint ${reason}`, async () => {
      expect(await policyRefusal(attempt(client(), made()))).to.contain(message);
    });
  }

  it("refused: a checkpoint of another name, by the kind itself, and one elsewhere", async () => {
    expect((await refusal(attempt(mighty("ada"), checkpoint({}, { name: "other" })))).message).to.contain('its name must be "ledger"');
    const namespace = await freshNamespace("checkpoint");
    expect(await policyRefusal(attempt(mighty("ada"), checkpoint({}, { namespace })))).to.contain("refused a second checkpoint");
  });

  describe("with a checkpoint that is not recorded", () => {
    before(async () => {
      await ada().create(checkpoint({ lastSeq: 3 }));
      await eventually("the policies know it", async () =>
        expect(await policyRefusal(prune(bea(), 1))).to.contain("the ledger has not recorded the checkpoint"),
      );
    });

    it("refused: deleting an entry, to anybody", async () => {
      for (const client of [bea(), ada(), admin(), mighty(OPERATOR)]) await policyRefusal(prune(client, 1));
    });

    it("allowed: correcting it, since nothing rests on it", async () => {
      await change(ada(), { lastSeq: 1 });
      await change(ada(), { lastSeq: 2 });
    });

    it("refused: a correction in the name of who made it, to somebody else", async () => {
      expect(await policyRefusal(change(bea(), { lastSeq: 3 }))).to.contain("spec.archivist must be the sender");
    });

    it("refused: to the operator, recording what it does not say", async () => {
      for (const recorded of [
        { lastSeq: 3, headHash: HASH, entry: 4 },
        { lastSeq: 1, headHash: HASH, entry: 4 },
        { lastSeq: 2, headHash: "b".repeat(64), entry: 4 },
      ]) {
        expect((await refusal(status({ recorded }))).message).to.contain("only what spec says is recorded");
      }
    });

    it("refused: its status, to everybody but the operator", async () => {
      const path = `${await admin().path(CHECKPOINT)}/status`;
      const call = { method: "PATCH", path, body: { status: { message: "x" } }, contentType: "application/merge-patch+json" } as const;
      expect(await policyRefusal(admin().send(call))).to.contain("only the operator writes the status of a checkpoint");
    });
  });

  describe("with a checkpoint that is recorded", () => {
    before(async () => {
      await status({ recorded: { lastSeq: 2, headHash: HASH, entry: 4 } });
      await eventually("the policies know it", () => prune(bea(), 1));
    });

    it("allowed: deleting what is archived, to somebody else", async () => {
      for (const client of [bea(), admin()]) for (const seq of [1, 2]) await prune(client, seq);
    });

    const deletions: readonly { reason: string; client: () => ApiClient; seq?: number; message: string }[] = [
      { reason: "the archivist", client: ada, message: "you have archived these entries: somebody else" },
      { reason: "the archivist, with any right", client: () => mighty("ada"), message: "you have archived these entries" },
      { reason: "the operator", client: () => mighty(OPERATOR), message: "no entry is deleted, but by who may prune" },
      { reason: "emergency access", client: () => mighty(IDENTITY), message: "emergency access|but by who may prune" },
      { reason: "who may delete entries, and not prune", client: () => impersonate("bea", "by-kind"), message: "but by who may prune" },
      { reason: "somebody else, behind it", client: bea, seq: 3, message: "no entry is deleted behind 2, up to which it is archived" },
      { reason: "an administrator, behind it", client: admin, seq: 3, message: "no entry is deleted behind 2" },
    ];
    for (const { reason, client, seq = 1, message } of deletions) {
      it(`refused: deleting an entry, to ${reason}`, async () => {
        expect(await policyRefusal(prune(client(), seq))).to.match(new RegExp(message));
      });
    }

    it("refused: taking it back, or calling it somebody else's, to anybody", async () => {
      for (const spec of [{ lastSeq: 1 }, { headHash: "b".repeat(64) }, { fileDigest: "b".repeat(64) }]) {
        expect((await refusal(change(ada(), spec))).message).to.contain("what the ledger has recorded is never taken back");
      }
      const { message } = await refusal(change(bea(), { archivist: { username: "bea" } }));
      expect(message).to.contain("what the ledger has recorded is never taken back");
    });

    it("refused: to the operator, forgetting it", async () => {
      const path = `${await admin().path(CHECKPOINT)}/status`;
      for (const value of [{ recorded: null }, null]) {
        const call = { method: "PATCH", path, body: { status: value }, contentType: "application/merge-patch+json" } as const;
        expect((await refusal(operator.send(call))).message).to.contain("what the ledger has recorded is never taken back");
      }
      const lower = status({ recorded: { lastSeq: 1, headHash: HASH, entry: 4 } });
      expect((await refusal(lower)).message).to.contain("only what spec says is recorded");
    });

    it("refused: deleting the checkpoint, to anybody", async () => {
      for (const client of [admin(), mighty("ada"), mighty(OPERATOR), mighty("system:serviceaccount:kube-system:namespace-controller")]) {
        expect(await policyRefusal(client.delete(CHECKPOINT))).to.contain("refused to delete the checkpoint of the ledger");
      }
    });

    it("refused: an entry in the place of one that is gone, to the operator", async () => {
      await bea().delete({ apiVersion: API_VERSION, kind: "BreakGlassAuditEntry", namespace: BG, name: nameOf(1) });
      expect(await policyRefusal(attempt(operator, entry(1)))).to.contain("refused an entry in the place of one that was archived");
      expect(await attempt(operator, entry(4))).to.have.nested.property("spec.seq", 4);
    });

    it("refused: deleting anything once it is raised, until that is recorded", async () => {
      await change(ada(), { lastSeq: 3 });
      await eventually("the policies know it", async () =>
        expect(await policyRefusal(prune(bea(), 2))).to.contain("the ledger has not recorded the checkpoint"),
      );
    });

    it("refused: deleting anything with `prune` alone where the namespace is about to be uninstalled", async () => {
      const namespace = { apiVersion: "v1", kind: "Namespace", name: BG };
      const label = (value: string | null) =>
        admin().mergePatch(namespace, { metadata: { labels: { "securitybaseline.dev/uninstall": value } } });
      await label("true");
      await eventually("the policies know it", async () =>
        expect(await policyRefusal(prune(bea(), 3))).to.contain("no entry is deleted, but by who may prune"),
      );
      await label(null);
    });
  });
});

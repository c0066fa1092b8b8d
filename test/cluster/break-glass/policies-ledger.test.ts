/** Proves that the ledger is append-only: by the operator alone, in one place, in its own time, and never changed or deleted. */
import { expect } from "chai";
import type { LedgerEntry } from "../../../operator/api/break-glass-audit-entry.ts";
import type { BreakGlassRequest } from "../../../operator/api/break-glass-request.ts";
import type { KubernetesObject } from "../../../operator/api/object.ts";
import type { ApiClient } from "../../support/api-client.ts";
import { conditionOf, protectedNamespace, readBaseline } from "../../support/baselines.ts";
import { awaitPhase, bypass, entriesAbout, INCIDENT } from "../../support/break-glass.ts";
import { newLedger, presentChain } from "../../support/break-glass-namespace.ts";
import { admin, asServiceAccount, freshNamespace } from "../../support/cluster.ts";
import { installOperatorManifests } from "../../support/installation.ts";
import { type OperatorProcess, startOperator } from "../../support/operator-process.ts";
import { person } from "../../support/people.ts";
import { API_VERSION, attempt, BG, mighty, NO_PARAMS, OPERATOR, policyRefusal } from "../../support/policed.ts";
import { runProgram } from "../../support/program.ts";

/** The chain of the ledger. Numbers are those that the operator reaches in a thousand years. */
let CHAIN = "";
const SEQ = 900_000_000_007;
const nameOf = (seq: number | string, chain = CHAIN) => `${chain}-${seq}`;

/** So many seconds from now. */
const inSeconds = (offset: number) => new Date(Date.now() + offset * 1000).toISOString().replace(/\.\d+Z/, "Z");

/** An entry that is written `age` seconds after its time. */
function entry(spec: Partial<LedgerEntry> = {}, metadata: object = {}, age = 0): KubernetesObject {
  const full: LedgerEntry = {
    v: 1,
    chain: CHAIN,
    seq: SEQ,
    prevHash: "0".repeat(64),
    time: inSeconds(-age),
    type: "Requested",
    actor: "jane",
    requestUID: "1",
    hash: "1".repeat(64),
    ...spec,
  };
  return {
    apiVersion: API_VERSION,
    kind: "BreakGlassAuditEntry",
    metadata: { namespace: BG, name: nameOf(SEQ), ...metadata },
    spec: full,
  };
}

describe("policies on the ledger", () => {
  let operator: ApiClient;
  const refTo = () => ({ apiVersion: API_VERSION, kind: "BreakGlassAuditEntry", namespace: BG, name: nameOf(SEQ) });

  before(async () => {
    await installOperatorManifests();
    CHAIN = await presentChain();
    operator = await asServiceAccount("securitybaseline-system", "securitybaseline-operator");
  });

  const allowed: readonly { reason: string; seq?: number; named?: string; age?: number }[] = [
    { reason: "with zeros in its name", seq: 99_999_999_999, named: "099999999999" },
    { reason: "the last that has a name", seq: 999_999_999_999 },
    { reason: "one that took half a minute", age: 30 },
  ];
  for (const { reason, seq = SEQ, named = String(seq), age } of allowed) {
    it(`allowed: an entry by the operator, ${reason}`, async () => {
      expect(await attempt(operator, entry({ seq }, { name: nameOf(named) }, age))).to.have.nested.property("spec.chain", CHAIN);
    });
  }

  const refused: {
    reason: string;
    client?: string;
    spec?: Partial<LedgerEntry>;
    metadata?: object | (() => object);
    age?: number;
    message: string;
  }[] = [
    { reason: "an entry by anybody else, system:masters included", client: "admin", message: "only the operator writes the ledger" },
    {
      reason: "a seq without its zeros",
      spec: { seq: 7 },
      metadata: () => ({ name: nameOf(7) }),
      message: "refused an entry with another name",
    },
    { reason: "the name of another seq", metadata: () => ({ name: nameOf(SEQ + 1) }), message: "refused an entry with another name" },
    {
      reason: "another chain",
      spec: { chain: "cother" },
      metadata: { name: nameOf(SEQ, "cother") },
      message: "refused an entry of another chain: spec.chain must be c",
    },
    {
      reason: "a chain that only begins like the namespace's",
      spec: { chain: "c0" },
      metadata: { name: nameOf(SEQ, "c0") },
      message: "refused an entry of another chain",
    },
    {
      reason: "a seq that no name has room for",
      spec: { seq: 1_000_000_000_000 },
      metadata: () => ({ name: nameOf(1_000_000_000_000) }),
      message: "refused an entry with another name",
    },
    {
      reason: "another form, which the operator could not read and nobody could remove",
      spec: { v: 2 },
      message: "refused an entry of another form: spec.v must be 1",
    },
    { reason: "a time in the past", age: 90, message: "spec.time must be within 60 seconds of now" },
    { reason: "a time to come", age: -90, message: "spec.time must be within 60 seconds of now" },
    {
      reason: "a time in the past, with a creation time by the client to match",
      spec: { time: "2001-01-01T00:00:00Z" },
      metadata: { creationTimestamp: "2001-01-01T00:00:00Z" },
      message: "spec.time must be within 60 seconds of now",
    },
    { reason: "a finalizer", metadata: { finalizers: ["x.io/stay"] }, message: "refused finalizers and owners" },
    {
      reason: "an owner, with which it would go",
      metadata: { ownerReferences: [{ apiVersion: "v1", kind: "ConfigMap", name: "x", uid: "1" }] },
      message: "refused finalizers and owners",
    },
  ];
  for (const { reason, client = OPERATOR, spec, metadata, age, message } of refused) {
    it(`refused: ${reason}`, async () => {
      const written = entry(spec, typeof metadata === "function" ? metadata() : metadata, age);
      expect(await policyRefusal(attempt(mighty(client), written))).to.contain(message);
    });
  }

  it("refused: a ledger elsewhere", async () => {
    const namespace = await freshNamespace("ledger");
    expect(await policyRefusal(attempt(mighty(OPERATOR), entry({}, { namespace })))).to.contain("refused a second ledger");
  });

  describe("an entry that is there", () => {
    let granted: BreakGlassRequest;
    let running: OperatorProcess | undefined;
    before(() => operator.create(entry()));
    // The namespace that one test deletes would be written into.
    afterEach(async () => {
      await running?.stop();
      running = undefined;
    });

    for (const [what, patch] of Object.entries({
      "its content": { spec: { actor: "mallory" } },
      "a label": { metadata: { labels: { x: "y" } } },
      "a finalizer": { metadata: { finalizers: ["x.io/stay"] } },
    })) {
      it(`refused: changing ${what}, to anybody`, async () => {
        for (const client of [admin(), mighty(OPERATOR)]) {
          const { message } = await client.mergePatch(refTo(), patch).then(
            () => ({ message: "went through" }),
            (error: Error) => error,
          );
          expect(message).to.contain("the ledger is append-only");
        }
      });
    }

    const deleters = ["admin", OPERATOR, "system:serviceaccount:kube-system:namespace-controller"];
    for (const client of deleters) {
      it(`refused: deleting it, to ${client}, while the namespace stays`, async () => {
        // Who may prune lacks a checkpoint; the operator lacks both, and the API server tells one of them.
        const message = client === OPERATOR ? /no entry is deleted|no params found/ : new RegExp(NO_PARAMS);
        expect(await policyRefusal(mighty(client).delete(refTo()))).to.match(message);
        const all = await mighty(client).path({ ...refTo(), name: "" });
        expect(await policyRefusal(mighty(client).send({ method: "DELETE", path: all }))).to.match(message);
      });
    }

    it("refused: a second one of the same name, by the API server itself", async () => {
      const { message } = await operator.create(entry({ actor: "other" })).then(
        () => ({ message: "went through" }),
        (error: Error) => error,
      );
      expect(message).to.contain("409 AlreadyExists");
    });

    it("keeps nobody from access behind a gap, and is told by the baseline and by audit verify", async () => {
      running = await startOperator();
      const alice = await person("alice", ["oncall"]);
      const namespace = await protectedNamespace("gap", { breakGlass: { profiles: [INCIDENT] } });
      granted = await bypass(alice, namespace);
      expect((await entriesAbout(granted))[0]?.seq).to.be.below(SEQ);
      expect(conditionOf(await readBaseline(namespace), "BreakGlassReady")?.message).to.contain(
        `entry ${nameOf(SEQ)} stands behind a gap in the ledger`,
      );
      const { kubeconfig } = await person("root", ["system:masters"]);
      const { code, stdout } = await runProgram(["audit", "verify", "--kubeconfig", kubeconfig]);
      expect(stdout).to.contain(`and all up to ${nameOf(SEQ - 1)} are missing`);
      expect(code).to.equal(1);
    });

    it("goes with its namespace, and only then", async () => {
      const chain = await newLedger();
      expect(chain).to.not.equal(CHAIN);
      expect(await admin().list(API_VERSION, "BreakGlassAuditEntry", { namespace: BG })).to.deep.equal([]);
    });

    it("opens nothing anew once it is gone: what was granted before is over", async () => {
      running = await startOperator();
      const { status } = await awaitPhase(granted, "Denied");
      expect(status?.endReason).to.equal("LedgerLost");
      expect((await entriesAbout(granted)).map(({ type }) => type)).to.deep.equal(["Requested", "Denied"]);
    });
  });
});

/** Proves invariants 4 and 11: the deadline is fixed once, before anything is granted, and every time is the API server's. */
import { join } from "node:path";
import { expect } from "chai";
import type { BreakGlassAuditEntry, LedgerEntry } from "../../../../operator/api/break-glass-audit-entry.ts";
import type { BreakGlassRequest } from "../../../../operator/api/break-glass-request.ts";
import { chainName, entryManifest, GENESIS, linkEntry } from "../../../../operator/breakglass/chain.ts";
import type { EntryDraft } from "../../../../operator/breakglass/types.ts";
import type { ObjectRef } from "../../../support/api-client.ts";
import { auditEvents, auditMark } from "../../../support/audit-log.ts";
import { applyBaseline, awaitReady, serverKnows } from "../../../support/baselines.ts";
import {
  ask,
  awaitPhase,
  BREAK_GLASS_NAMESPACE,
  decideOn,
  INCIDENT,
  identityOf,
  ledger,
  objectsOf,
  readRequest,
} from "../../../support/break-glass.ts";
import { admin, freshNamespace } from "../../../support/cluster.ts";
import { eventually } from "../../../support/eventually.ts";
import { OPERATOR_USER, type OperatorProcess, startOperator } from "../../../support/operator-process.ts";
import { operatorClient } from "../../../support/operator-token.ts";
import { type Person, person } from "../../../support/people.ts";

const SHIFTED_CLOCK = join(import.meta.dirname, "../../../support/shifted-clock.ts");

/** What the operator makes last for those who may ask. */
const MAY_ASK = (namespace: string): ObjectRef => ({
  apiVersion: "rbac.authorization.k8s.io/v1",
  kind: "RoleBinding",
  namespace,
  name: "break-glass-request-incident",
});

/** Seconds by which times of the API server that belong together may differ: they are written in whole seconds. */
const ROUNDING = 2;

describe("the times of a grant", () => {
  let operator: OperatorProcess;
  let alice: Person;
  let lena: Person;
  let namespace: string;

  before(async () => {
    await operatorClient();
    alice = await person("alice", ["oncall"]);
    lena = await person("lena", ["leads"]);
  });

  beforeEach(async () => {
    namespace = await freshNamespace("times");
    await applyBaseline(namespace, { breakGlass: { profiles: [INCIDENT] } });
  });

  afterEach(() => operator.stop());

  const knownAndReady = async (): Promise<void> => {
    await awaitReady(namespace);
    await serverKnows(namespace);
  };

  /** As a user runs it, with a clock that is wrong by so many seconds. */
  const startWithClock = (seconds: number): Promise<OperatorProcess> =>
    startOperator({ env: { NODE_OPTIONS: `--import=${SHIFTED_CLOCK}`, CLOCK_SHIFT: String(seconds * 1000) } });

  describe("invariant 4: the deadline is fixed before anything is granted, and for good", () => {
    it("is the server's time of issue and the shortest of request, profile, cap and approvals", async () => {
      operator = await startOperator();
      await knownAndReady();
      const request = await awaitPhase(await ask(alice, namespace, { duration: "20m" }), "Pending");
      await decideOn(lena, request, "Approve", { maxDuration: "12m" });
      const { status } = await awaitPhase(request, "Active");
      const issuing = await entryOf(request, "Issuing");
      expect(seconds(status?.deadline) - seconds(issuing.metadata.creationTimestamp)).to.be.closeTo(12 * 60, ROUNDING);
      expect(issuing.spec.deadline).to.equal(status?.deadline);
      expect(status?.grant?.serviceAccount.endsWith(`-${seconds(status.deadline)}`)).to.equal(true);
    });

    it("stands in ledger and status before the first object of the grant is made", async () => {
      operator = await startOperator();
      await knownAndReady();
      const mark = await auditMark();
      const request = await awaitPhase(await ask(alice, namespace, { bypass: true, duration: "11m" }), "Active");
      const { metadata } = await entryOf(request, "Issuing");
      const order = await eventually("all of it is recorded", async () => {
        const writes = (await auditEvents(mark, { user: OPERATOR_USER, verbs: ["create", "patch"] })).map(({ objectRef, responseStatus }) =>
          [objectRef?.resource, objectRef?.name, responseStatus?.code].join(" "),
        );
        const entry = writes.indexOf(`breakglassauditentries ${metadata.name} 201`);
        const statusAfter = writes.indexOf(`breakglassrequests ${request.metadata.name} 200`, entry);
        const identity = writes.indexOf(`serviceaccounts ${identityOf(request)} 201`);
        expect([entry, statusAfter, identity]).not.to.include(-1);
        return [entry, statusAfter, identity];
      });
      expect(order).to.deep.equal(order.toSorted((a, b) => a - b));
    });

    it("is not computed anew by an operator that starts again", async () => {
      operator = await startOperator();
      await knownAndReady();
      const first = await awaitPhase(await ask(alice, namespace, { bypass: true, duration: "11m" }), "Active");
      await operator.stop("SIGKILL");
      operator = await startOperator();
      await decideOn(lena, first, "Revoke");
      const last = await awaitPhase(first, "Revoked");
      expect(last.status?.deadline).to.equal(first.status?.deadline);
    });

    it("that passed while the operator was down ends the request, and nothing is issued", async () => {
      operator = await startOperator();
      await knownAndReady();
      await operator.stop();
      const request = await ask(alice, namespace, { bypass: true, duration: "11m" });
      const deadline = Math.floor(Date.now() / 1000) - 60;
      const identity = `bg-0123456789-${deadline}`;
      await forge(request, [
        { type: "Requested", actor: "alice", details: { profile: "incident", role: "sb-incident-admin", duration: "11m" } },
        { type: "Approved", actor: "alice", details: { bypass: "true", duration: "660" } },
        { type: "Issuing", actor: "operator", grant: identity, deadline: new Date(deadline * 1000).toISOString().replace(".000Z", "Z") },
      ]);
      operator = await startOperator();
      const { status } = await awaitPhase(request, "Expired");
      expect(status?.endReason).to.equal("DeadlinePassed");
      expect(await objectsOf(identity, namespace)).to.deep.equal([]);
    });
  });

  describe("invariant 11: all times are the API server's, never the pod's", () => {
    it("a clock that is 20 s wrong changes nothing", async () => {
      operator = await startWithClock(-20);
      await knownAndReady();
      const request = await awaitPhase(await ask(alice, namespace, { bypass: true, duration: "11m" }), "Active");
      for (const type of ["Requested", "Approved", "Issuing", "Active"]) {
        const { metadata, spec } = await entryOf(request, type);
        expect(seconds(spec.time) - seconds(metadata.creationTimestamp), type).to.be.closeTo(0, ROUNDING);
      }
      const issued = await entryOf(request, "Issuing");
      expect(seconds(request.status?.deadline) - seconds(issued.metadata.creationTimestamp)).to.be.closeTo(11 * 60, ROUNDING);
    });

    for (const skew of [-40, 40]) {
      it(`a clock that is ${skew} s wrong grants nothing, and says why`, async () => {
        operator = await startWithClock(skew);
        await eventually("the operator has given the rights", () => admin().get(MAY_ASK(namespace)));
        await serverKnows(namespace);
        const request = await awaitPhase(await ask(alice, namespace, { bypass: true, duration: "11m" }), "Approved");
        const { status } = await eventually("the request says why", async () => {
          const current = await readRequest(request);
          expect(current.status?.conditions?.[0]?.message).to.contain("clocks");
          return current;
        });
        expect(status?.grant).to.equal(undefined);
        await operator.stop();
        operator = await startOperator();
        await awaitPhase(request, "Active");
      });
    }
  });
});

function seconds(time: string | undefined): number {
  return Date.parse(time ?? "") / 1000;
}

async function entryOf({ metadata: { uid } }: BreakGlassRequest, type: string): Promise<BreakGlassAuditEntry> {
  const found = (await ledger()).find(({ spec }) => spec.requestUID === uid && spec.type === type);
  if (found === undefined) throw new Error(`no entry ${type}`);
  return found;
}

/** Appends entries with the operator's token, as the operator would have before it died. */
async function forge(request: BreakGlassRequest, drafts: readonly Omit<EntryDraft, "requestUID">[]): Promise<void> {
  const operator = await operatorClient();
  const { uid: chainSource = "" } =
    (await admin().get({ apiVersion: "v1", kind: "Namespace", name: BREAK_GLASS_NAMESPACE })).metadata ?? {};
  const chain = chainName(chainSource);
  let head: LedgerEntry | undefined = (await ledger()).findLast(({ spec }) => spec.chain === chain)?.spec;
  const { namespace, name, uid = "" } = request.metadata;
  for (const draft of drafts) {
    const place = {
      chain,
      seq: (head?.seq ?? 0) + 1,
      prevHash: head?.hash ?? GENESIS,
      time: new Date().toISOString().replace(/\.\d+Z/, "Z"),
    };
    const details = { namespace, request: name, ...draft.details };
    head = linkEntry({ ...draft, requestUID: uid, details }, place);
    await operator.create(entryManifest(head, BREAK_GLASS_NAMESPACE));
  }
}

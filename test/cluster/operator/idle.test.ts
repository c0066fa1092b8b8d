/**
 * Proves that the operator is silent where everything is in place, emergency access in use among it: nothing but its watches, which are
 * open already, and its lease.
 */
import { expect } from "chai";
import type { BreakGlassRequest } from "../../../operator/api/break-glass-request.ts";
import { type AuditEvent, auditEvents, auditMark } from "../../support/audit-log.ts";
import { applyBaseline, awaitReady, FULL_SPEC, serverKnows } from "../../support/baselines.ts";
import { ask, awaitPhase, BREAK_GLASS_NAMESPACE, decideOn, INCIDENT } from "../../support/break-glass.ts";
import { freshNamespace } from "../../support/cluster.ts";
import { eventually } from "../../support/eventually.ts";
import { installOperatorManifests } from "../../support/installation.ts";
import { OPERATOR_NAMESPACE, OPERATOR_USER, type OperatorProcess, startOperator } from "../../support/operator-process.ts";
import { described, namespaceOf, receivedAt } from "../../support/operator-requests.ts";
import { type Person, person } from "../../support/people.ts";
import { clearLease } from "../../support/replica.ts";

/** Milliseconds of silence that are asked for. */
const SILENCE = 60_000;
/** The least time between two renewals of the lease, in milliseconds. */
const RENEWAL = 2_000;

describe("an operator with nothing to do", () => {
  let operator: OperatorProcess;
  let alice: Person;
  let request: BreakGlassRequest;
  let namespaces: readonly string[];
  let mark: number;

  before(async () => {
    await installOperatorManifests();
    await clearLease();
    mark = await auditMark();
    operator = await startOperator({ flags: ["--leader-elect"] });
    namespaces = await Promise.all([freshNamespace("idle"), freshNamespace("idle")]);
    const spec = { ...FULL_SPEC, breakGlass: { profiles: [INCIDENT] } };
    await Promise.all(namespaces.map((namespace) => applyBaseline(namespace, spec)));
    await Promise.all(namespaces.map(awaitReady));
    await Promise.all(namespaces.map(serverKnows));
    alice = await person("alice", ["oncall"]);
    request = await awaitPhase(await ask(alice, namespaces[0] ?? "", { bypass: true, duration: "11m" }), "Active");
  });

  after(async () => {
    await decideOn(alice, request, "Withdraw");
    await awaitPhase(request, "Revoked");
    await operator.stop();
  });

  const isRenewal = ({ objectRef }: AuditEvent): boolean => objectRef?.resource === "leases";

  /** Other tests may have left namespaces with something to do. */
  const isOurs = (event: AuditEvent): boolean => {
    const namespace = namespaceOf(event);
    return namespace === undefined || [OPERATOR_NAMESPACE, BREAK_GLASS_NAMESPACE, ...namespaces].includes(namespace);
  };

  const requests = async (from: number) =>
    (await auditEvents(mark, { user: OPERATOR_USER })).filter((each) => receivedAt(each) >= from && isOurs(each));

  it("sends nothing for a minute but what keeps its lease", async function () {
    this.timeout(2 * SILENCE);
    const quietSince = await eventually(
      "a minute of silence",
      async () => {
        const last = Math.max(...(await requests(0)).filter((each) => !isRenewal(each)).map(receivedAt));
        if (Date.now() - last < SILENCE) throw new Error(`a request ${Date.now() - last} ms ago`);
        return Date.now() - SILENCE;
      },
      SILENCE + 20_000,
    );
    const sent = await requests(quietSince);
    expect(new Set(sent.map(described))).to.deep.equal(new Set(["update leases/securitybaseline-operator"]));
    expect(sent.length).to.be.within(20, SILENCE / RENEWAL);
  });
});

/**
 * Proves that the operator is silent where everything is in place, emergency access in use among it: it only keeps its lease and renews its
 * watches, each of them at most twice a minute, which is how it finds out that a connection is dead.
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

/** Milliseconds of silence that are asked for; the benchmark watches minutes of it. */
const SILENCE = 20_000;
/** Milliseconds until it must have come, on a machine that has other things to do. */
const PATIENCE = 60_000;
/** The least time between two renewals of the lease, in milliseconds. */
const RENEWAL = 2_000;
/** The least time for which a watch stays open, in milliseconds. */
const WATCH = 35_000;

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

  const isLease = ({ objectRef }: AuditEvent): boolean => objectRef?.resource === "leases";
  const isWatch = ({ verb }: AuditEvent): boolean => verb === "watch";
  const isRenewal = (event: AuditEvent): boolean => isLease(event) || isWatch(event);

  /** Other tests may have left namespaces with something to do. */
  const isOurs = (event: AuditEvent): boolean => {
    const namespace = namespaceOf(event);
    return namespace === undefined || [OPERATOR_NAMESPACE, BREAK_GLASS_NAMESPACE, ...namespaces].includes(namespace);
  };

  const requests = async (from: number) =>
    (await auditEvents(mark, { user: OPERATOR_USER })).filter((each) => receivedAt(each) >= from && isOurs(each));

  it("sends nothing but what keeps its lease and its watches", async function () {
    this.timeout(PATIENCE + SILENCE);
    const quietSince = await eventually(
      "silence",
      async () => {
        const last = Math.max(...(await requests(0)).filter((each) => !isRenewal(each)).map(receivedAt));
        if (Date.now() - last < SILENCE) throw new Error(`a request ${Date.now() - last} ms ago`);
        return Date.now() - SILENCE;
      },
      PATIENCE,
    );
    const sent = await requests(quietSince);
    const leases = sent.filter(isLease);
    expect(new Set(leases.map(described))).to.deep.equal(new Set(["update leases/securitybaseline-operator"]));
    expect(leases.length).to.be.within(SILENCE / RENEWAL / 2, SILENCE / RENEWAL);
    const watches = Map.groupBy(sent.filter(isWatch), ({ requestURI }) => requestURI.split("?")[0]);
    for (const [path, renewals] of watches) expect(renewals.length, `watches of ${path}`).to.be.at.most(Math.ceil(SILENCE / WATCH));
  });
});

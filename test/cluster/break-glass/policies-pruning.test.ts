/** Proves what the operator's token can delete of emergency access, and that its own pruning passes the API server. */
import { expect } from "chai";
import type { BreakGlassRequest, BreakGlassRequestStatus } from "../../../operator/api/break-glass-request.ts";
import type { KubernetesObject } from "../../../operator/api/object.ts";
import type { ApiClient } from "../../support/api-client.ts";
import { admin, impersonate } from "../../support/cluster.ts";
import { operatorClient } from "../../support/operator-token.ts";
import { writeStatus } from "../../support/played-broker.ts";
import { API_VERSION, decisionOn, mighty, policedNamespace, policyRefusal, requestOf } from "../../support/policed.ts";
import { refusal } from "../../support/refusal.ts";

const ENDED = "2026-01-01T00:00:00Z";
const used = (phase: "Active" | "Expired") => [
  { phase: "Pending", time: ENDED } as const,
  { phase: "Active", time: ENDED } as const,
  { phase, time: ENDED },
];
const REVIEW = { reviewer: "lea", time: ENDED };
const OPEN = "refused to delete a request that is not over";

describe("policies on the operator's deletions", () => {
  let operator: ApiClient;
  let namespace: string;

  before(async () => {
    operator = await operatorClient();
    namespace = await policedNamespace();
  });

  /** A request with a status that the operator wrote, or whoever has its token. */
  async function requestWith(status: BreakGlassRequestStatus, spec: object = {}): Promise<BreakGlassRequest> {
    const named = { name: undefined, generateName: "pruned-" };
    const made = await mighty("jane").create<BreakGlassRequest>(requestOf(namespace, "jane", spec, named));
    return writeStatus(operator, made, status);
  }

  const refTo = ({ metadata: { name } }: Pick<BreakGlassRequest, "metadata">) => ({
    apiVersion: API_VERSION,
    kind: "BreakGlassRequest",
    namespace,
    name,
  });

  const allowed: readonly { reason: string; status: BreakGlassRequestStatus; spec?: object }[] = [
    { reason: "one that was denied", status: { phase: "Denied", endedAt: ENDED } },
    { reason: "one that was used and reviewed", status: { phase: "Expired", endedAt: ENDED, history: used("Expired"), review: REVIEW } },
    {
      reason: "a drill, which needs no review",
      status: { phase: "Expired", endedAt: ENDED, history: used("Expired") },
      spec: { drill: true },
    },
    { reason: "one that was over before its turn", status: { endedAt: ENDED, endReason: "TooManyOpen" } },
  ];
  for (const { reason, status, spec } of allowed) {
    it(`allowed: ${reason}`, async () => {
      const request = await requestWith(status, spec);
      await operator.delete(refTo(request));
      expect(await admin().find(refTo(request))).to.equal(undefined);
    });
  }

  const refused: readonly { reason: string; status: BreakGlassRequestStatus; message: string }[] = [
    { reason: "one that was never looked at", status: {}, message: OPEN },
    { reason: "one that waits for its turn", status: { pendingUntil: ENDED }, message: OPEN },
    { reason: "one that waits for approval", status: { phase: "Pending" }, message: OPEN },
    { reason: "one that is in use", status: { phase: "Active", history: used("Active") }, message: OPEN },
    { reason: "one that is in use, whatever else its status says", status: { phase: "Active", endedAt: ENDED }, message: OPEN },
    {
      reason: "one whose use waits for a review",
      status: { phase: "Expired", endedAt: ENDED, history: used("Expired") },
      message: "refused to delete a request whose use waits for a review",
    },
  ];
  for (const { reason, status, message } of refused) {
    it(`refused: ${reason}`, async () => {
      const request = await requestWith(status);
      expect(await policyRefusal(operator.delete(refTo(request)))).to.contain(message);
      // Others are not bound by it.
      await admin().delete(refTo(request));
    });
  }

  it("refused: everything at once, and any entry of the ledger", async () => {
    const request = await requestWith({ phase: "Denied", endedAt: ENDED });
    const all = (await admin().path(refTo(request))).replace(/\/[^/]*$/, "");
    expect((await refusal(operator.send({ method: "DELETE", path: all }))).message).to.contain("cannot deletecollection");
    const entry = { apiVersion: API_VERSION, kind: "BreakGlassAuditEntry", namespace: "securitybaseline-breakglass", name: "c-1" };
    expect((await refusal(operator.delete(entry))).message).to.contain('cannot delete resource "breakglassauditentries"');
  });

  it("allowed: a decision, of which the API server cannot tell what became of its request", async () => {
    const request = await requestWith({ phase: "Denied", endedAt: ENDED });
    await impersonate("lea", "leads").create(decisionOn(request as unknown as KubernetesObject, "lea", {}, { name: "to-be-pruned" }));
    await operator.delete({ apiVersion: API_VERSION, kind: "BreakGlassDecision", namespace, name: "to-be-pruned" });
  });
});

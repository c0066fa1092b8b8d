/** Proves on the API server that a short absence of a policy of emergency access ends nothing that is in use. */
import { expect } from "chai";
import { protectedNamespace } from "../../support/baselines.ts";
import { bypass, INCIDENT, readRequest } from "../../support/break-glass.ts";
import { admin } from "../../support/cluster.ts";
import { eventually } from "../../support/eventually.ts";
import { installOperatorManifests } from "../../support/installation.ts";
import { withoutPolicy } from "../../support/missing-policy.ts";
import { type OperatorProcess, startOperator } from "../../support/operator-process.ts";
import { type Person, person } from "../../support/people.ts";

describe("access in use while a policy is missing", () => {
  let operator: OperatorProcess;
  let alice: Person;
  let namespace: string;

  before(async () => {
    await installOperatorManifests();
    operator = await startOperator();
    alice = await person("alice", ["oncall"]);
    namespace = await protectedNamespace("lost", { breakGlass: { profiles: [INCIDENT] } });
  });

  after(() => operator.stop());

  it("goes on when it comes back before, and new access is granted", async () => {
    const request = await bypass(alice, namespace);
    const restore = await withoutPolicy();
    const standing = async (status: string): Promise<boolean> => {
      const { status: told } = await admin().get<{ status?: { conditions?: readonly { type: string; status: string }[] } }>({
        apiVersion: "securitybaseline.dev/v1alpha1",
        kind: "SecurityBaseline",
        namespace,
        name: "baseline",
      });
      return told?.conditions?.find(({ type }) => type === "BreakGlassReady")?.status === status;
    };
    await eventually("the operator has noticed", () => standing("False"));
    await restore();
    await eventually("the operator sees it again", () => standing("True"));
    await bypass(alice, namespace);
    expect((await readRequest(request)).status?.phase).to.equal("Active");
  });
});

/** Proves the rows of the page for the night on a real API server: each trouble shows the symptom that the page names, and what it says mends it. */
import { expect } from "chai";
import type { BreakGlassRequest } from "../../../operator/api/break-glass-request.ts";
import type { KubernetesObject } from "../../../operator/api/object.ts";
import { baselineRef, protectedNamespace } from "../../support/baselines.ts";
import { ask, awaitPhase, INCIDENT, readRequest } from "../../support/break-glass.ts";
import { admin } from "../../support/cluster.ts";
import { eventually } from "../../support/eventually.ts";
import { installOperatorManifests } from "../../support/installation.ts";
import { type OperatorProcess, startOperator } from "../../support/operator-process.ts";
import { type Person, person } from "../../support/people.ts";
import { type ProgramOutcome, runProgram, runProgramUntil } from "../../support/program.ts";
import { clearLease } from "../../support/replica.ts";
import { policiesCaughtUp } from "../../support/server-caches.ts";

const ADMISSION = "admissionregistration.k8s.io/v1";
const OBJECTION = "the audit department wants a form first";

describe("the page for the night", () => {
  let operator: OperatorProcess;
  let alice: Person;
  let namespace = "";
  /** Takes away what a test set up; does nothing the second time. */
  let lift = async (): Promise<void> => {};

  const as = ({ kubeconfig }: Person, ...args: string[]): Promise<ProgramOutcome> =>
    runProgram(["break-glass", ...args, "-n", namespace, "--kubeconfig", kubeconfig]);
  const listed = async ({ metadata }: BreakGlassRequest): Promise<string> => {
    const { stdout } = await as(alice, "list", "--all");
    return stdout.split("\n").find((line) => line.includes(metadata.name)) ?? "";
  };
  const asked = (): Promise<BreakGlassRequest> => ask(alice, namespace, { bypass: true, duration: "11m" });

  before(async () => {
    await installOperatorManifests();
    await clearLease();
    operator = await startOperator();
    alice = await person("alice", ["oncall"]);
    namespace = await protectedNamespace("page", { breakGlass: { profiles: [INCIDENT] } });
  });
  afterEach(() => lift());
  after(() => operator.stop());

  it("stuck in Issuing: the operator's log says what refuses, and the request goes on once that is gone", async () => {
    lift = await objecting({ group: "rbac.authorization.k8s.io", version: "v1", resource: "rolebindings" });
    const request = await awaitPhase(await asked(), "Issuing");
    await eventually("the list says so", async () => {
      expect(await listed(request)).to.match(/ Issuing .* the objects of the grant cannot be made yet, the API server answers Invalid: /);
    });
    const { uid = "" } = request.metadata;
    await eventually("the log tells the cause", () => {
      const line = operator
        .logs()
        .split("\n")
        .find((text) => text.includes(uid) && text.includes("a step of emergency access failed"));
      expect(line).to.contain(OBJECTION);
    });
    await lift();
    await awaitPhase(request, "Active", 60_000);
  });

  it("ledger blocked: the request and the baseline say what refuses, and the request goes on once that is gone", async () => {
    lift = await objecting({ group: "securitybaseline.dev", version: "v1alpha1", resource: "breakglassauditentries" });
    const request = await asked();
    await eventually("the request tells it", async () => {
      expect(await listed(request)).to.match(/ not recorded yet: the ledger cannot be written, .*the audit department wants a form first/);
    });
    await eventually("the baseline tells it", async () => {
      const { status } = await admin().get<KubernetesObject & { status: { conditions: { type: string; message: string }[] } }>(
        baselineRef(namespace),
      );
      expect(status.conditions.find(({ type }) => type === "BreakGlassReady")?.message).to.contain("the ledger cannot be written");
    });
    await lift();
    await awaitPhase(request, "Active", 60_000);
  });

  it("operator down: the list and the waiting command say so, and what was asked for is granted once it is up again", async () => {
    await operator.stop();
    const request = await asked();
    expect(await listed(request)).to.match(/ New .* the operator has not looked at it yet$/);
    const again = ["request", "--profile", "incident", "--for", "11m", "--reason", "nobody answers this one either", "--wait"];
    const stderr = await runProgramUntil(/runbook/, ["break-glass", ...again, "-n", namespace, "--kubeconfig", alice.kubeconfig]);
    expect(stderr).to.contain("the operator does not seem to answer: nothing has looked at this request.");
    await clearLease();
    operator = await startOperator();
    expect((await awaitPhase(await readRequest(request), "Active", 60_000)).status?.grant).to.have.property("serviceAccount");
  });
});

/** Somebody else's policy refuses what the operator makes of a kind; answers a function that takes it away. */
async function objecting({
  group,
  version,
  resource,
}: Readonly<Record<"group" | "version" | "resource", string>>): Promise<() => Promise<void>> {
  const name = `audit-department-${resource}`;
  const rule = { apiGroups: [group], apiVersions: [version], resources: [resource], operations: ["CREATE"] };
  const spec = {
    failurePolicy: "Fail",
    matchConstraints: { resourceRules: [rule] },
    matchConditions: [{ name: "by-the-operator", expression: "request.userInfo.username.endsWith(':securitybaseline-operator')" }],
    validations: [{ expression: "false", message: OBJECTION }],
  };
  await admin().create({ apiVersion: ADMISSION, kind: "ValidatingAdmissionPolicy", metadata: { name }, spec });
  const binding = { policyName: name, validationActions: ["Deny"] };
  await admin().create({ apiVersion: ADMISSION, kind: "ValidatingAdmissionPolicyBinding", metadata: { name }, spec: binding });
  await policiesCaughtUp();
  return async () => {
    for (const kind of ["ValidatingAdmissionPolicyBinding", "ValidatingAdmissionPolicy"]) {
      const ref = { apiVersion: ADMISSION, kind, name };
      if (await admin().find(ref)) await admin().delete(ref);
    }
  };
}

/** Proves that the optional policies fill in who sends, and never overwrite it. */
import { join } from "node:path";
import { expect } from "chai";
import type { BreakGlassRequest } from "../../../operator/api/break-glass-request.ts";
import { mutatingVersion } from "../../support/admission.ts";
import { admin, cluster, impersonate } from "../../support/cluster.ts";
import { eventually } from "../../support/eventually.ts";
import { installOperatorManifests } from "../../support/installation.ts";
import { person } from "../../support/people.ts";
import { attempt, decisionOn, mighty, policedNamespace, policyRefusal, requestOf } from "../../support/policed.ts";

const SENDERS = join(import.meta.dirname, "..", "..", "..", "config", "identity");

describe("filling in senders", () => {
  let namespace: string;
  let request: BreakGlassRequest;
  let manifests: string;
  const undecided = () => decisionOn({ metadata: request.metadata }, "", { approver: undefined });
  const unnamed = () => requestOf(namespace, "", { requester: undefined });

  before(async () => {
    await installOperatorManifests();
    namespace = await policedNamespace();
    // As docs/compatibility.md says for an API server before 1.36.
    manifests = (await kubectl(["kustomize", SENDERS])).replaceAll(
      "apiVersion: admissionregistration.k8s.io/v1\n",
      `apiVersion: ${await mutatingVersion()}\n`,
    );
    await kubectl(["apply", "--server-side", "--validate=strict", "-f", "-"], manifests);
    request = await mighty("jane").create<BreakGlassRequest>(requestOf(namespace, "jane", {}, { name: "asked" }));
    // These policies fill in, so they are in force when what is not filled in passes.
    await eventually("requests are filled in", () => attempt(impersonate("jane", "oncall"), unnamed()));
    await eventually("decisions are filled in", () => attempt(impersonate("lea", "leads"), undecided()));
  });

  after(() => kubectl(["delete", "-f", "-"], manifests));

  async function kubectl(args: readonly string[], stdin = ""): Promise<string> {
    const { code, stdout, stderr } = await cluster().kubectl(args, { stdin });
    expect(code, stderr).to.equal(0);
    return stdout;
  }

  it("names the requester, without a uid where there is none", async () => {
    const made = await attempt(impersonate("jane", "oncall"), unnamed());
    expect(made).to.have.deep.nested.property("spec.requester", { username: "jane" });
  });

  it("names the requester with the uid that the API server knows", async () => {
    const { client } = await person("jane", ["oncall"], "uid-of-jane");
    expect(await attempt(client, unnamed())).to.have.deep.nested.property("spec.requester", { username: "jane", uid: "uid-of-jane" });
  });

  it("names the approver", async () => {
    const made = await attempt(impersonate("lea", "leads"), undecided());
    expect(made).to.have.deep.nested.property("spec.approver", { username: "lea" });
  });

  it("overwrites nothing: another name is refused", async () => {
    const forged = requestOf(namespace, "lea");
    expect(await policyRefusal(attempt(impersonate("jane", "oncall"), forged))).to.contain("spec.requester must be the sender");
    expect(await policyRefusal(attempt(admin(), forged))).to.contain("spec.requester must be the sender");
  });
});

/** Proves that the API server's audit log, under the policy that users get, leads from each action of a grant to a person, and holds no token. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { expect } from "chai";
import type { BreakGlassRequest } from "../../../operator/api/break-glass-request.ts";
import type { AuditEvent } from "../../../operator/cli/audit-trace/event.ts";
import type { ApiClient } from "../../support/api-client.ts";
import { auditEvents, auditMark } from "../../support/audit-log.ts";
import { protectedNamespace } from "../../support/baselines.ts";
import { ask, awaitPhase, BREAK_GLASS_NAMESPACE, decideOn, INCIDENT, identityOf, mint } from "../../support/break-glass.ts";
import { admin, cluster, impersonate } from "../../support/cluster.ts";
import { eventually } from "../../support/eventually.ts";
import { installOperatorManifests } from "../../support/installation.ts";
import { type OperatorProcess, startOperator } from "../../support/operator-process.ts";
import { person } from "../../support/people.ts";
import { refusal } from "../../support/refusal.ts";

const PROGRAM = join(import.meta.dirname, "..", "..", "..", "operator", "main.ts");
/** What every JSON Web Token begins with. */
const TOKEN = /eyJ[A-Za-z0-9_-]{8}/;

interface Trace {
  readonly code: number;
  readonly stderr: string;
  /** HTTP status, person, link of the chain, and what; without the client's look-ups of what the server serves. */
  readonly rows: readonly (readonly string[])[];
}

function trace(...target: string[]): Promise<Trace> {
  const { promise, resolve } = Promise.withResolvers<Trace>();
  execFile(process.execPath, [PROGRAM, "audit", "trace", "--audit-log", cluster().auditLog, ...target], (error, stdout, stderr) => {
    const rows = stdout.split("\n").flatMap((line) => {
      const [, ...cells] = /^\S+Z {2}(\d+) {2,}(.+?) {2,}(\w+) {2,}(.+)$/.exec(line) ?? [];
      return cells.length === 0 || /^get \/api/.test(cells[3] ?? "") ? [] : [cells];
    });
    resolve({ code: typeof error?.code === "number" ? error.code : 0, stderr, rows });
  });
  return promise;
}

describe("the audit trail", () => {
  let operator: OperatorProcess;
  let namespace: string;
  let mark: number;
  let request: BreakGlassRequest;
  let identity: string;
  let token: ApiClient;
  const target = () => `${namespace}/${request.metadata.name}`;

  before(async () => {
    await installOperatorManifests();
    operator = await startOperator();
    const [jane, lea] = await Promise.all([person("jane", ["oncall"]), person("lea", ["leads"])]);
    namespace = await protectedNamespace("trail", { breakGlass: { profiles: [INCIDENT] } });
    mark = await auditMark();
    request = await awaitPhase(await ask(jane, namespace), "Pending");
    await decideOn(lea, request, "Approve");
    request = await awaitPhase(request, "Active");
    identity = identityOf(request);
    token = await mint(jane.client, identity);
    await token.list("v1", "Pod", { namespace });
    await refusal(token.create(bindingToAdmin(namespace)));
  });

  after(() => operator.stop());

  it("leads from the request to what was done, allowed and refused, by people who authenticated", async () => {
    const { code, stderr, rows } = await trace("--request", target());
    const people = rows.filter(([, who]) => who !== "(operator)").map((row) => row.map(withoutId));
    expect(people).to.deep.equal([
      ["201", "jane", "asked", `for ${target()}`],
      ["201", "lea", "decided", `Approve ${target()}`],
      ["201", "jane", "minted", "token JTI=..."],
      ["200", "jane", "did", `list /api/v1/namespaces/${namespace}/pods`],
      ["403", "jane", "did", `create /apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}/rolebindings?fieldManager=test`],
    ]);
    expect([code, stderr]).to.deep.equal([0, ""]);
  });

  it("tells what the operator made and recorded for it", async () => {
    const { rows } = await trace("--grant", identity);
    const operators = rows.filter(([, who]) => who === "(operator)").map(([, , link, what]) => `${link} ${what}`);
    expect(operators).to.have.members([
      ...["Requested", "Approved", "Issuing", "Active"].map((type) => `recorded ${type}`),
      `changed create serviceaccounts ${identity} in ${BREAK_GLASS_NAMESPACE}`,
      `changed create rolebindings ${identity} in ${namespace}`,
      `changed create roles ${identity} in ${BREAK_GLASS_NAMESPACE}`,
      `changed create rolebindings ${identity} in ${BREAK_GLASS_NAMESPACE}`,
    ]);
  });

  it("holds bodies of what links a person to a grant, and none of tokens and secrets", async () => {
    const metadata = { namespace, name: "password" };
    await admin().create({ apiVersion: "v1", kind: "Secret", metadata, stringData: { password: "eyJhbGciOiJub25lIn0.e30." } });
    const events = await eventually("the Secret is in the log", async () => {
      const seen = (await auditEvents(mark)) as readonly AuditEvent[];
      if (!seen.some(({ objectRef }) => objectRef?.name === "password")) throw new Error("not yet");
      return seen;
    });
    const bodies = (resource: string, subresource?: string) =>
      events
        .filter(({ verb, objectRef: ref }) => verb === "create" && ref?.resource === resource && ref.subresource === subresource)
        .filter(({ objectRef: ref }) => ref?.namespace === namespace || ref?.name === identity)
        .map(({ requestObject, responseObject }) => [requestObject !== undefined, responseObject !== undefined]);
    expect(bodies("breakglassrequests")).to.deep.equal([[true, true]]);
    expect(bodies("breakglassdecisions")).to.deep.equal([[true, true]]);
    expect(bodies("serviceaccounts", "token")).to.deep.equal([[false, false]]);
    expect(bodies("secrets")).to.deep.equal([[false, false]]);
    expect(JSON.stringify(events)).not.to.match(TOKEN);
  });

  it("ends with exit code 1 when somebody acts as the grant without a token that a person minted", async () => {
    await impersonate(`system:serviceaccount:${BREAK_GLASS_NAMESPACE}:${identity}`).list("v1", "ConfigMap", { namespace });
    const { code, stderr, rows } = await trace("--grant", identity);
    expect([code, stderr]).to.deep.equal([1, "no person is known to have minted the token of 2 action(s)\n"]);
    expect(rows.at(-1)?.[1]).to.equal(`(nobody) system:serviceaccount:${BREAK_GLASS_NAMESPACE}:${identity}, impersonated by admin`);
  });

  it("is empty, with exit code 1, for a request that nobody made", async () => {
    expect(await trace("--request", `${namespace}/none`)).to.deep.equal({ code: 1, stderr: "the log tells nothing of it\n", rows: [] });
  });

  it("is not looked for without a log or without a target", async () => {
    const codes = [await trace(), await trace("--request", "a/b", "--grant", identity), await trace("--grant")].map(({ code }) => code);
    expect(codes).to.deep.equal([2, 2, 2]);
  });
});

function withoutId(what: string): string {
  return what.replace(/JTI=\S+/, "JTI=...");
}

function bindingToAdmin(namespace: string) {
  const group = "rbac.authorization.k8s.io";
  return {
    apiVersion: `${group}/v1`,
    kind: "RoleBinding",
    metadata: { namespace, name: "stay" },
    roleRef: { apiGroup: group, kind: "ClusterRole", name: "admin" },
    subjects: [{ apiGroup: group, kind: "User", name: "jane" }],
  };
}

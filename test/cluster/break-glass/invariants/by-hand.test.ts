/** Proves invariant 12: while no operator runs, custodians make the same grants by hand, and the same policies hold them to the same terms. */
import { expect } from "chai";
import type { KubernetesObject } from "../../../../operator/api/object.ts";
import { auditEvents, auditMark } from "../../../support/audit-log.ts";
import { BREAK_GLASS_NAMESPACE, INCIDENT, ledger, mint, objectsOf } from "../../../support/break-glass.ts";
import { cluster, freshNamespace } from "../../../support/cluster.ts";
import { installCustodians, removeCustodians } from "../../../support/custodians.ts";
import { eventually } from "../../../support/eventually.ts";
import { installOperatorManifests } from "../../../support/installation.ts";
import { namespaceWith } from "../../../support/operator-token.ts";
import { type Person, person } from "../../../support/people.ts";
import { policyRefusal } from "../../../support/policed.ts";
import { runProgram } from "../../../support/program.ts";
import { refusal } from "../../../support/refusal.ts";

describe("invariant 12: without an operator custodians make the same grants under the same policies", () => {
  let kim: Person;
  let alice: Person;
  let namespace: string;

  before(async () => {
    await installOperatorManifests();
    [kim, alice] = await Promise.all([person("kim", ["custodians"]), person("alice", ["oncall"])]);
    namespace = await namespaceWith({ breakGlass: { profiles: [INCIDENT] } });
    await installCustodians("custodians");
  });

  after(removeCustodians);

  /** What the program prints for alice, with other flags behind its own. */
  const print = async (...flags: readonly string[]): Promise<string> => {
    const words = ["--namespace", namespace, "--role", "sb-incident-admin", "--user", "alice", "--for", "20m", ...flags];
    const { code, stdout, stderr } = await runProgram(["break-glass", "offline", ...words, "--kubeconfig", kim.kubeconfig]);
    expect(code, stderr).to.equal(0);
    return stdout;
  };
  const offline = async (...flags: readonly string[]): Promise<KubernetesObject[]> => {
    const printed = JSON.parse(await print("--output", "json", ...flags)) as { items: KubernetesObject[] };
    return printed.items;
  };

  it("a custodian makes what the program prints, the named person uses it, and the custodian ends it", async () => {
    const mark = await auditMark();
    const made = await cluster().kubectl(["create", "-f", "-"], { as: kim.kubeconfig, stdin: await print() });
    expect(made.code, made.stderr).to.equal(0);
    const identity = /serviceaccount\/(\S+) created/.exec(made.stdout)?.[1] ?? "";
    expect(await objectsOf(identity, namespace)).to.have.length(4);

    const holder = await mint(alice.client, identity);
    const spare = await mint(alice.client, identity);
    await holder.create({ apiVersion: "v1", kind: "ConfigMap", metadata: { namespace, name: "repaired" } });
    expect((await refusal(holder.list("v1", "Pod", { namespace: "kube-system" }))).status).to.equal(403);

    const bob = await person("bob", ["oncall"]);
    for (const { client } of [bob, kim]) {
      const message = (await refusal(client.createToken(BREAK_GLASS_NAMESPACE, identity, 600))).message;
      expect(message).to.contain('cannot create resource "serviceaccounts/token"');
    }
    const longer = await policyRefusal(alice.client.createToken(BREAK_GLASS_NAMESPACE, identity, 3600));
    expect(longer).to.contain("refused a token that would outlive its grant");

    await kim.client.delete({ apiVersion: "v1", kind: "ServiceAccount", namespace: BREAK_GLASS_NAMESPACE, name: identity });
    await eventually("the token is dead", async () => {
      expect((await refusal(spare.list("v1", "Pod", { namespace }))).status).to.equal(401);
    });
    await eventually("the audit log tells who made it", async () => {
      const events = await auditEvents(mark, { user: "kim", verbs: ["create"], name: identity });
      expect(events.filter(({ responseStatus }) => responseStatus?.code === 201)).to.have.length(4);
    });
    expect((await ledger()).filter(({ spec }) => spec.grant === identity)).to.deep.equal([]);
  });

  it("needs no baseline: its absence may be the incident", async () => {
    const bare = await freshNamespace("bare");
    const stdin = await print("--namespace", bare);
    const made = await cluster().kubectl(["create", "-f", "-"], { as: kim.kubeconfig, stdin });
    expect(made.code, made.stderr).to.equal(0);
    const holder = await mint(alice.client, /serviceaccount\/(\S+) created/.exec(made.stdout)?.[1] ?? "");
    await holder.create({ apiVersion: "v1", kind: "ConfigMap", metadata: { namespace: bare, name: "repaired" } });
  });

  it("refuses the same to somebody who is no custodian", async () => {
    const objects = await offline();
    const [bob, mighty] = [(await person("bob", ["oncall"])).client, (await person("root", ["system:masters"])).client];
    for (const object of objects) expect((await refusal(bob.create(object))).status, object.kind).to.equal(403);
    for (const object of objects)
      expect(await policyRefusal(mighty.create(object)), object.kind).to.contain("only the operator and custodians");
  });

  it("refuses more time than the installation allows", async () => {
    const [identity = {}] = await offline("--for", "5h");
    expect(await policyRefusal(kim.client.create(identity))).to.contain("refused an identity that lasts too long");
  });

  it("refuses a deadline that has passed", async () => {
    const [identity = {}] = await offline("--now", "2026-01-01T00:00:00Z");
    expect(await policyRefusal(kim.client.create(identity))).to.contain("refused an identity whose deadline has passed");
  });

  it("refuses a role that the installation does not allow, whatever else the custodian holds", async () => {
    const [, binding = {}] = await offline("--role", "cluster-admin");
    expect((await refusal(kim.client.create(binding))).status).to.equal(403);
    const mighty = await person("kim", ["custodians", "system:masters"]);
    expect(await policyRefusal(mighty.client.create(binding))).to.contain("refused a binding of an identity to another role");
  });
});

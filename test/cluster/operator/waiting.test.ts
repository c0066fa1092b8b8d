/** Proves what tools that wait make of a baseline: kstatus judges each state as docs/status.md says, and `kubectl wait` waits for the right one. */
import { expect } from "chai";
import type { SecurityBaseline, SecurityBaselineSpec } from "../../../operator/api/baseline.ts";
import { refuseWrites } from "../../support/admission.ts";
import { applyBaseline, awaitCondition, awaitReady, baselineRef, readBaseline } from "../../support/baselines.ts";
import { admin, cluster, freshNamespace } from "../../support/cluster.ts";
import { documentedStates, REASONS, stateOf } from "../../support/documented-states.ts";
import { installOperatorManifests } from "../../support/installation.ts";
import { type Kstatus, kstatusOf } from "../../support/kstatus.ts";
import { type OperatorProcess, startOperator } from "../../support/operator-process.ts";

const ROLE = { name: "log-reader", groups: ["support"], rules: [{ apiGroups: [""], resources: ["pods/log"], verbs: ["get"] }] };
const SPEC: SecurityBaselineSpec = { access: { roles: [ROLE] } };

async function judged(namespace: string): Promise<Kstatus | undefined> {
  return (await kstatusOf([await readBaseline(namespace)]))[0];
}

async function wait(namespace: string, condition: string, timeout: string): Promise<string> {
  const { code, stdout, stderr } = await cluster().kubectl([
    "wait",
    "securitybaseline/baseline",
    `--namespace=${namespace}`,
    `--for=condition=${condition}`,
    `--timeout=${timeout}`,
  ]);
  return code === 0 ? stdout.trim() : stderr.trim();
}

const MET = "securitybaseline.securitybaseline.dev/baseline condition met";
const TIMED_OUT = "error: timed out waiting for the condition on securitybaselines/baseline";

describe("tools that wait for a baseline", () => {
  it("read in every documented reason what its page says", async () => {
    const rows = documentedStates();
    expect(rows.map(({ reason }) => reason)).to.have.members(REASONS);
    const told = await kstatusOf(rows.map(({ reason }) => stateOf(reason)));
    expect(rows.map(({ reason }, index) => [reason, told[index]?.status])).to.deep.equal(
      rows.map(({ reason, kstatus }) => [reason, kstatus]),
    );
  });

  it("read that nobody has looked yet, and wait", async () => {
    await installOperatorManifests();
    const namespace = await freshNamespace("waiting");
    await applyBaseline(namespace, SPEC);
    expect(await judged(namespace)).to.deep.equal({
      status: "InProgress",
      message: "SecurityBaseline generation is 1, but latest observed generation is -1",
    });
    expect(await wait(namespace, "Ready", "1s")).to.equal(TIMED_OUT);
  });

  describe("beside an operator", () => {
    let operator: OperatorProcess;
    let namespace: string;

    before(async () => {
      await installOperatorManifests();
      operator = await startOperator();
    });

    beforeEach(async () => {
      namespace = await freshNamespace("waiting");
    });

    after(() => operator.stop());

    it("go on when it is in place", async () => {
      await applyBaseline(namespace, SPEC);
      expect(await wait(namespace, "Ready", "60s")).to.equal(MET);
      expect(await judged(namespace)).to.deep.equal({ status: "Current", message: "Resource is Ready" });
    });

    it("wait after an edit, until the operator has answered it", async () => {
      await applyBaseline(namespace, SPEC);
      await awaitReady(namespace);
      await operator.stop();
      try {
        await applyBaseline(namespace, { ...SPEC, podSecurity: { enforce: "baseline" } });
        expect((await judged(namespace))?.status).to.equal("InProgress");
        expect(await wait(namespace, "Ready", "1s")).to.equal(TIMED_OUT);
      } finally {
        operator = await startOperator();
      }
      expect(await wait(namespace, "Ready", "60s")).to.equal(MET);
      expect((await judged(namespace))?.status).to.equal("Current");
    });

    it("give up where only a person can help, with the operator's words, and go on once somebody has", async () => {
      const ref = { apiVersion: "rbac.authorization.k8s.io/v1", kind: "Role", namespace, name: "log-reader" };
      const { namespace: _in, name, ...kind } = ref;
      await admin().create({ ...kind, metadata: { namespace, name }, rules: [] } as never);
      await applyBaseline(namespace, SPEC);
      expect(await wait(namespace, "Stalled", "60s")).to.equal(MET);
      expect(await judged(namespace)).to.deep.equal({
        status: "Failed",
        message: "access: Role log-reader exists and somebody else made it: rename or delete it, or set spec.adoptExisting to true",
      });
      await admin().delete(ref);
      expect(await wait(namespace, "Ready", "60s")).to.equal(MET);
      const baseline = await readBaseline(namespace);
      expect(baseline.status?.conditions?.map(({ type }) => type)).to.not.include("Stalled");
      expect((await judged(namespace))?.status).to.equal("Current");
    });

    const refused: readonly { reason: string; arrange: (namespace: string) => Promise<unknown>; spec: object; message: RegExp }[] = [
      {
        reason: "a policy refuses a write",
        arrange: (place) => refuseWrites({ namespace: place, apiGroup: "rbac.authorization.k8s.io", resource: "roles" }, "no roles here"),
        spec: SPEC,
        message: /^access: Role log-reader was refused: .*no roles here/,
      },
      {
        reason: "a right is asked for that nobody may hand on",
        arrange: async () => undefined,
        spec: { access: { roles: [{ ...ROLE, rules: [{ apiGroups: [""], resources: ["configmaps"], verbs: ["delete"] }] }] } },
        message: /^access: Role log-reader was refused: /,
      },
    ];
    for (const { reason, arrange, spec, message } of refused) {
      it(`give up where ${reason}`, async () => {
        await arrange(namespace);
        await applyBaseline(namespace, spec as SecurityBaselineSpec);
        const baseline: SecurityBaseline = await awaitCondition(namespace, "Stalled", "True");
        const [told] = await kstatusOf([baseline]);
        expect(told?.status).to.equal("Failed");
        expect(told?.message).to.match(message);
      });
    }

    it("wait where a kind is missing that may still be installed", async () => {
      const secrets = {
        store: { kind: "SecretStore", name: "vault" },
        externalSecrets: [{ name: "db", data: { password: { key: "db" } } }],
      };
      await applyBaseline(namespace, { secrets } as SecurityBaselineSpec);
      const baseline = await awaitCondition(namespace, "Ready", "False");
      const [told] = await kstatusOf([baseline]);
      expect(told?.status).to.equal("InProgress");
      expect(told?.message).to.contain("is not served by this cluster");
    });

    it("wait for the end of one that a finalizer of others holds up", async () => {
      await applyBaseline(namespace, SPEC);
      await awaitReady(namespace);
      const ref = baselineRef(namespace);
      await admin().mergePatch(ref, { metadata: { finalizers: ["example.com/stay"] } });
      await admin().delete(ref);
      expect((await judged(namespace))?.status).to.equal("Terminating");
      await admin().mergePatch(ref, { metadata: { finalizers: null } });
    });
  });
});

/** Proves what keeps everything from being granted, and what an installation is told to allow. */
import { expect } from "chai";
import { BrokerBench } from "../../support/broker-bench.ts";

const POLICY = "ValidatingAdmissionPolicy";
const BINDING = "ValidatingAdmissionPolicyBinding";
const TOKENS = "securitybaseline-break-glass-tokens";
const INSTALL = 'install what "securitybaseline break-glass installation" prints';

describe("the guard", () => {
  let bench: BrokerBench;

  beforeEach(() => {
    bench = new BrokerBench();
  });

  afterEach(() => bench.stop());

  const obstacle = (): string | undefined => bench.broker.standing()?.obstacle;

  it("lets everything pass where everything is in place", async () => {
    await bench.follow();
    expect(bench.broker.standing()).to.deep.equal({
      namespace: "glass",
      allowedRoles: ["incident-admin"],
      unboundedRoles: [],
      unboundedBecause: {},
      presentRoles: ["incident-admin"],
      maxDuration: 14_400,
      obstacle: undefined,
      caveat: undefined,
    });
  });

  for (const resource of ["validatingadmissionpolicies", "clusterroles", "breakglassauditentries"]) {
    it(`does not know before ${resource} are listed`, async () => {
      bench.api.silent.add(resource);
      await bench.follow();
      expect(bench.broker.standing()).to.equal(undefined);
    });
  }

  it("does not know before namespaces are", async () => {
    bench.known = false;
    bench.hasHome = false;
    await bench.follow();
    expect(bench.broker.standing()).to.equal(undefined);
  });

  it("tells which roles exist", async () => {
    bench.api.remove("clusterroles", "incident-admin");
    await bench.follow();
    expect(bench.broker.standing()?.presentRoles).to.deep.equal([]);
  });

  const troubles: readonly { reason: string; appears: (bench: BrokerBench) => void; told: string }[] = [
    {
      reason: "a policy is missing",
      appears: ({ api }) => api.remove("validatingadmissionpolicies", TOKENS),
      told: `emergency access is not safe: ${POLICY} ${TOKENS} is missing: ${INSTALL}`,
    },
    {
      reason: "a binding only warns",
      appears: (world) => world.restore(BINDING, TOKENS, { spec: { policyName: TOKENS, validationActions: ["Warn"] } }),
      told: `emergency access is not safe: ${BINDING} ${TOKENS} is not as declared: ${INSTALL}`,
    },
    {
      reason: "a policy was not checked in its present state",
      appears: (world) => world.restore(POLICY, TOKENS, { status: { observedGeneration: 0 } }),
      told: `emergency access is not safe: ${POLICY} ${TOKENS} was not checked by the API server yet`,
    },
    {
      reason: "a policy does not type-check",
      appears: (world) => {
        const expressionWarnings = [{ fieldRef: "spec.validations[0].expression", warning: "undefined field" }];
        world.restore(POLICY, TOKENS, { status: { observedGeneration: 1, typeChecking: { expressionWarnings } } });
      },
      told: `emergency access is not safe: ${POLICY} ${TOKENS} does not fit this API server: its expressions have type errors`,
    },
    {
      reason: "the API server's clock is more than 30 seconds ahead",
      appears: (world) => {
        world.skew = -30_001;
      },
      told: "the clocks of the operator and the API server differ by more than 30 seconds: one of them is wrong",
    },
    {
      reason: "the break-glass namespace is missing",
      appears: (world) => {
        world.hasHome = false;
      },
      told: `namespace glass is missing: ${INSTALL}`,
    },
    {
      reason: "the API server does not have the kinds",
      appears: ({ api }) => api.absent.add("breakglassrequests"),
      told: "emergency access does not work: breakglassrequests (securitybaseline.dev/v1alpha1) is not served by this cluster",
    },
    {
      reason: "the API server knows no such policies",
      appears: ({ api }) => api.absent.add("validatingadmissionpolicies"),
      told: "emergency access does not work: validatingadmissionpolicies (admissionregistration.k8s.io/v1) is not served by this cluster",
    },
  ];
  for (const { reason, appears, told } of troubles) {
    it(`finds that ${reason}`, async () => {
      appears(bench);
      await bench.follow();
      expect(obstacle()).to.equal(told);
    });
  }

  it("lets 30 seconds pass", async () => {
    bench.skew = 30_000;
    await bench.follow();
    expect(obstacle()).to.equal(undefined);
  });

  it("tells of a change once, and not while everything stays as it was", async () => {
    await bench.follow();
    const told = bench.standings;
    bench.broker.sawTime();
    bench.broker.changedForAll();
    expect(bench.standings).to.equal(told);
    bench.skew = 60_000;
    bench.broker.sawTime();
    bench.broker.sawTime();
    expect(bench.standings).to.equal(told + 1);
  });
});

/** Proves what Argo CD makes of our kinds: its health checks and actions by the tests that lie beside them, every documented state, and status that nobody of ours wrote. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { parse } from "yaml";
import { argoLuaBinary } from "../../../hack/argo-lua-binary.ts";
import { type LuaAnswer, runLua } from "../../support/argo-lua.ts";
import { documentedStates, REASONS, stateOf } from "../../support/documented-states.ts";

const KINDS = join(import.meta.dirname, "../../../config/argo-cd/resource_customizations/securitybaseline.dev");
const BASELINE = join(KINDS, "SecurityBaseline");
const BUILD_TIMEOUT = 10 * 60_000;

interface HealthTest {
  readonly inputPath: string;
  readonly healthStatus: { readonly status: string; readonly message: string };
}
interface ActionTests {
  readonly discoveryTests: readonly { readonly inputPath: string; readonly result: readonly { name: string; disabled: boolean }[] }[];
  readonly actionTests: readonly { readonly action: string; readonly inputPath: string; readonly expectedOutputPath: string }[];
}

const read = (...path: string[]): string => readFileSync(join(...path), "utf8");
const load = (...path: string[]) => parse(read(...path));
const script = read(BASELINE, "health.lua");
const returned = (answer: LuaAnswer | undefined): unknown => (answer && "returned" in answer ? answer.returned : answer);

async function healthOf(objects: readonly unknown[]): Promise<unknown[]> {
  return (await runLua(objects.map((object) => ({ script, object })))).map(returned);
}

const READY = { type: "Ready", status: "True", reason: "InPlace", message: "every section is in place", observedGeneration: 3 };
const withStatus = (status: unknown) => ({ metadata: { name: "baseline", generation: 3 }, spec: {}, status });
const withConditions = (conditions: unknown) => withStatus({ observedGeneration: 3, conditions });

const GARBAGE: readonly { readonly reason: string; readonly object: unknown; readonly is?: string }[] = [
  { reason: "no status", object: withStatus(undefined) },
  { reason: "status is text", object: withStatus("fine") },
  { reason: "status is a list", object: withStatus([READY]) },
  { reason: "no conditions", object: withStatus({ observedGeneration: 3 }) },
  { reason: "conditions are text", object: withConditions("Ready") },
  { reason: "conditions are a map", object: withConditions({ Ready: READY }) },
  { reason: "conditions are numbers, text, null and lists", object: withConditions([1, "Ready", null, [READY], true]) },
  { reason: "no generation anywhere", object: { metadata: {}, status: { conditions: [READY] } } },
  { reason: "generation as text", object: withStatus({ observedGeneration: "3", conditions: [READY] }) },
  { reason: "nobody looked yet", object: withStatus({ observedGeneration: -1, conditions: [READY] }) },
  { reason: "a generation that is not there yet", object: withStatus({ observedGeneration: 4, conditions: [READY] }) },
  { reason: "Ready of an older generation", object: withConditions([{ ...READY, observedGeneration: 2 }]) },
  { reason: "Ready twice", object: withConditions([READY, READY]) },
  { reason: "Ready three times", object: withConditions([READY, READY, READY]) },
  { reason: "Ready twice, in two minds", object: withConditions([READY, { ...READY, status: "False" }]) },
  { reason: "status of Ready is a boolean", object: withConditions([{ ...READY, status: true }]) },
  { reason: "status of Ready in lower case", object: withConditions([{ ...READY, status: "true" }]) },
  { reason: "status of Ready is Unknown", object: withConditions([{ ...READY, status: "Unknown" }]) },
  { reason: "another type", object: withConditions([{ ...READY, type: "AccessReady" }]) },
  { reason: "a reason of a newer version", object: withConditions([{ ...READY, status: "False", reason: "Novel" }]) },
  { reason: "reason and message are maps", object: withConditions([{ ...READY, status: "False", reason: {}, message: { a: 1 } }]) },
  { reason: "Stalled beside Ready", object: withConditions([READY, { type: "Stalled", status: "True" }]), is: "Degraded" },
  { reason: "Stalled twice", object: withConditions([READY, { type: "Stalled", status: "False" }, { type: "Stalled" }]), is: "Degraded" },
  { reason: "metadata and spec are text", object: { metadata: "baseline", spec: "Report", status: { observedGeneration: 3 } } },
  { reason: "ten thousand conditions", object: withConditions(Array.from({ length: 10_000 }, () => READY)) },
];

describe("Argo CD", () => {
  before(async function () {
    this.timeout(BUILD_TIMEOUT);
    await argoLuaBinary();
  });

  for (const kind of readdirSync(KINDS)) {
    it(`judges each ${kind} as the tests beside its health check say, which use all of its testdata`, async () => {
      const { tests } = load(KINDS, kind, "health_test.yaml") as { tests: readonly HealthTest[] };
      const health = read(KINDS, kind, "health.lua");
      const told = await runLua(tests.map(({ inputPath }) => ({ script: health, object: load(KINDS, kind, inputPath) })));
      expect(told.map((answer, index) => [tests[index]?.inputPath, returned(answer)])).to.deep.equal(
        tests.map(({ inputPath, healthStatus }) => [inputPath, healthStatus]),
      );
      const files = readdirSync(join(KINDS, kind, "testdata")).map((name) => `testdata/${name}`);
      expect(tests.map(({ inputPath }) => inputPath)).to.have.members(files);
    });
  }

  it("judges every documented state as its page says", async () => {
    const rows = documentedStates();
    expect(rows.map(({ reason }) => reason)).to.have.members(REASONS);
    const told = (await healthOf(rows.map(({ reason }) => stateOf(reason)))) as { status: string }[];
    expect(rows.map(({ reason }, index) => [reason, told[index]?.status])).to.deep.equal(
      rows.map(({ reason, argoCd }) => [reason, argoCd]),
    );
  });

  it("takes a baseline that only reports for healthy, whatever it reports, unless it is refused as a whole", async () => {
    const reasons = REASONS.filter((reason) => reason !== "ReservedNamespace");
    const told = (await healthOf(reasons.map((reason) => stateOf(reason, "Report")))) as { status: string }[];
    expect(told.map(({ status }, index) => [reasons[index], status])).to.deep.equal(reasons.map((reason) => [reason, "Healthy"]));
  });

  it("takes nothing for healthy that the operator did not write, and never stumbles", async () => {
    const told = (await healthOf(GARBAGE.map(({ object }) => object))) as { status?: string; message?: unknown }[];
    expect(told.map(({ status, message }, index) => [GARBAGE[index]?.reason, status, typeof message])).to.deep.equal(
      GARBAGE.map(({ reason, is = "Progressing" }) => [reason, is, "string"]),
    );
  });

  it("does not repeat a message that is longer than people read", async () => {
    const [told] = await healthOf([withConditions([{ ...READY, message: "x".repeat(1_000_000) }])]);
    expect(told).to.deep.equal({ status: "Healthy", message: "the message is too long to be shown: see `kubectl describe`" });
  });

  it("offers the actions that the tests beside them say, and changes what they say", async () => {
    const folder = join(BASELINE, "actions");
    const { discoveryTests, actionTests } = load(folder, "action_test.yaml") as ActionTests;
    const discovery = read(folder, "discovery.lua");
    const offered = await runLua(discoveryTests.map(({ inputPath }) => ({ script: discovery, object: load(folder, inputPath) })));
    expect(offered.map(returned)).to.deep.equal(
      discoveryTests.map(({ result }) => Object.fromEntries(result.map(({ name, disabled }) => [name, { disabled }]))),
    );
    const changed = await runLua(
      actionTests.map(({ action, inputPath }) => ({ script: read(folder, action, "action.lua"), object: load(folder, inputPath) })),
    );
    expect(changed.map(returned)).to.deep.equal(actionTests.map(({ expectedOutputPath }) => load(folder, expectedOutputPath)));
  });

  it("sets nothing but a new value of the annotation to refresh", async () => {
    const input = load(BASELINE, "actions/testdata/reporting.yaml");
    const [told] = await runLua([{ script: read(BASELINE, "actions/refresh/action.lua"), object: input }]);
    const object = returned(told) as { metadata: { annotations: Record<string, string> } };
    const { "securitybaseline.dev/refresh": value, ...rest } = object.metadata.annotations;
    expect(value).to.match(/^\d{10}$/);
    expect(rest).to.deep.equal({});
    expect({ ...object, metadata: { ...object.metadata, annotations: undefined } }).to.deep.equal({
      ...input,
      metadata: { ...input.metadata, annotations: undefined },
    });
  });

  it("leaves no empty annotations behind, which Argo CD would fill with the old ones", async () => {
    const metadata = { name: "baseline", annotations: { "securitybaseline.dev/preview": "true" } };
    const object = { metadata, spec: { mode: "Report" } };
    const [told] = await runLua([{ script: read(BASELINE, "actions/enforce/action.lua"), object }]);
    expect(returned(told)).to.deep.equal({ metadata: { name: "baseline" }, spec: { mode: "Enforce" } });
  });

  it("does not enforce by a button what Git says is to report", async () => {
    const object = load(BASELINE, "actions/testdata/reporting.yaml");
    const [told] = await runLua([{ script: read(BASELINE, "actions/enforce/action.lua"), object }]);
    expect(told).to.have.property("error").that.includes("there is no preview to end");
  });

  it("is given no health of kinds that have no status: a decision, an entry of the ledger", () => {
    for (const kind of ["BreakGlassDecision", "BreakGlassAuditEntry"]) expect(existsSync(join(KINDS, kind))).to.equal(false);
  });
});

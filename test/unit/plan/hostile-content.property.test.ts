/** Fuzzes the projection of every kind with hostile JSON: nothing is thrown, and no content makes a changed field look as it was. */
import { expect } from "chai";
import fc from "fast-check";
import type { Json, JsonObject } from "../../../operator/api/json.ts";
import type { KubernetesObject } from "../../../operator/api/object.ts";
import type { Desired } from "../../../operator/controls/control.ts";
import { observedKinds, ownedKinds } from "../../../operator/controls/index.ts";
import type { FieldPath, OwnedKind } from "../../../operator/kinds/kind.ts";
import { projectLive } from "../../../operator/plan/live.ts";
import { planBaseline } from "../../../operator/plan/plan.ts";
import { remainderOf } from "../../../operator/plan/remainder.ts";
import { projectObserved } from "../../../operator/reconcile/observed.ts";
import { input, section, smtpSecret } from "./baseline-objects.ts";

const NAMES = ["__proto__", "constructor", "toString", "hasOwnProperty", "prototype", "kind", "apiGroup", "name", "length", ""];

/** Text, because a literal in code would set a prototype where it says `__proto__`. */
const deep = (depth: number): Json => JSON.parse(`${'{"a":['.repeat(depth)}1${"]}".repeat(depth)}`);

const key = fc.oneof(fc.constantFrom(...NAMES), fc.string({ maxLength: 8 }));
const { value: hostile } = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom<Json>(null, true, 0, -1, 1.5, "", "x", deep(3_000), deep(8_000)),
    fc.string({ unit: "binary" }).map((text) => text.toWellFormed()),
    fc.array(tie("value") as fc.Arbitrary<Json>, { maxLength: 4 }),
    fc.array(fc.tuple(key, tie("value") as fc.Arbitrary<Json>), { maxLength: 4 }).map((pairs) => Object.fromEntries(pairs) as JsonObject),
  ),
}));

function withValue(path: FieldPath, value: Json): JsonObject {
  const [head = "", ...rest] = path;
  return Object.fromEntries([[head, rest.length === 0 ? value : withValue(rest, value)]]);
}

/** An object of ours whose field at this path has this value. */
function objectWith(path: FieldPath, value: Json): KubernetesObject {
  const metadata = {
    namespace: "payments",
    name: "smtp",
    uid: "u",
    resourceVersion: "2",
    labels: { "securitybaseline.dev/control": "secrets" },
  };
  return { metadata, ...(path[0] === "metadata" ? {} : withValue(path, value)) };
}

describe("hostile content", () => {
  for (const kind of ownedKinds) {
    it(`of ${kind.kind} is always read, without a throw`, () => {
      const path = fc.constantFrom(...kind.fields.map((field) => field.path), ["spec"], ["status"], ["status", "conditions"]);
      fc.assert(
        fc.property(path, hostile, (at, value) => void projectLive(kind, objectWith(at, value))),
        { numRuns: 150 },
      );
    });
  }

  for (const kind of observedKinds) {
    it(`of ${kind.kind} is always read, without a throw`, () => {
      const path = fc.constantFrom(["spec"], ["status"], ["status", "conditions"]);
      fc.assert(
        fc.property(path, hostile, (at, value) => void projectObserved(kind, objectWith(at, value))),
        { numRuns: 100 },
      );
    });
  }

  it("beside a changed ciphertext hides it in no way: it is told and repaired, whatever else is there", () => {
    fc.assert(
      fc.property(hostile, key, (value, name) => {
        const plan = planOf(smtpSecret(), tampered(value, name));
        const [drift] = plan.sections[0]?.drift ?? [];
        expect(drift?.fields).to.include("spec.encryptedData");
        expect(plan.batches.flat().map(({ verb }) => verb)).to.deep.equal(["apply"]);
      }),
      { numRuns: 200 },
    );
  });

  it("is taken out again key by key, but for what the API server would take for nothing", () => {
    const object = tampered("AgB9", "__proto__");
    const operations = remainderOf(smtpSecret(), object as unknown as JsonObject).operations.map(({ op, path }) => `${op} ${path}`);
    expect(operations).to.deep.equal(["remove /spec/encryptedData/__proto__", "remove /spec/template/metadata/__proto__"]);
  });
});

/** What our apply made, then another ciphertext, and under some key some value beside it. */
function tampered(value: Json, name: string): KubernetesObject {
  const { manifest } = smtpSecret();
  const spec = manifest["spec"] as { template: { metadata: JsonObject } };
  const added = Object.fromEntries([[name, value]]);
  const template = { ...spec.template, metadata: { ...spec.template.metadata, ...added } };
  const metadata = { ...(manifest["metadata"] as JsonObject), uid: "u", resourceVersion: "2" };
  const encryptedData = { ...added, password: "AgBevil" };
  return { ...manifest, metadata, spec: { encryptedData, template } } as unknown as KubernetesObject;
}

function planOf(desired: Desired, object: KubernetesObject): ReturnType<typeof planBaseline> {
  const kind: OwnedKind = desired.kind;
  return planBaseline(input({ sections: [section(desired.control, [desired])], live: [projectLive(kind, object)] }));
}

/** Tests field paths: how they are printed, what stands at them, and whether they count as owned. */
import { expect } from "chai";
import type { JsonObject } from "../../../operator/api/json.ts";
import { printPath } from "../../../operator/api/problem.ts";
import { bookingOf, holdsBooking, valueAt } from "../../../operator/plan/field-path.ts";

describe("printPath", () => {
  const cases: readonly { readonly reason: string; readonly path: readonly string[]; readonly want: string }[] = [
    { reason: "one segment stands alone", path: ["rules"], want: "rules" },
    { reason: "plain segments are joined by dots", path: ["spec", "podSelector"], want: "spec.podSelector" },
    { reason: "a key with dots and slashes is quoted", path: ["metadata", "labels", "a.b/c"], want: 'metadata.labels["a.b/c"]' },
    { reason: "a hyphen is no plain segment", path: ["data", "tls-key", "x"], want: 'data["tls-key"].x' },
    { reason: "a quote is escaped", path: ["data", 'a"b'], want: 'data["a\\"b"]' },
  ];
  for (const { reason, path, want } of cases) it(reason, () => expect(printPath(path)).to.equal(want));
});

describe("valueAt", () => {
  const object: JsonObject = { metadata: { labels: { "a.b/c": "x" } }, rules: [], off: false, gone: null };
  const cases: readonly { readonly reason: string; readonly path: readonly string[]; readonly want: unknown }[] = [
    { reason: "reads a nested key", path: ["metadata", "labels", "a.b/c"], want: "x" },
    { reason: "an empty list is present", path: ["rules"], want: [] },
    { reason: "false is present", path: ["off"], want: false },
    { reason: "an absent parent reads as absent", path: ["spec", "ingress"], want: undefined },
    { reason: "null has no fields", path: ["gone", "x"], want: undefined },
    { reason: "a list has no named fields", path: ["rules", "length"], want: undefined },
    { reason: "what objects inherit is not a field", path: ["metadata", "constructor"], want: undefined },
  ];
  for (const { reason, path, want } of cases) it(reason, () => expect(valueAt(object, path)).to.deep.equal(want));
});

describe("holdsBooking", () => {
  const cases: readonly { readonly reason: string; readonly fields: JsonObject | undefined; readonly want: boolean }[] = [
    { reason: "the field itself", fields: { "f:metadata": { "f:labels": { "f:a.b/c": {} } } }, want: true },
    { reason: "something below the field", fields: { "f:metadata": { "f:labels": { "f:a.b/c": { "f:x": {} } } } }, want: true },
    { reason: "a parent that is owned as a whole", fields: { "f:metadata": { "f:labels": {} } }, want: true },
    { reason: "only that the parent exists", fields: { "f:metadata": { "f:labels": { ".": {} } } }, want: false },
    { reason: "a neighbour", fields: { "f:metadata": { "f:labels": { "f:a.b/d": {} } } }, want: false },
    { reason: "another branch", fields: { "f:spec": { "f:ingress": {} } }, want: false },
    { reason: "an entry that owns nothing", fields: {}, want: false },
    { reason: "an entry without fields", fields: undefined, want: false },
  ];
  for (const { reason, fields, want } of cases) {
    it(`${reason}: ${want ? "owned" : "not owned"}`, () => {
      expect(holdsBooking(fields, bookingOf(["metadata", "labels", "a.b/c"]))).to.equal(want);
    });
  }
});

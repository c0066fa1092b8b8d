/** Tests which specs of Kyverno's image policies mean the same. */
import { expect } from "chai";
import type { JsonObject } from "../../../operator/api/json.ts";
import { imageValidatingPolicy } from "../../../operator/kinds/image-validating-policy.ts";
import { normalised } from "./recorded.ts";

interface Pair {
  readonly reason: string;
  readonly one: JsonObject;
  readonly other: JsonObject;
}

const DENY = { failurePolicy: "Fail", validationActions: ["Deny"], attestors: [{ name: "signer" }] };

const same: readonly Pair[] = [
  { reason: "what is switched on anyway", one: DENY, other: { ...DENY, evaluation: { admission: { enabled: true }, background: {} } } },
  {
    reason: "globs have no order",
    one: { matchImageReferences: [{ glob: "a" }, { glob: "b" }] },
    other: { matchImageReferences: [{ glob: "b" }, { glob: "a" }] },
  },
];

const different: readonly Pair[] = [
  { reason: "the check of requests is switched off", one: DENY, other: { ...DENY, evaluation: { admission: { enabled: false } } } },
  { reason: "it judges other things than Kubernetes' requests", one: DENY, other: { ...DENY, evaluation: { mode: "HTTP" } } },
  { reason: "it only audits", one: DENY, other: { ...DENY, validationActions: ["Audit"] } },
  { reason: "it audits as well", one: DENY, other: { ...DENY, validationActions: ["Audit", "Deny"] } },
  { reason: "it lets pass what cannot be checked", one: DENY, other: { ...DENY, failurePolicy: "Ignore" } },
  { reason: "some requests are left out", one: DENY, other: { ...DENY, matchConditions: [{ name: "x", expression: "false" }] } },
  { reason: "another signer is trusted, too", one: DENY, other: { ...DENY, attestors: [{ name: "signer" }, { name: "x" }] } },
  { reason: "images are looked for elsewhere", one: DENY, other: { ...DENY, images: [{ name: "containers", expression: "[]" }] } },
  { reason: "a field of a later version", one: DENY, other: { ...DENY, exemptions: ["x"] } },
];

describe("Kyverno's image policies", () => {
  for (const { reason, one, other } of same) {
    it(`are the same: ${reason}`, () => {
      expect(normalised(imageValidatingPolicy, { spec: one })).to.deep.equal(normalised(imageValidatingPolicy, { spec: other }));
    });
  }
  for (const { reason, one, other } of different) {
    it(`differ: ${reason}`, () => {
      expect(normalised(imageValidatingPolicy, { spec: one })).to.not.deep.equal(normalised(imageValidatingPolicy, { spec: other }));
    });
  }
});

const facts: readonly { readonly reason: string; readonly object: object; readonly denies: boolean; readonly since: number }[] = [
  { reason: "nothing said", object: {}, denies: false, since: 0 },
  { reason: "it refuses", object: { spec: { validationActions: ["Deny"] } }, denies: true, since: 0 },
  { reason: "it audits", object: { spec: { validationActions: ["Audit"] } }, denies: false, since: 0 },
  {
    reason: "when its spec was written last, and not its status",
    object: {
      metadata: {
        managedFields: [
          { time: "2026-11-29T01:00:00Z", fieldsV1: { "f:spec": {} } },
          { time: "2026-11-29T00:00:00Z", fieldsV1: { "f:spec": {}, "f:metadata": {} } },
          { time: "2026-11-29T02:00:00Z", fieldsV1: { "f:status": {} } },
        ],
      },
    },
    denies: false,
    since: 1795914000,
  },
  {
    reason: "shapes that nobody expects",
    object: { spec: { validationActions: "Deny" }, metadata: { managedFields: [7, { time: "soon", fieldsV1: { "f:spec": {} } }] } },
    denies: false,
    since: 0,
  },
];

describe("an image policy says", () => {
  for (const { reason, object, denies, since } of facts) {
    it(reason, () => {
      expect(imageValidatingPolicy.facts?.(object as JsonObject)).to.deep.equal({ denies, since });
    });
  }
});

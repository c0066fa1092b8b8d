/** Tests which values of the objects of meshes mean the same, and what a Namespace says of the mesh that it is in. */
import { expect } from "chai";
import type { JsonObject } from "../../../operator/api/json.ts";
import { authorizationPolicy } from "../../../operator/kinds/authorization-policy.ts";
import type { OwnedKind } from "../../../operator/kinds/kind.ts";
import { linkerdPolicy } from "../../../operator/kinds/linkerd-policy.ts";
import { peerAuthentication } from "../../../operator/kinds/peer-authentication.ts";
import { normalised } from "./recorded.ts";

interface Pair {
  readonly reason: string;
  readonly kind: OwnedKind;
  readonly one: JsonObject;
  readonly other: JsonObject;
}

const STRICT = { mtls: { mode: "STRICT" } };

const same: readonly Pair[] = [
  { reason: "an empty selector is none", kind: peerAuthentication, one: STRICT, other: { ...STRICT, selector: {} } },
  { reason: "and so is one without labels", kind: peerAuthentication, one: STRICT, other: { ...STRICT, selector: { matchLabels: {} } } },
  { reason: "no ports are no ports", kind: peerAuthentication, one: STRICT, other: { ...STRICT, portLevelMtls: {} } },
  { reason: "a policy allows unless it says something else", kind: authorizationPolicy, one: {}, other: { action: "ALLOW" } },
];

const different: readonly Pair[] = [
  { reason: "a mode that is not set is inherited", kind: peerAuthentication, one: STRICT, other: {} },
  { reason: "and so is one of no value", kind: peerAuthentication, one: STRICT, other: { mtls: { mode: "UNSET" } } },
  { reason: "plain text", kind: peerAuthentication, one: STRICT, other: { mtls: { mode: "PERMISSIVE" } } },
  { reason: "some pods", kind: peerAuthentication, one: STRICT, other: { ...STRICT, selector: { matchLabels: { app: "a" } } } },
  { reason: "a selector of a later version", kind: peerAuthentication, one: STRICT, other: { ...STRICT, selector: { targetRef: "x" } } },
  { reason: "one port", kind: peerAuthentication, one: STRICT, other: { ...STRICT, portLevelMtls: { "80": { mode: "DISABLE" } } } },
  { reason: "a rule that lets everybody in", kind: authorizationPolicy, one: {}, other: { rules: [{}] } },
  { reason: "a denial that denies nobody, and allows the others", kind: authorizationPolicy, one: {}, other: { action: "DENY" } },
  { reason: "only a record", kind: authorizationPolicy, one: {}, other: { action: "AUDIT" } },
  { reason: "only some pods", kind: authorizationPolicy, one: {}, other: { selector: { matchLabels: { app: "a" } } } },
  { reason: "a field of a later version", kind: authorizationPolicy, one: {}, other: { dryRun: true } },
];

describe("objects of Istio", () => {
  for (const { reason, kind, one, other } of same) {
    it(`are the same: ${reason}`, () => {
      expect(normalised(kind, { spec: one })).to.deep.equal(normalised(kind, { spec: other }));
    });
  }
  for (const { reason, kind, one, other } of different) {
    it(`differ: ${reason}`, () => {
      expect(normalised(kind, { spec: one })).to.not.deep.equal(normalised(kind, { spec: other }));
    });
  }
});

const memberships: readonly { readonly reason: string; readonly metadata: unknown; readonly facts: JsonObject }[] = [
  { reason: "nothing said", metadata: { name: "a" }, facts: { Istio: false, Linkerd: false } },
  { reason: "sidecars", metadata: { labels: { "istio-injection": "enabled" } }, facts: { Istio: true, Linkerd: false } },
  { reason: "sidecars of a revision", metadata: { labels: { "istio.io/rev": "canary" } }, facts: { Istio: true, Linkerd: false } },
  {
    reason: "no sidecars, which outweighs a revision",
    metadata: { labels: { "istio-injection": "disabled", "istio.io/rev": "canary" } },
    facts: { Istio: false, Linkerd: false },
  },
  { reason: "ambient", metadata: { labels: { "istio.io/dataplane-mode": "ambient" } }, facts: { Istio: true, Linkerd: false } },
  { reason: "no ambient", metadata: { labels: { "istio.io/dataplane-mode": "none" } }, facts: { Istio: false, Linkerd: false } },
  {
    reason: "an annotation is no label",
    metadata: { annotations: { "istio-injection": "enabled" } },
    facts: { Istio: false, Linkerd: false },
  },
  { reason: "Linkerd", metadata: { annotations: { "linkerd.io/inject": "enabled" } }, facts: { Istio: false, Linkerd: true } },
  { reason: "Linkerd, for ingress", metadata: { annotations: { "linkerd.io/inject": "ingress" } }, facts: { Istio: false, Linkerd: true } },
  { reason: "no Linkerd", metadata: { annotations: { "linkerd.io/inject": "disabled" } }, facts: { Istio: false, Linkerd: false } },
  {
    reason: "shapes that nobody expects",
    metadata: { labels: ["istio-injection"], annotations: 7 },
    facts: { Istio: false, Linkerd: false },
  },
  { reason: "values that are no text", metadata: { labels: { "istio.io/rev": {} } }, facts: { Istio: false, Linkerd: false } },
];

describe("a Namespace says which mesh it is in", () => {
  for (const { reason, metadata, facts } of memberships) {
    it(reason, () => {
      expect(linkerdPolicy.facts?.({ metadata } as JsonObject)).to.deep.equal(facts);
    });
  }
});

/** Proves what a baseline says in effect: defaults and modes, and how far one that is not understood or not valid is obeyed. */
import { expect } from "chai";
import type { Posture } from "../../../operator/api/postures.ts";
import { desiredObjects } from "../../../operator/controls/desired.ts";
import { OFFLINE } from "../../../operator/facts/index.ts";
import { inEffect } from "../../support/in-effect.ts";

const baseline = (spec: object, metadata: object = {}): Posture =>
  ({
    apiVersion: "securitybaseline.dev/v1alpha1",
    kind: "SecurityBaseline",
    metadata: { name: "baseline", namespace: "payments", ...metadata },
    spec,
  }) as Posture;

const NETWORK = { defaultDeny: ["Ingress"] };
const namesOf = (spec: object): readonly string[] => desiredObjects(inEffect(baseline(spec)), OFFLINE).map(({ name }) => name);

describe("a baseline in effect", () => {
  it("has the modes resolved: the section's own, else the baseline's", () => {
    const spec = {
      mode: "Report",
      network: NETWORK,
      podSecurity: { enforce: "baseline", mode: "Enforce" },
      serviceAccounts: { mode: "Off" },
    };
    expect(inEffect(baseline(spec)).sections.map(({ control, mode }) => [control.name, mode])).to.deep.equal([
      ["network", "Report"],
      ["podSecurity", "Enforce"],
    ]);
    expect(inEffect(baseline(spec)).unused.map(({ name }) => name)).to.deep.equal([
      "access",
      "admission",
      "breakGlass",
      "images",
      "mesh",
      "runtime",
      "secrets",
      "serviceAccounts",
    ]);
  });

  it("lives in its own namespace, whatever it is asked for", () => {
    expect(inEffect(baseline({}), "elsewhere").namespace).to.equal("payments");
  });

  it("keeps the time at which it was made, by the API server's clock", () => {
    expect(inEffect(baseline({}, { creationTimestamp: "2026-11-23T10:00:00Z" })).created).to.equal(1_795_428_000);
    expect(inEffect(baseline({})).created).to.equal(undefined);
  });

  const unknown: readonly { readonly reason: string; readonly spec: object; readonly paths: string }[] = [
    { reason: "a section", spec: { network: NETWORK, ofALaterVersion: { signers: ["a"] } }, paths: "spec.ofALaterVersion" },
    { reason: "a field of a section", spec: { network: { ...NETWORK, l7: true } }, paths: "spec.network.l7" },
    {
      reason: "a field of an entry",
      spec: { network: { ...NETWORK, ingress: [{ name: "a", from: [{ preset: "SameNamespace", zone: "x" }] }] } },
      paths: "spec.network.ingress[0].from[0].zone",
    },
    {
      reason: "several, sorted",
      spec: { network: NETWORK, ofALaterVersion: {}, alsoLater: {} },
      paths: "spec.alsoLater, spec.ofALaterVersion",
    },
  ];
  for (const { reason, spec, paths } of unknown) {
    it(`obeys what it understands beside ${reason} of a newer version, and says what it does not`, () => {
      const told = inEffect(baseline(spec));
      expect(told.refused).to.equal(undefined);
      expect(told.sections.map(({ refused }) => refused)).to.deep.equal([undefined]);
      expect(told.notUnderstood).to.equal(
        `this version of the operator does not know ${paths}: it is not in effect; remove it, or run the version that it was written for`,
      );
      expect(namesOf(spec)).to.include("default-deny");
    });
  }

  it("names no more than ten fields, and counts the others", () => {
    const fields = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`x${String(index).padStart(2, "0")}`, 1]));
    expect(inEffect(baseline({ network: NETWORK, ...fields })).notUnderstood).to.match(/spec\.x09 and 20 more: it is not in effect/);
  });

  it("is not deceived by any number of unknown fields: what is wrong is still refused", () => {
    const fields = Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`x${index}`, 1]));
    const access = { roles: [{ name: "app-viewer", groups: ["system:masters"], ...fields }] };
    const [section] = inEffect(baseline({ access, ...fields })).sections;
    expect(section?.refused?.reason).to.equal("InvalidSpec");
    expect(namesOf({ access, ...fields })).to.deep.equal([]);
  });

  it("refuses a section that is wrong by itself, and lets the others go on", () => {
    const spec = { network: NETWORK, access: { roles: [{ name: "app-viewer", groups: ["system:masters"] }] } };
    const told = inEffect(baseline(spec));
    expect(told.refused).to.equal(undefined);
    expect(told.sections.map(({ control, refused }) => [control.name, refused?.message.slice(0, 30)])).to.deep.equal([
      ["access", "spec.access.roles[0].groups[0]"],
      ["network", undefined],
    ]);
    expect(namesOf(spec)).to.deep.equal(["default-deny"]);
  });

  it("refuses the whole for what is wrong outside of sections", () => {
    const told = inEffect(baseline({ network: NETWORK, deletionPolicy: "Burn" }));
    expect(told.refused?.message).to.equal('spec.deletionPolicy: "Burn" is not allowed: write Delete, or Retain');
  });
});

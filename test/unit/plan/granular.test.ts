/** Proves whose doing a difference inside a field is that server-side apply books key by key. */
import { expect } from "chai";
import type { JsonObject } from "../../../operator/api/json.ts";
import type { KubernetesObject, ManagedFieldsEntry } from "../../../operator/api/object.ts";
import { sealedSecret } from "../../../operator/kinds/sealed-secret.ts";
import { projectLive } from "../../../operator/plan/live.ts";
import { planBaseline } from "../../../operator/plan/plan.ts";
import type { Drift, Live } from "../../../operator/plan/types.ts";
import { input, OWNER, section, smtpSecret } from "./baseline-objects.ts";

const TEMPLATE = { type: "Opaque", metadata: { name: "smtp", namespace: "payments" } };

/** Keys of encryptedData that a manager has booked. */
function booked(manager: string, operation: string, keys: readonly string[]): ManagedFieldsEntry {
  const data: JsonObject = Object.fromEntries(keys.map((key) => [`f:${key}`, {}]));
  const own = manager === "securitybaseline" ? { "f:template": { "f:type": {}, "f:metadata": { "f:name": {}, "f:namespace": {} } } } : {};
  const metadata = { "f:ownerReferences": { [`k:{"uid":"${OWNER.uid}"}`]: {} } };
  const fields = { "f:spec": { "f:encryptedData": data, ...own }, ...(manager === "securitybaseline" && { "f:metadata": metadata }) };
  return { manager, operation, time: "2026-11-23T10:00:00Z", fieldsV1: fields };
}

/** As the API server tells it to an operator that has just started: nothing is remembered. */
function live(encryptedData: JsonObject, ...managedFields: readonly ManagedFieldsEntry[]): Live {
  const { manifest } = smtpSecret();
  const metadata = { ...(manifest["metadata"] as JsonObject), uid: "u1", resourceVersion: "7", managedFields };
  return projectLive(sealedSecret, { ...manifest, metadata, spec: { encryptedData, template: TEMPLATE } } as KubernetesObject);
}

function driftOf(found: Live, wanted: JsonObject): readonly Drift[] {
  const sections = [section("secrets", [smtpSecret(wanted)])];
  return planBaseline(input({ sections, live: [found] })).sections.flatMap(({ drift }) => drift);
}

const OURS = booked("securitybaseline", "Apply", ["password"]);

interface Case {
  readonly reason: string;
  readonly found: Live;
  readonly wanted: JsonObject;
  /** Manager that is named, or undefined where nothing is told. */
  readonly manager: string | undefined;
}

const cases: readonly Case[] = [
  {
    reason: "a key beside ours is the doing of who added it",
    found: live({ password: "AgB1", extra: "AgB9" }, OURS, booked("kubectl-edit", "Update", ["extra"])),
    wanted: { password: "AgB1" },
    manager: "kubectl-edit",
  },
  {
    reason: "another value of one key is the doing of who set it, though the other keys are ours",
    found: live(
      { password: "AgB1", user: "AgB9" },
      booked("securitybaseline", "Apply", ["password"]),
      booked("kubectl-edit", "Update", ["user"]),
    ),
    wanted: { password: "AgB1", user: "AgB2" },
    manager: "kubectl-edit",
  },
  {
    reason: "who owns the same value of another key did not do it",
    found: live(
      { password: "AgB1", extra: "AgB9" },
      OURS,
      booked("argo", "Apply", ["password"]),
      booked("kubectl-edit", "Update", ["extra"]),
    ),
    wanted: { password: "AgB1" },
    manager: "kubectl-edit",
  },
  {
    reason: "a key that the baseline asks for anew is an update",
    found: live({ password: "AgB1" }, OURS),
    wanted: { password: "AgB1", user: "AgB2" },
    manager: undefined,
  },
  {
    reason: "a key that the baseline no longer asks for is an update",
    found: live({ password: "AgB1", user: "AgB2" }, booked("securitybaseline", "Apply", ["password", "user"])),
    wanted: { password: "AgB1" },
    manager: undefined,
  },
  {
    reason: "another value of a key of ours is an update",
    found: live({ password: "AgB1" }, OURS),
    wanted: { password: "AgB2" },
    manager: undefined,
  },
];

describe("a difference in a map whose keys have owners of their own", () => {
  for (const { reason, found, wanted, manager } of cases) {
    it(reason, () => {
      const told = driftOf(found, wanted).map(({ type, fields, manager: by }) => ({ type, fields, by }));
      expect(told).to.deep.equal(manager === undefined ? [] : [{ type: "Modified", fields: ["spec.encryptedData"], by: manager }]);
    });
  }
});

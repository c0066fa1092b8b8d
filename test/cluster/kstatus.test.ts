/** Proves that tests judge objects as Flux and kpt do, on objects whose status is well known. */
import { expect } from "chai";
import { kstatusOf } from "../support/kstatus.ts";

const DEPLOYMENT = { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "shop", generation: 2 }, spec: { replicas: 2 } };
const REPLICAS = { observedGeneration: 2, replicas: 2, updatedReplicas: 2, readyReplicas: 2, availableReplicas: 2 };
const CUSTOM = { apiVersion: "example.com/v1", kind: "Custom", metadata: { name: "shop", generation: 2 } };

describe("kstatus", () => {
  it("judges the objects of a call each by itself, in their order", async () => {
    const cases = [
      {
        reason: "all replicas are ready",
        object: { ...DEPLOYMENT, status: { ...REPLICAS, conditions: [{ type: "Available", status: "True" }] } },
        is: { status: "Current", message: "Deployment is available. Replicas: 2" },
      },
      {
        reason: "a replica is not ready",
        object: { ...DEPLOYMENT, status: { ...REPLICAS, readyReplicas: 1, availableReplicas: 1 } },
        is: { status: "InProgress", message: "Available: 1/2" },
      },
      {
        reason: "its controller gave up",
        object: {
          ...CUSTOM,
          status: { observedGeneration: 2, conditions: [{ type: "Stalled", status: "True", message: "quota is used up" }] },
        },
        is: { status: "Failed", message: "quota is used up" },
      },
      {
        reason: "its controller gave up on an older generation",
        object: { ...CUSTOM, status: { observedGeneration: 1, conditions: [{ type: "Stalled", status: "True" }] } },
        is: { status: "InProgress", message: "Custom generation is 2, but latest observed generation is 1" },
      },
      {
        reason: "it is being deleted",
        object: { ...CUSTOM, metadata: { ...CUSTOM.metadata, deletionTimestamp: "2026-11-23T10:00:00Z" } },
        is: { status: "Terminating", message: "Resource scheduled for deletion" },
      },
    ];
    const judged = await kstatusOf(cases.map(({ object }) => object));
    expect(judged.map((is, index) => ({ reason: cases[index]?.reason, is }))).to.deep.equal(
      cases.map(({ reason, is }) => ({ reason, is })),
    );
  });

  it("answers nothing when it is asked nothing", async () => {
    expect(await kstatusOf([])).to.deep.equal([]);
  });

  it("says which object it cannot judge", async () => {
    const failure = await kstatusOf([CUSTOM, { metadata: { name: "shop" } }]).catch((error: unknown) => error);
    expect(failure)
      .to.be.an("error")
      .with.property("message")
      .that.matches(/^kstatus cannot judge object 1: Object 'Kind' is missing/);
  });
});

/** Proves that an end is recorded as soon as nobody has the rights any more, whatever keeps objects of the grant from going, and is owed a review. */
import { expect } from "chai";
import { type GrantPart, TAKING_BACK } from "../../../operator/breakglass/types.ts";
import { type ModelWorld, told } from "./model-world.ts";
import { active, happen, issuing } from "./scenes.ts";

/** What is done until something has to be waited for; a step that is refused is gone around. */
function steps(world: ModelWorld): readonly string[] {
  const all: string[] = [];
  for (let turn = 0; turn < 12 && all.at(-1)?.startsWith("wait") !== true; turn += 1) all.push(...world.settle().map(told));
  return all;
}

/** Somebody deletes an object that something else keeps from going. */
function deleteInVain(world: ModelWorld, part: GrantPart): void {
  world.finalizers.add(part);
  world.change(part, { terminatingSince: world.now });
}

/** Objects that the entry of the end tells of as still there. */
function left(world: ModelWorld): readonly string[] {
  const rows: readonly string[][] = JSON.parse(world.history.at(-1)?.details?.["left"] ?? "[]");
  return rows.map(([kind, namespace]) => `${kind} ${namespace}`);
}

const HOME = "securitybaseline-breakglass";

describe("an end that objects stand in the way of", () => {
  const deleted: readonly { readonly part: GrantPart; readonly left: string }[] = [
    { part: "binding", left: "RoleBinding payments" },
    { part: "identity", left: `ServiceAccount ${HOME}` },
    { part: "minterBinding", left: `RoleBinding ${HOME}` },
    { part: "minter", left: `Role ${HOME}` },
  ];
  for (const { part, left: expected } of deleted) {
    it(`is recorded at once where somebody deletes the ${part} in the foreground and it stays: what is left gives nobody anything`, () => {
      const world = active();
      deleteInVain(world, part);
      expect(steps(world)).to.deep.equal([
        "record Suspended Tampered",
        ...TAKING_BACK.filter((each) => each !== part).map((each) => `delete ${each}`),
        "status Suspended",
        "record Revoked Tampered",
        "status Revoked",
        "wait",
      ]);
      expect(left(world)).to.deep.equal([expected]);
      expect(world.request?.status?.conditions?.[0]?.message).to.contain(`cannot be removed: ${expected}/bg-`);
    });
  }

  it("is not recorded while a binding that is being deleted still gives rights to an account whose tokens are taken", () => {
    const world = active();
    for (const part of ["binding", "identity"] as const) deleteInVain(world, part);
    const until = steps(world);
    expect(until.slice(-2)).to.deep.equal(["status Suspended", "wait until 10:03:15"]);
    world.pass(74);
    expect(steps(world)).to.deep.equal(["wait until 10:03:15"]);
    world.pass(1);
    expect(steps(world)).to.deep.equal(["record Revoked Tampered", "status Revoked", "wait"]);
    expect(left(world)).to.deep.equal(["RoleBinding payments", `ServiceAccount ${HOME}`]);
  });

  it("is recorded where everything is stuck, and goes on by itself when it is not any more", () => {
    const world = active();
    for (const part of TAKING_BACK) world.finalizers.add(part);
    world.decide("Revoke", "bob");
    steps(world);
    world.pass(75);
    expect(steps(world)).to.include("record Revoked Revoked");
    world.objects.clear();
    steps(world);
    expect(world.request?.status?.conditions?.[0]?.message).to.equal("revoked by bob");
  });

  const events: readonly (readonly [string, string])[] = [
    ["request deleted", "RequestDeleted"],
    ["profile removed", "ProfileRemoved"],
    ["role not allowed", "RoleNotAllowed"],
  ];
  for (const [event, reason] of events) {
    it(`is recorded where a namespace goes and its binding is stuck: ${event}`, () => {
      const world = active();
      deleteInVain(world, "binding");
      happen(world, event);
      expect(steps(world)).to.include(`record Revoked ${reason}`);
      expect(left(world)).to.deep.equal(["RoleBinding payments"]);
    });
  }

  it("is recorded where the baseline goes while what was tampered with is being taken back", () => {
    const world = active();
    for (const part of ["binding", "identity"] as const) deleteInVain(world, part);
    world.look();
    happen(world, "profile removed");
    happen(world, "request deleted");
    steps(world);
    world.pass(75);
    expect(steps(world)).to.deep.equal(["record Revoked Tampered", "wait"]);
  });

  it("is recorded with what is left a little after the deadline at the latest, where no deletion is accepted at all", () => {
    const world = active();
    for (const part of TAKING_BACK) world.guarded.add(part);
    world.pass(2400);
    expect(steps(world)).to.deep.equal([...TAKING_BACK.map((part) => `delete ${part}`), "wait until 10:43:15"]);
    world.pass(75);
    expect(steps(world)).to.include("record Expired DeadlinePassed");
    expect(left(world)).to.have.length(4);
    world.guarded.clear();
    world.pass(60);
    expect(steps(world)).to.deep.equal([...TAKING_BACK.map((part) => `delete ${part}`), "status Expired", "wait"]);
  });

  it("takes back what can be taken back, where the deletion of one object is refused", () => {
    const world = active();
    world.guarded.add("binding");
    world.decide("Revoke", "bob");
    expect(steps(world).filter((step) => step.startsWith("delete"))).to.deep.equal([
      "delete binding",
      "delete identity",
      "delete minterBinding",
      "delete minter",
    ]);
    expect(world.history.at(-1)?.type).to.equal("Revoked");
    expect(left(world)).to.deep.equal(["RoleBinding payments"]);
  });

  it("is not recorded while the account of the grant's name is another that the binding also means", () => {
    const world = active();
    world.guarded.add("binding");
    world.change("identity", { uid: "another" });
    steps(world);
    expect(world.history.at(-1)?.type).to.equal("Suspended");
    world.pass(2400 + 75);
    steps(world);
    expect(world.history.at(-1)?.type).to.equal("Revoked");
  });

  it("comes where an object is deleted in the foreground before the access is in use: nothing waits for the name", () => {
    const world = issuing();
    deleteInVain(world, "identity");
    expect(steps(world)).to.deep.equal([
      "record Suspended Tampered",
      "delete binding",
      "status Suspended",
      "record Revoked Tampered",
      "status Revoked",
      "wait",
    ]);
  });

  it("is owed a review by somebody else, and gets one", () => {
    const world = active();
    deleteInVain(world, "binding");
    steps(world);
    world.pass(60);
    world.decide("Review", "bob");
    expect(steps(world)).to.include("record Reviewed");
  });

  it("is recorded once the ledger can be written again, with what is left by then", () => {
    const world = active();
    world.ledgerFails = true;
    deleteInVain(world, "binding");
    for (let look = 0; look < 12; look += 1) world.look();
    expect(world.history.at(-1)?.type).to.equal("Active");
    world.ledgerFails = false;
    world.ledgerBlocked = false;
    steps(world);
    expect(world.history.slice(-2).map(({ type }) => type)).to.deep.equal(["Suspended", "Revoked"]);
    expect(left(world)).to.deep.equal(["RoleBinding payments"]);
  });
});

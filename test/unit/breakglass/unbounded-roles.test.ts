/** Proves what becomes of a request for a role of which a grant can make itself permanent: where it is granted, by whom, and what everybody is told. */
import { expect } from "chai";
import { HOME, ModelWorld, PROFILE, told } from "./model-world.ts";

const BECAUSE = "may act as somebody else (verb * on users, groups or ServiceAccounts)";
const NOTICE = 'a grant of the ClusterRole "cluster-admin" can make itself permanent';

interface Options {
  readonly namespace?: string;
  readonly roles?: readonly string[];
  readonly unboundedRoles?: readonly string[];
  readonly bypass?: boolean;
  readonly required?: number;
}

/** A request for cluster-admin, in the whole cluster and listed as unbounded unless the options say otherwise. */
function asked({
  namespace = HOME,
  roles = [],
  unboundedRoles = ["cluster-admin"],
  bypass = false,
  required = 1,
}: Options = {}): ModelWorld {
  const world = new ModelWorld({ bypass }, namespace);
  const profile = { ...PROFILE, role: "cluster-admin", approvers: { ...PROFILE.approvers, required }, blockNextUntilReviewed: false };
  world.profile = { ...world.firstProfile, profile };
  world.role = { name: "cluster-admin", uid: "c-2", rulesHash: "rules-2", unbounded: BECAUSE };
  world.settings = { ...world.settings, roles, unboundedRoles };
  world.settle();
  return world;
}

const message = (world: ModelWorld): string | undefined => world.request?.status?.conditions?.[0]?.message;
const approve = (world: ModelWorld, ...people: readonly string[]): void => {
  for (const name of people) world.decide("Approve", name, { namespace: HOME });
  world.settle();
};

describe("a request for a role of which a grant can make itself permanent", () => {
  it("is denied where the role is only among the ordinary ones, and told why and what to write instead", () => {
    const world = asked({ roles: ["cluster-admin", "sb-incident-admin"], unboundedRoles: [] });
    expect(world.request?.status).to.include({ phase: "Denied", endReason: "RoleNotAllowed" });
    expect(message(world)).to.equal(
      `${NOTICE}, because it ${BECAUSE}: write role: sb-incident-admin, or have it moved from --break-glass-roles to --break-glass-unbounded-roles`,
    );
  });

  it("is denied in a namespace", () => {
    const world = asked({ namespace: "payments" });
    expect(world.request?.status).to.include({ phase: "Denied", endReason: "RoleNotAllowed" });
    expect(message(world)).to.equal(`${NOTICE}: name it only in profiles of the ClusterSecurityBaseline, and write another role here`);
  });

  it("stays denied in the same words once the role is listed", () => {
    const world = asked({ roles: ["cluster-admin"], unboundedRoles: [] });
    const before = message(world);
    world.settings = { ...world.settings, unboundedRoles: ["cluster-admin"] };
    world.settle();
    expect([world.request?.status?.phase, message(world)]).to.deep.equal(["Denied", before]);
  });

  it("takes two people, also where the profile asks for one", () => {
    const world = asked({ required: 1 });
    expect(world.request?.status?.approvals).to.deep.equal({ required: 2, received: 0 });
    approve(world, "bob");
    expect(world.request?.status?.phase).to.equal("Pending");
    expect(message(world)).to.equal(`has 1 of 2 approvals by members of payments-leads; ${NOTICE}`);
    approve(world, "carol");
    expect(world.request?.status?.phase).to.equal("Active");
  });

  it("takes as many as the profile asks for where these are more", () => {
    expect(asked({ required: 3 }).request?.status?.approvals).to.deep.equal({ required: 3, received: 0 });
  });

  it("does not skip them by bypass", () => {
    const world = asked({ bypass: true });
    expect(world.request?.status).to.deep.include({ phase: "Pending", approvals: { required: 2, received: 0 } });
    approve(world, "bob", "carol");
    expect(world.history.find(({ type }) => type === "Approved")?.details).to.deep.include({ approvers: '["bob","carol"]' });
    expect(world.history.flatMap(({ details = {} }) => Object.keys(details))).to.not.include("bypass");
  });

  it("takes two people also where the role was listed as such after it was made", () => {
    const world = new ModelWorld({}, HOME);
    world.profile = { ...world.firstProfile, profile: { ...PROFILE, approvers: { ...PROFILE.approvers, required: 1 } } };
    world.settle();
    world.settings = { ...world.settings, unboundedRoles: ["sb-incident-admin"] };
    approve(world, "bob");
    expect(world.request?.status?.phase).to.equal("Pending");
    approve(world, "carol");
    expect(world.request?.status?.phase).to.equal("Active");
  });

  it("takes two people also where the role was listed as an ordinary one after it was made", () => {
    const world = asked();
    world.role = { name: "cluster-admin", uid: "c-2", rulesHash: "rules-2", unbounded: undefined };
    world.settings = { ...world.settings, roles: ["cluster-admin"], unboundedRoles: [] };
    approve(world, "bob");
    expect(world.request?.status?.phase).to.equal("Pending");
    approve(world, "carol");
    expect(world.request?.status?.phase).to.equal("Active");
  });

  it("says so in status and ledger, in use and afterwards, and that a review is owed until there was one", () => {
    const world = asked();
    approve(world, "bob", "carol");
    expect(world.history[0]?.details).to.include({ unbounded: "true" });
    expect(world.request?.status?.resolved).to.include({ unbounded: true });
    expect(message(world)).to.match(new RegExp(`^access to the cluster as ClusterRole cluster-admin .*; ${NOTICE}$`));
    world.pass(2400);
    world.settle();
    expect(message(world)).to.equal(`the access ended at its deadline; ${NOTICE}; somebody else has yet to review what was done with it`);
    world.decide("Review", "bob", { namespace: HOME });
    world.settle();
    expect(message(world)).to.equal(`the access ended at its deadline; ${NOTICE}`);
  });

  it("waits while an earlier use is not reviewed, whatever the profile says", () => {
    const world = asked();
    world.unreviewed = ["incident-0"];
    approve(world, "bob", "carol");
    expect(world.request?.status?.conditions?.[0]).to.include({ reason: "AwaitingReview" });
  });

  it("ends once the role is not listed as such any more", () => {
    const world = asked();
    approve(world, "bob", "carol");
    world.settings = { ...world.settings, roles: ["cluster-admin"], unboundedRoles: [] };
    world.settle();
    expect(world.request?.status).to.include({ phase: "Revoked", endReason: "RoleNotAllowed" });
    expect(world.objects.size).to.equal(0);
  });

  it("suspends what is in use where the role became such: that is a change of the role", () => {
    const world = new ModelWorld();
    world.settle();
    world.decide("Approve", "bob");
    world.decide("Approve", "carol");
    world.settle();
    world.role = { name: "sb-incident-admin", uid: "c-1", rulesHash: "rules-9", unbounded: BECAUSE };
    const steps = world.settle().map(told);
    expect(steps[0]).to.equal("record Suspended RoleChanged");
  });
});

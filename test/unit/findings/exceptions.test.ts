/** Tests what exceptions make of findings: accepted until a day, told when the day has come, and told when they are about nothing. */
import { expect } from "chai";
import type { FindingException } from "../../../operator/api/baseline.ts";
import { applyExceptions, type JudgedFinding, type Judgement } from "../../../operator/findings/exceptions.ts";
import type { Finding } from "../../../operator/findings/find.ts";
import type { Rule } from "../../../operator/findings/rule.ts";
import { execAccess } from "../../../operator/findings/rules/exec-access.ts";
import { permissiveNetworkPolicy } from "../../../operator/findings/rules/permissive-network-policy.ts";
import { secretAccess } from "../../../operator/findings/rules/secret-access.ts";
import { userSubject } from "../../../operator/findings/rules/user-subject.ts";

const NOW = Date.parse("2026-11-23T10:00:00Z");
const LATER = "2027-03-31T00:00:00Z";
const MUCH_LATER = "2027-06-30T00:00:00Z";
const BEFORE = "2026-11-01T00:00:00Z";
const LONG_BEFORE = "2026-01-01T00:00:00Z";

function found(rule: Rule, name: string): Finding {
  return { rule, ref: { apiVersion: "rbac.authorization.k8s.io/v1", kind: "RoleBinding", name }, message: `about ${name}` };
}

function exception(rule: string, name: string, expires: string, more: Partial<FindingException> = {}): FindingException {
  return { rule, ref: { kind: "RoleBinding", name }, reason: "the migration needs it", owner: "team-payments", expires, ...more };
}

/** One line to a finding, so that a table can be read. */
function lineOf({ rule, severity, ref, accepted }: JudgedFinding): string {
  return `${severity} ${rule} ${ref.name}${accepted === undefined ? "" : ` until ${accepted.expires} by ${accepted.owner}`}`;
}

interface Case {
  readonly reason: string;
  readonly found: readonly Finding[];
  readonly exceptions: readonly FindingException[];
  readonly told: readonly string[];
  readonly idle?: Judgement["idle"];
  /** RFC 3339. */
  readonly due?: string;
}

const BOB = found(userSubject, "bob");
const BOBS_SHELL = found(execAccess, "bob");
const ANN = found(userSubject, "ann");

const CASES: readonly Case[] = [
  { reason: "without exceptions all is open", found: [BOB, ANN], exceptions: [], told: ["High UserSubject bob", "High UserSubject ann"] },
  {
    reason: "an exception accepts what it names, until its day",
    found: [BOB],
    exceptions: [exception("UserSubject", "bob", LATER)],
    told: [`High UserSubject bob until ${LATER} by team-payments`],
    due: LATER,
  },
  {
    reason: "what is accepted stands behind what is open",
    found: [BOB, ANN],
    exceptions: [exception("UserSubject", "bob", LATER)],
    told: ["High UserSubject ann", `High UserSubject bob until ${LATER} by team-payments`],
    due: LATER,
  },
  {
    reason: "one that is over accepts nothing, and is told beside the finding",
    found: [BOB, ANN],
    exceptions: [exception("UserSubject", "bob", BEFORE)],
    told: ["High UserSubject bob", "Medium ExceptionExpired bob", "High UserSubject ann"],
  },
  {
    reason: "at the moment of its end it is over",
    found: [BOB],
    exceptions: [exception("UserSubject", "bob", "2026-11-23T10:00:00Z")],
    told: ["High UserSubject bob", "Medium ExceptionExpired bob"],
  },
  {
    reason: "a second before it is not",
    found: [BOB],
    exceptions: [exception("UserSubject", "bob", "2026-11-23T10:00:01Z")],
    told: ["High UserSubject bob until 2026-11-23T10:00:01Z by team-payments"],
    due: "2026-11-23T10:00:01Z",
  },
  {
    reason: "an end in another time zone is the same moment",
    found: [BOB],
    exceptions: [exception("UserSubject", "bob", "2026-11-23T11:30:00+02:00")],
    told: ["High UserSubject bob", "Medium ExceptionExpired bob"],
  },
  {
    reason: "of two for the same the later one counts, wherever it stands",
    found: [BOB],
    exceptions: [exception("UserSubject", "bob", LATER), exception("UserSubject", "bob", MUCH_LATER, { owner: "ann" })],
    told: [`High UserSubject bob until ${MUCH_LATER} by ann`],
    due: MUCH_LATER,
  },
  {
    reason: "one that was renewed by a second entry is not told as over",
    found: [BOB],
    exceptions: [exception("UserSubject", "bob", LATER), exception("UserSubject", "bob", BEFORE)],
    told: [`High UserSubject bob until ${LATER} by team-payments`],
    due: LATER,
  },
  {
    reason: "of two that are over one is told",
    found: [BOB],
    exceptions: [exception("UserSubject", "bob", LONG_BEFORE), exception("UserSubject", "bob", BEFORE)],
    told: ["High UserSubject bob", "Medium ExceptionExpired bob"],
  },
  {
    reason: "one rule of an object is accepted and no other",
    found: [BOB, BOBS_SHELL],
    exceptions: [exception("UserSubject", "bob", LATER)],
    told: ["Medium ExecAccess bob", `High UserSubject bob until ${LATER} by team-payments`],
    due: LATER,
  },
  {
    reason: "the next end is the earliest of those that accept something",
    found: [BOB, ANN],
    exceptions: [
      exception("UserSubject", "bob", MUCH_LATER),
      exception("UserSubject", "ann", LATER),
      exception("UserSubject", "gone", "2026-12-01T00:00:00Z"),
    ],
    told: [`High UserSubject bob until ${MUCH_LATER} by team-payments`, `High UserSubject ann until ${LATER} by team-payments`],
    idle: [idle("RoleBinding gone (UserSubject)")],
    due: LATER,
  },
  {
    reason: "another rule is about nothing",
    found: [BOB],
    exceptions: [exception("SecretAccess", "bob", LATER)],
    told: ["High UserSubject bob"],
    idle: [idle("RoleBinding bob (SecretAccess)")],
  },
  {
    reason: "another kind is about nothing",
    found: [BOB],
    exceptions: [exception("UserSubject", "bob", LATER, { ref: { kind: "ClusterRoleBinding", name: "bob" } })],
    told: ["High UserSubject bob"],
    idle: [idle("ClusterRoleBinding bob (UserSubject)")],
  },
  {
    reason: "a name that only begins alike is about nothing",
    found: [BOB],
    exceptions: [exception("UserSubject", "bo", LATER)],
    told: ["High UserSubject bob"],
    idle: [idle("RoleBinding bo (UserSubject)")],
  },
  {
    reason: "a star is a name",
    found: [BOB],
    exceptions: [exception("UserSubject", "*", LATER)],
    told: ["High UserSubject bob"],
    idle: [idle("RoleBinding * (UserSubject)")],
  },
  {
    reason: "that an exception is over cannot be accepted",
    found: [BOB],
    exceptions: [exception("UserSubject", "bob", BEFORE), exception("ExceptionExpired", "bob", LATER)],
    told: ["High UserSubject bob", "Medium ExceptionExpired bob"],
    idle: [idle("RoleBinding bob (ExceptionExpired)")],
  },
  {
    reason: "one that is over and about nothing is only about nothing",
    found: [],
    exceptions: [exception("UserSubject", "bob", BEFORE)],
    told: [],
    idle: [idle("RoleBinding bob (UserSubject)")],
  },
  {
    reason: "a day that cannot be read is over",
    found: [BOB],
    exceptions: [exception("UserSubject", "bob", "in spring")],
    told: ["High UserSubject bob", "Medium ExceptionExpired bob"],
  },
];

function idle(what: string): string {
  return `the exception for ${what} is about nothing that is found: remove it from spec.exceptions`;
}

describe("exceptions of findings", () => {
  for (const { reason, found: findings, exceptions, told, idle: about = [], due } of CASES)
    it(reason, () => {
      const judgement = applyExceptions(findings, exceptions, NOW);
      expect(judgement.findings.map(lineOf)).to.deep.equal(told);
      expect(judgement.idle).to.deep.equal(about);
      expect(judgement.due).to.equal(due === undefined ? undefined : Date.parse(due));
    });

  it("accept nobody's kind of the same name", () => {
    const policy = (apiVersion: string): Finding => ({
      rule: permissiveNetworkPolicy,
      ref: { apiVersion, kind: "NetworkPolicy", name: "web" },
      message: "opens",
    });
    const all = [policy("networking.k8s.io/v1"), policy("crd.projectcalico.org/v1")];
    const accepted = (apiVersion?: string): Judgement =>
      applyExceptions(
        all,
        [
          {
            ...exception("PermissiveNetworkPolicy", "web", LATER),
            ref: { kind: "NetworkPolicy", name: "web", ...(apiVersion !== undefined && { apiVersion }) },
          },
        ],
        NOW,
      );
    const versions = ({ findings }: Judgement): readonly string[] =>
      findings.filter((one) => one.accepted !== undefined).map(({ ref }) => ref.apiVersion);
    expect(versions(accepted())).to.deep.equal(["networking.k8s.io/v1"]);
    expect(versions(accepted("networking.k8s.io/v2"))).to.deep.equal(["networking.k8s.io/v1"]);
    expect(versions(accepted("crd.projectcalico.org/v9"))).to.deep.equal(["crd.projectcalico.org/v1"]);
    expect(accepted("projectcalico.org/v3")).to.deep.include({
      idle: [idle("NetworkPolicy.projectcalico.org web (PermissiveNetworkPolicy)")],
    });
  });

  it("without a group are about whichever kind has the name, where Kubernetes has none of it", () => {
    const ref = { apiVersion: "crd.projectcalico.org/v1", kind: "GlobalNetworkPolicy", name: "web" };
    const { findings } = applyExceptions(
      [{ rule: permissiveNetworkPolicy, ref, message: "opens" }],
      [{ ...exception("PermissiveNetworkPolicy", "web", LATER), ref: { kind: ref.kind, name: ref.name } }],
      NOW,
    );
    expect(findings.map(({ accepted }) => accepted?.owner)).to.deep.equal(["team-payments"]);
  });

  it("leave what was found, and say who accepts it and why", () => {
    const { findings } = applyExceptions([found(secretAccess, "dev")], [exception("SecretAccess", "dev", LATER)], NOW);
    expect(findings).to.deep.equal([
      {
        control: "access",
        rule: "SecretAccess",
        severity: "Medium",
        ref: { apiVersion: "rbac.authorization.k8s.io/v1", kind: "RoleBinding", name: "dev" },
        message: "about dev",
        accepted: { reason: "the migration needs it", owner: "team-payments", expires: LATER },
      },
    ]);
  });

  it("that are over say whose they were, and what to do", () => {
    const { findings } = applyExceptions([BOB], [exception("UserSubject", "bob", BEFORE)], NOW);
    expect(findings[1]).to.deep.equal({
      control: "access",
      rule: "ExceptionExpired",
      severity: "Medium",
      ref: BOB.ref,
      message: `the exception of team-payments for UserSubject ended at ${BEFORE}: mend the object, or write a later day into spec.exceptions`,
    });
  });
});

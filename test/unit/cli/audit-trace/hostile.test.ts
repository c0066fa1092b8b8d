/** Proves that nobody who shapes what an audit log holds hides an action, names somebody else, or stops the trace. */
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { expect } from "chai";
import type { AuditEvent } from "../../../../operator/cli/audit-trace/event.ts";
import { logLines } from "../../../../operator/cli/audit-trace/lines.ts";
import { readLogs } from "../../../../operator/cli/audit-trace/read-logs.ts";
import { runAuditTrace, type TraceRequest } from "../../../../operator/cli/audit-trace/trace.ts";
import { tellFailures } from "../../../../operator/cli/failure-text.ts";
import { approved, asked, done, event, GRANT, JTI, minted, REQUEST_UID, recorded } from "./events.ts";

const HOME = "securitybaseline-breakglass";
const WHOLE = [asked, approved, recorded, minted, done(6)];
const REQUEST = { logs: ["a.log"], target: { grant: GRANT }, home: HOME, output: "text" } as const;

type Log = string | Buffer | readonly unknown[];

const bytesOf = (log: Log): Buffer =>
  Buffer.isBuffer(log)
    ? log
    : Buffer.from(typeof log === "string" ? log : log.map((one) => `${typeof one === "string" ? one : JSON.stringify(one)}\n`).join(""));

async function trace(logs: Readonly<Record<string, Log>>, request: Partial<TraceRequest> = {}) {
  const out: string[] = [];
  const err: string[] = [];
  const io = { stdout: (text: string) => void out.push(text), stderr: (text: string) => void err.push(text) };
  const open = (file: string) => {
    const log = logs[file];
    if (log === undefined) throw new Error("no such file");
    return Readable.from(pieces(bytesOf(log)));
  };
  const whole = { ...REQUEST, logs: Object.keys(logs), ...request };
  const code = await tellFailures({ output: whole.output, io }, () => runAuditTrace(whole, { ...io, open }));
  return { code, out: out.join(""), err: err.join("") };
}

/** Pieces that end in the middle of lines and letters. */
function* pieces(bytes: Buffer): Generator<Buffer> {
  for (let start = 0; start < bytes.length; start += 997) yield bytes.subarray(start, start + 997);
}

const rows = (out: string): readonly string[] => out.split("\n").filter((line) => line.startsWith("2026-"));

const IDENTITY = `system:serviceaccount:${HOME}:${GRANT}`;
const BINDING = { apiGroup: "rbac.authorization.k8s.io", resource: "clusterrolebindings", name: "stay" };

describe("a log that somebody shaped", () => {
  it("tells all actions of a client that gives all of its requests one Audit-ID", async () => {
    const events = [6, 7, 8].map((second) => ({ ...done(second, { requestURI: `/api/v1/pods/${second}` }), auditID: "same" }));
    const { out, code } = await trace({ "a.log": [minted, ...events] });
    expect(rows(out).filter((line) => line.includes(" did "))).to.have.length(3);
    expect(code).to.equal(0);
  });

  it("tells an action that took the Audit-ID of the request for its token", async () => {
    const { out } = await trace({ "a.log": [minted, { ...done(6), auditID: minted.auditID }] });
    expect(rows(out)).to.have.length(2);
  });

  it("counts the stages of a request once, in any order, and the same file under two names", async () => {
    const exec = done(6, { requestURI: "/exec" });
    const started = { ...exec, stage: "ResponseStarted", responseStatus: { code: 101 } };
    const stages = [{ ...exec, stage: "Panic", responseStatus: { code: 500 } }, started, { ...exec, responseStatus: {} }];
    const { out } = await trace({ "a.log": [minted, ...stages.toReversed()], "b.log": [minted, ...stages] });
    expect(rows(out).map((line) => line.replace(/^\S+ +/, ""))).to.deep.equal([
      `200     jane    minted  token ${JTI}`,
      "500     jane    did     get /exec",
    ]);
  });

  it("tells what has no answer yet", async () => {
    const { responseStatus: _, ...open } = done(6);
    expect(rows((await trace({ "a.log": [minted, open] })).out)[1]).to.match(/Z +jane +did +get /);
  });

  it("is put in order from rotated files in any order, packed or not", async () => {
    const { out, code, err } = await trace({
      "audit.log": [done(6)],
      "audit-2.log.gz": gzipSync(bytesOf([minted, recorded])),
      // Two members in one file, as `cat a.gz b.gz` makes.
      "audit-1.log.gz": Buffer.concat([gzipSync(bytesOf([approved])), gzipSync(bytesOf([asked]))]),
    });
    expect(rows(out).map((line) => line.split(/ {2,}/)[3])).to.deep.equal(["asked", "decided", "recorded", "minted", "did"]);
    expect([code, err]).to.deep.equal([0, ""]);
  });

  it("reads lines of other systems: CRLF, a byte order mark, blank lines, no line break at the end", async () => {
    const text = `\uFEFF${WHOLE.map((one) => JSON.stringify(one)).join("\r\n\r\n")}`;
    expect(await trace({ "a.log": text })).to.include({ code: 0, err: "" });
  });

  const names: readonly { reason: string; name: string; shown: string }[] = [
    { reason: "columns", name: "lea  decided  Approve payments/inc-1", shown: '"lea  decided  Approve payments/inc-1"' },
    { reason: "a line of its own", name: "eve\n2026-11-23T10:00:00Z  200  jane", shown: '"eve\\n2026-11-23T10:00:00Z  200  jane"' },
    { reason: "a terminal's commands", name: "eve\u001b[2J\u009b1A", shown: '"eve\\u001b[2J\\u{9b}1A"' },
    { reason: "letters turned round", name: "\u202eenaj", shown: '"\\u{202e}enaj"' },
    { reason: "what stands for the operator", name: "(operator)", shown: '"(operator)"' },
    { reason: "somebody who impersonates", name: "jane, impersonated by lea", shown: '"jane, impersonated by lea"' },
    { reason: "nobody", name: "", shown: '""' },
  ];
  for (const { reason, name, shown } of names) {
    it(`quotes a user whose name imitates ${reason}`, async () => {
      const { out } = await trace({ "a.log": [{ ...minted, user: { username: name } }, done(6)] });
      for (const line of rows(out)) expect(line.replace(/^\S+ +200 +/, "").startsWith(`${shown}  `), line).to.equal(true);
    });
  }

  it("has no line break and no command of a terminal in JSON either", async () => {
    const { out } = await trace({ "a.log": [minted, done(6, { requestURI: "/\u009b2J\u202e\n::error::x" })] }, { output: "json" });
    expect(out).not.to.match(/[\u009b\u202e]/);
    expect(JSON.parse(out).deeds[1].what).to.equal("get /\u009b2J\u202e\n::error::x");
  });

  it("tells accounts of other namespaces with the name of a grant apart from it", async () => {
    const elsewhere = { username: `system:serviceaccount:evil:${GRANT}`, extra: { "authentication.kubernetes.io/credential-id": [JTI] } };
    const evilMint = event(4, {
      user: { username: "eve" },
      objectRef: { resource: "serviceaccounts", subresource: "token", namespace: "evil", name: GRANT },
      annotations: { "authentication.kubernetes.io/issued-credential-id": JTI },
    });
    const { out } = await trace({ "a.log": [minted, evilMint, done(6, { user: elsewhere }), done(7)] });
    expect(rows(out).filter((line) => / (did|minted) /.test(line))).to.have.length(2);
    expect(out).not.to.contain("minted  token JTI=aaaaaaaa-0000-0000-0000-000000000001  eve");
  });

  it("believes no token of another grant", async () => {
    const other = event(4, {
      user: { username: "eve" },
      objectRef: { resource: "serviceaccounts", subresource: "token", namespace: HOME, name: "bg-zzzzzzzzzz-1764100000" },
      annotations: { "authentication.kubernetes.io/issued-credential-id": JTI },
    });
    const { code, err } = await trace({ "a.log": [recorded, asked, other, done(6)] }, { target: { request: "payments/inc-1" } });
    expect([code, err]).to.deep.equal([1, "no person is known to have minted the token of 1 action(s)\n"]);
  });

  it("is not led to another request by a decision that was refused, or that lies about the uid", async () => {
    const claims = { spec: { decision: "Approve", requestRef: { name: "inc-1", uid: "other-uid" } } };
    const others = [{ spec: { type: "Issuing", requestUID: "other-uid", grant: "bg-zzzzzzzzzz-1764100000" } }];
    const lies = [403, 201].map((code) => ({ ...approved, auditID: `lie-${code}`, responseStatus: { code }, requestObject: claims }));
    const foreign = others.map((requestObject) => ({ ...recorded, requestObject }));
    const { out } = await trace({ "a.log": [...WHOLE, ...lies, ...foreign] }, { target: { request: "payments/inc-1" } });
    expect(out).to.contain(`grant ${GRANT}\n`).and.not.to.contain("bg-zzzzzzzzzz");
  });

  it("names whom a grant impersonated with rights that it made, and what it changed by that", async () => {
    const { out } = await trace({
      "a.log": [minted, done(6, { verb: "create", objectRef: BINDING, impersonatedUser: { username: "root  admin" } })],
    });
    expect(out).to.match(/jane +create rbac\.authorization\.k8s\.io\/clusterrolebindings stay as "root {2}admin"\n$/);
  });

  const bodies: readonly { reason: string; requestObject: unknown }[] = [
    { reason: "nothing", requestObject: null },
    { reason: "a list", requestObject: [{ op: "add" }] },
    { reason: "no spec", requestObject: { spec: null } },
    { reason: "a reference that is none", requestObject: { spec: { requestRef: null } } },
    { reason: "a reference that is a text", requestObject: { spec: { requestRef: "inc-1" } } },
    { reason: "names that are objects", requestObject: { spec: { requestRef: { name: { a: 1 }, uid: 7 }, requestUID: {}, grant: [] } } },
    { reason: "annotations that are a text", requestObject: { metadata: { annotations: "x" } } },
  ];
  for (const { reason, requestObject } of bodies) {
    it(`is read to its end although a refused body is ${reason}`, async () => {
      const refused = ["breakglassdecisions", "breakglassauditentries", "roles"].map((resource) =>
        event(2, { objectRef: { resource, namespace: "payments", name: GRANT }, requestObject, responseStatus: { code: 422 } }),
      );
      const { code, out } = await trace({ "a.log": [...refused, ...WHOLE] });
      expect([code, rows(out).some((line) => line.includes(" did "))]).to.deep.equal([0, true]);
    });
  }
});

describe("a line that cannot be read", () => {
  const lost: readonly { reason: string; line: string }[] = [
    { reason: "is cut off", line: JSON.stringify(done(7)).slice(0, -9) },
    { reason: "is no event", line: `["${GRANT}"]` },
    { reason: "has a user that is a text", line: JSON.stringify({ ...done(7), user: IDENTITY }) },
    { reason: "has a user whose name is none", line: JSON.stringify({ ...done(7), requestURI: `/${GRANT}`, user: { username: 7 } }) },
    { reason: "has no time", line: JSON.stringify({ ...done(7), requestReceivedTimestamp: "yesterday" }) },
    { reason: "has a status that is a text", line: JSON.stringify({ ...done(7), responseStatus: { code: "200" } }) },
  ];
  for (const { reason, line } of lost) {
    it(`is counted and told, and the answer is not "all is well", if it ${reason}`, async () => {
      const { code, err, out } = await trace({ "a.log": [minted, line, line, done(6)] });
      expect([code, err]).to.deep.equal([1, "a.log:2: 2 lines left out: no audit event in JSON\n"]);
      expect(rows(out)).to.have.length(2);
    });
  }

  it("may be longer than any event: the ones after it are read", async () => {
    const lines = logLines(Readable.from(pieces(Buffer.from(`a\n${"x".repeat(5_000)}\nb`))), 2_000);
    const seen = [];
    for await (const line of lines) seen.push(line);
    expect(seen).to.deep.equal([
      { number: 1, text: "a" },
      { number: 2, text: "TooLong" },
      { number: 3, text: "b" },
    ]);
  });

  it("is told of a file that is cut off while it is packed, with exit code 2", async () => {
    const { code, err, out } = await trace({ "a.log": gzipSync(bytesOf(WHOLE)).subarray(0, -20) });
    expect([code, out, err]).to.deep.equal([2, "", "securitybaseline: a.log: cannot be read: unexpected end of file\n"]);
  });

  it("may be in no file at all", async () => {
    expect(await trace({ "a.log": "" })).to.deep.equal({ code: 1, out: "", err: "the log tells nothing of it\n" });
    expect(await trace({}, { logs: ["b\u001b.log"] })).to.include({
      code: 2,
      err: "securitybaseline: b\\u{1b}.log: cannot be read: no such file\n",
    });
  });
});

describe("a log that somebody flooded", () => {
  const open = (events: readonly AuditEvent[]) => () => Readable.from([bytesOf(events)]);
  const target = { grant: GRANT };

  it("keeps nothing of other grants and of requests that were refused", async () => {
    const refusedAsk = Array.from({ length: 20 }, (_, index) =>
      event(1, { objectRef: { resource: "breakglassrequests", namespace: "evil", name: `x-${index}` }, responseStatus: { code: 403 } }),
    );
    const attempts = Array.from({ length: 20 }, (_, index) =>
      event(1, {
        objectRef: { resource: "serviceaccounts", subresource: "token", namespace: HOME, name: `bg-zzzzzzzzzz-${1764100000 + index}` },
        responseStatus: { code: 403 },
      }),
    );
    const { deeds } = await readLogs({ logs: ["a"], home: HOME, target }, open([...refusedAsk, ...attempts, ...WHOLE]), 5);
    expect(deeds).to.have.length(5);
  });

  it("ends with what to do about it, and is traced by parts", async () => {
    const actions = Array.from({ length: 30 }, (_, index) => done(index));
    const question = { logs: ["a"], home: HOME, target };
    const failure = await readLogs(question, open([minted, ...actions]), 10).catch((error: Error) => error.message);
    expect(failure).to.equal(
      "more than 10 recorded requests may belong to it: trace one grant (--grant), or a part of its time (--since, --until)",
    );
    const since = Date.parse("2026-11-23T10:00:20Z");
    const { deeds } = await readLogs({ ...question, since, until: since + 4_000 }, open([minted, ...actions]), 10);
    expect(deeds.map(({ link }) => link)).to.deep.equal(["minted", ...Array.from({ length: 5 }, () => "did")]);
  });

  it("keeps a thousand characters of an address that is longer", async () => {
    const { deeds } = await readLogs(
      { logs: ["a"], home: HOME, target },
      open([minted, done(6, { requestURI: `/${"x".repeat(900_000)}` })]),
    );
    expect(deeds[1]?.what).to.have.length(1_024);
  });
});

describe("the JSON of a trace", () => {
  it("has each link with its person", async () => {
    const { out } = await trace({ "a.log": [asked, minted, done(6)] }, { output: "json", target: { request: "payments/inc-1" } });
    expect(JSON.parse(out)).to.deep.equal({
      version: 1,
      target: { request: "payments/inc-1" },
      grants: [],
      deeds: [
        {
          at: "2026-11-23T10:00:01.000000Z",
          code: 200,
          link: "asked",
          what: "for payments/inc-1",
          sender: "jane",
          person: "jane",
          request: "payments/inc-1",
          requestUID: REQUEST_UID,
        },
      ],
      unexplained: 0,
      leftOut: [],
    });
  });

  it("says null where nobody is known, and which lines were left out", async () => {
    const { out } = await trace({ "a.log": [done(6), `{"bg-0123456789-1764100000`] }, { output: "json" });
    const { deeds, unexplained, leftOut } = JSON.parse(out);
    expect([deeds[0].person, deeds[0].sender, unexplained]).to.deep.equal([null, IDENTITY, 1]);
    expect(leftOut).to.deep.equal([{ file: "a.log", reason: "NotJson", lines: 1, first: 2 }]);
  });
});

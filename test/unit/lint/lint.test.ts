/** Proves what `lint` prints and with which code it ends. */
import { expect } from "chai";
import { runLint } from "../../../operator/cli/lint/lint.ts";
import { memoryIo } from "./memory-io.ts";

const NOW = Date.parse("2026-11-28T20:00:00Z");
const HEAD = "apiVersion: securitybaseline.dev/v1alpha1\nkind: SecurityBaseline\nmetadata: {name: baseline}\n";
const GOOD = `${HEAD}spec: {podSecurity: {enforce: restricted}}\n`;
const OTHER = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata: 7\n";

interface Row {
  readonly reason: string;
  readonly files: Readonly<Record<string, string>>;
  readonly code: number;
  readonly out?: string;
  readonly err?: string;
}

const ROWS: readonly Row[] = [
  { reason: "a good baseline says nothing", files: { "a.yaml": GOOD }, code: 0 },
  { reason: "standard input", files: { "-": GOOD }, code: 0 },
  {
    reason: "JSON",
    files: { "a.json": `{"apiVersion": "securitybaseline.dev/v1alpha1",\n\t"kind": "SecurityBaseline", "metadata": {"name": "baseline"}}` },
    code: 0,
  },
  { reason: "objects of other groups beside a baseline are passed over", files: { "a.yaml": `${OTHER}---\n${GOOD}` }, code: 0 },
  {
    reason: "problems carry file, line, path and what to write, sorted by line",
    files: {
      "a.yaml": `${HEAD}spec:\n  acess: {}\n  mode: Off\n  network:\n    egress:\n    - name: out\n      to:\n      - cidr: 10.0.0.0\n  podSecurity:\n    enforce: strict\n`,
    },
    code: 1,
    out: [
      'a.yaml:5: spec.acess: unknown field "acess": did you mean access? known are mode, adoptExisting, deletionPolicy, access, admission, podSecurity, network, serviceAccounts, secrets, images, mesh, runtime, breakGlass, exceptions',
      "a.yaml:6: spec.mode: must be a string, not a boolean: write it with quotes (YAML takes a bare Off, on, no or yes for a boolean)",
      "a.yaml:11: spec.network.egress[0].to[0].cidr: not an address range: write it as 10.20.0.0/16 or fd00::/8, one address as 10.20.0.1/32",
      'a.yaml:13: spec.podSecurity.enforce: "strict" is not allowed: write privileged, or baseline, or restricted',
      "",
    ].join("\n"),
  },
  {
    reason: "each object is judged as what it is",
    files: {
      "a.yaml": [
        GOOD,
        "apiVersion: securitybaseline.dev/v1alpha1\nkind: BreakGlassRequest\nmetadata: {name: a}\nspec: {profile: a, duration: 9m, reason: the database does not answer}\n",
        "apiVersion: securitybaseline.dev/v1alpha1\nkind: BreakGlassDecision\nmetadata: {name: a}\nspec: {requestRef: {name: a, uid: u}, profile: a, decision: Approve}\n",
        "apiVersion: securitybaseline.dev/v1alpha1\nkind: ClusterSecurityBaseline\nmetadata: {name: b}\n",
      ].join("---\n"),
    },
    code: 1,
    out: [
      "a.yaml:9: spec.duration: write a duration from 10m to 24h, for example 30m",
      "a.yaml:14: spec: an approval names what it approves: copy `profileHash` from status.resolved of the request",
      'a.yaml:16: a cluster has one ClusterSecurityBaseline: set metadata.name to "cluster"',
      "",
    ].join("\n"),
  },
  {
    reason: "a missing field is shown where it belongs",
    files: { "a.yaml": `${HEAD}spec:\n  access:\n    roles:\n    - name: app-viewer\n` },
    code: 1,
    out: "a.yaml:7: spec.access.roles[0].groups: required: add groups\n",
  },
  {
    reason: "lines count through all documents of a file; files keep their order",
    files: { "b.yaml": `${GOOD}---\n${HEAD}spec: {mode: x}\n`, "a.yaml": `${HEAD}spec: {mode: z}\n` },
    code: 1,
    out: 'b.yaml:9: spec.mode: "x" is not allowed: write Enforce, or Report, or Off\na.yaml:4: spec.mode: "z" is not allowed: write Enforce, or Report, or Off\n',
  },
  {
    reason: "a list of kubectl get",
    files: { "a.yaml": `apiVersion: v1\nkind: List\nitems:\n- ${HEAD.trim().replaceAll("\n", "\n  ")}\n  spec:\n    mode: x\n` },
    code: 1,
    out: 'a.yaml:8: spec.mode: "x" is not allowed: write Enforce, or Report, or Off\n',
  },
  {
    reason: "an unknown kind of our group is a slip of the pen",
    files: { "a.yaml": "apiVersion: securitybaseline.dev/v1alpha1\nkind: SecurityBasline\n" },
    code: 1,
    out: 'a.yaml:2: kind: unknown kind "SecurityBasline" of group securitybaseline.dev: known are BreakGlassAuditEntry, BreakGlassCheckpoint, BreakGlassDecision, BreakGlassRequest, ClusterSecurityBaseline, SecurityBaseline\n',
  },
  {
    reason: "another version of our group",
    files: { "a.yaml": GOOD.replace("v1alpha1", "v1") },
    code: 1,
    out: 'a.yaml:1: apiVersion: "securitybaseline.dev/v1" is not allowed: write securitybaseline.dev/v1alpha1\n',
  },
  {
    reason: "our kind under a foreign group",
    files: { "a.yaml": GOOD.replace("securitybaseline.dev/", "securitybaseline.io/") },
    code: 1,
    out: 'a.yaml:1: apiVersion: "securitybaseline.io/v1alpha1" is not allowed: write securitybaseline.dev/v1alpha1\n',
  },
  {
    reason: "another name",
    files: { "a.yaml": GOOD.replace("name: baseline", "name: mine") },
    code: 1,
    out: 'a.yaml:1: a namespace has one SecurityBaseline: set metadata.name to "baseline"\n',
  },
  {
    reason: "nothing of ours",
    files: { "a.yaml": OTHER, "-": "" },
    code: 2,
    err: "no object of securitybaseline.dev found in a.yaml, -\n",
  },
  { reason: "no file", files: {}, code: 2, err: "no object of securitybaseline.dev found in no file\n" },
];

describe("lint", () => {
  for (const { reason, files, code, out = "", err = "" } of ROWS) {
    it(reason, async () => {
      const io = memoryIo(files);
      expect(await runLint({ files: Object.keys(files), output: "text", now: NOW }, io)).to.equal(code);
      expect(io.out.join("")).to.equal(out);
      expect(io.err.join("")).to.equal(err);
    });
  }

  it("judges the files that it can read, and ends with 2 for the others", async () => {
    const io = memoryIo({ "bad.yaml": `${HEAD}spec: {mode: x}\n` });
    expect(await runLint({ files: ["gone.yaml", "bad.yaml"], output: "text", now: NOW }, io)).to.equal(2);
    expect(io.err.join("")).to.equal("gone.yaml: cannot be read: no such file\n");
    expect(io.out.join("")).to.include("bad.yaml:4: spec.mode");
  });

  it("reads a file that is named twice once", async () => {
    const io = memoryIo({ "a.yaml": `${HEAD}spec: {mode: x}\n` });
    expect(await runLint({ files: ["a.yaml", "a.yaml"], output: "text", now: NOW }, io)).to.equal(1);
    expect(io.out.join("").match(/spec.mode/g)).to.have.length(1);
  });
});

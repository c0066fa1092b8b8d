/** Proves what `status` prints, asks and answers: a tree or JSON, with the caller's rights, and 1 wherever nobody can say that all is well. */
import { expect } from "chai";
import { runStatus, type StatusOptions } from "../../../../operator/cli/status/run.ts";
import { type Answers, captureIo, openStage, refusal } from "../../../support/command-line.ts";

const API = "/apis/securitybaseline.dev/v1alpha1";
const ONE = `GET ${API}/namespaces/payments/securitybaselines/baseline`;
const ALL = `GET ${API}/securitybaselines`;
const CLUSTER = `GET ${API}/clustersecuritybaselines/cluster`;
const RBAC = "rbac.authorization.k8s.io/v1";
const ABSENT = refusal(404, "NotFound", 'securitybaselines.securitybaseline.dev "baseline" not found');
const NOT_SERVED = refusal(404, "NotFound", "the server could not find the requested resource");

const SPEC = { access: { roles: [{ name: "app-viewer", groups: ["support"] }] }, network: { defaultDeny: ["Ingress"], allowDNS: false } };

const condition = (type: string, status: string, reason: string, message: string) => ({ type, status, reason, message });

const ACCESS = { control: "access", ref: { apiVersion: RBAC, kind: "RoleBinding", name: "app-viewer" } };

/** The server's clock says 10:00:00. */
const STATUS = {
  observedGeneration: 2,
  summary: { managed: 3, inSync: 2, drifted: 1, findings: 1 },
  conditions: [
    condition("AccessReady", "False", "Drifted", "RoleBinding app-viewer differs"),
    condition("Compliant", "False", "Drifted", "RoleBinding app-viewer differs"),
    condition("NetworkReady", "True", "InPlace", "1 object is in place"),
  ],
  controls: [
    { name: "access", mode: "Enforce", managed: 2, inSync: 1 },
    { name: "network", mode: "Enforce", managed: 1, inSync: 1 },
  ],
  drift: [
    {
      ...ACCESS,
      type: "Modified",
      fields: ["subjects"],
      manager: "kubectl-edit",
      firstSeen: "2026-11-23T09:00:00Z",
      lastSeen: "2026-11-23T09:55:00Z",
      count: 1,
      state: "Open",
    },
    {
      control: "network",
      ref: { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", name: "default-deny" },
      type: "Missing",
      firstSeen: "2026-11-23T07:00:00Z",
      lastSeen: "2026-11-23T07:00:00Z",
      count: 2,
      state: "Repaired",
    },
  ],
  findings: [
    {
      control: "access",
      rule: "UserSubject",
      severity: "High",
      ref: { apiVersion: RBAC, kind: "RoleBinding", name: "bob" },
      message: "grants view to User bob",
      firstSeen: "2026-11-21T10:00:00Z",
    },
  ],
  inventory: [
    "networkpolicies.networking.k8s.io default-deny u1",
    "rolebindings.rbac.authorization.k8s.io app-viewer u2",
    "roles.rbac.authorization.k8s.io app-viewer u3",
    "roles.rbac.authorization.k8s.io old u4",
  ],
};

const FINE = {
  observedGeneration: 2,
  summary: { managed: 3, inSync: 3, drifted: 0 },
  conditions: [
    condition("AccessReady", "True", "InPlace", "as asked"),
    condition("Compliant", "True", "InPlace", "as asked"),
    condition("NetworkReady", "True", "InPlace", "as asked"),
  ],
  controls: [
    { name: "access", mode: "Enforce", managed: 2, inSync: 2 },
    { name: "network", mode: "Enforce", managed: 1, inSync: 1 },
  ],
};

const baseline = (namespace: string, status?: object, generation = 2) => ({
  apiVersion: "securitybaseline.dev/v1alpha1",
  kind: "SecurityBaseline",
  metadata: { name: "baseline", namespace, generation },
  spec: SPEC,
  ...(status && { status }),
});

const posture = (status: object) => ({
  apiVersion: "securitybaseline.dev/v1alpha1",
  kind: "ClusterSecurityBaseline",
  metadata: { name: "cluster", generation: 2 },
  spec: {},
  status,
});

const listed = (...items: readonly object[]) => ({ json: { metadata: {}, items } });

async function run(answers: Answers, options: Partial<StatusOptions> = {}) {
  await using stage = await openStage(answers);
  const io = captureIo();
  const code = await runStatus({ kubeconfig: stage.kubeconfig, allNamespaces: false, colour: false, output: "text", ...options }, io);
  const seen = stage.server.seen.map(({ method, url }) => `${method} ${url.pathname}`);
  return { code, ...io.printed, seen, queries: stage.server.seen.map(({ url }) => url.search) };
}

describe("status", () => {
  it("prints namespace, sections and objects, with ages, and asks for the baseline alone", async () => {
    const { code, stdout, stderr, seen } = await run({ [ONE]: { json: baseline("payments", STATUS) } });
    expect(stdout).to.equal(
      [
        "payments  not compliant: Drifted: RoleBinding app-viewer differs",
        "  access (enforce)  1 of 2 in place: Drifted: RoleBinding app-viewer differs",
        "    Role app-viewer  in place",
        "    RoleBinding app-viewer  differs: subjects by kubectl-edit, since 5m",
        "    High UserSubject  RoleBinding bob: grants view to User bob, since 2d",
        "  network (enforce)  1 of 1 in place",
        "    NetworkPolicy default-deny  in place",
        "    NetworkPolicy default-deny  put right, seen 3h ago (2 times)",
        "  objects in place that are not asked for as the baseline is now: 1",
        "    roles.rbac.authorization.k8s.io old",
        "",
      ].join("\n"),
    );
    expect({ code, stderr, seen }).to.deep.equal({ code: 1, stderr: "", seen: [ONE] });
  });

  const verdicts: readonly { reason: string; status?: object; generation?: number; code: number; line: string }[] = [
    { reason: "all is as the baseline says", status: FINE, code: 0, line: "payments  compliant (3 of 3 objects in place)" },
    { reason: "nobody ever looked", code: 1, line: "payments  not known: the operator has not looked at it yet" },
    {
      reason: "the default of the schema says that nobody looked",
      status: { observedGeneration: -1 },
      code: 1,
      line: "payments  not known: the operator has not looked at it yet",
    },
    {
      reason: "what was compliant was edited since",
      status: FINE,
      generation: 3,
      code: 1,
      line: "payments  not known: edited since the operator looked",
    },
    {
      reason: "the condition is not there",
      status: { observedGeneration: 2, conditions: [] },
      code: 1,
      line: "payments  not compliant: the status does not say whether it is compliant",
    },
    {
      reason: "the condition is Unknown",
      status: { observedGeneration: 2, conditions: [condition("Compliant", "Unknown", "Progressing", "no idea")] },
      code: 1,
      line: "payments  not compliant: Progressing: no idea",
    },
  ];
  for (const { reason, status, generation, code, line } of verdicts) {
    it(`ends with ${code} where ${reason}`, async () => {
      const outcome = await run({ [ONE]: { json: baseline("payments", status, generation) } });
      expect({ code: outcome.code, line: outcome.stdout.split("\n")[0] }).to.deep.equal({ code, line });
      const json = await run({ [ONE]: { json: baseline("payments", status, generation) } }, { output: "json" });
      expect(json.code).to.equal(code);
      expect(JSON.parse(json.stdout).summary).to.deep.equal({ baselines: 1, compliant: 1 - code, isCompliant: code === 0 });
    });
  }

  it("says of no object that it is in place where nobody looked", async () => {
    const { stdout } = await run({ [ONE]: { json: baseline("payments") } });
    expect(stdout).to.contain("    NetworkPolicy default-deny  not known\n").and.not.to.contain("  in place\n");
  });

  it("takes no line, colour or direction from what others wrote", async () => {
    const evil = "x\n\u001b[32mpayments  compliant\u202e";
    const [open] = STATUS.drift;
    const [finding] = STATUS.findings;
    const forged = {
      ...STATUS,
      conditions: [condition("Compliant", "False", evil, evil), condition("AccessReady", "False", evil, evil)],
      controls: [{ name: evil, mode: "Enforce", managed: 1, inSync: 0 }, ...STATUS.controls],
      drift: [{ ...open, ref: { ...ACCESS.ref, name: evil }, manager: evil, fields: [evil], lastSeen: evil }],
      findings: [{ ...finding, message: evil, ref: { ...ACCESS.ref, name: evil } }],
      inventory: [`roles.rbac.authorization.k8s.io ${evil} u`],
    };
    const lines = (await run({ [ONE]: { json: baseline("payments", forged) } })).stdout.split("\n");
    expect(lines.filter((line) => /^payments {2}/.test(line))).to.have.length(1);
    expect(lines.filter((line) => /[\p{Cc}\p{Cf}]/u.test(line))).to.deep.equal([]);
    const json = await run({ [ONE]: { json: baseline("payments", forged) } }, { output: "json" });
    expect(json.stdout).not.to.match(/(?!\n)[\p{Cc}\p{Cf}]/u);
    expect(JSON.parse(json.stdout).baselines[0].message).to.equal(`${evil}: ${evil}`);
  });

  it("tells a finding of a section that is not in use, and what the lists had no room for", async () => {
    const status = {
      ...FINE,
      summary: { managed: 3, inSync: 3, drifted: 0, findings: 3 },
      droppedDrift: 7,
      findings: [{ ...STATUS.findings[0], control: "serviceAccounts" }],
    };
    const { stdout } = await run({ [ONE]: { json: baseline("payments", status) } });
    expect(stdout).to.contain("  serviceAccounts (off)\n    High UserSubject  RoleBinding bob: grants view to User bob, since 2d\n");
    expect(stdout).to.contain("  differences for which the status has no room: 7\n  findings for which the status has no room: 2\n");
  });

  it("is coloured without another word", async () => {
    const answers = { [ONE]: { json: baseline("payments", STATUS) } };
    const [plain, coloured] = [await run(answers), await run(answers, { colour: true })];
    expect(coloured.stdout).to.contain("\u001b[31mnot compliant\u001b[0m");
    expect(coloured.stdout.split(/\p{Cc}\[\d+m/u).join("")).to.equal(plain.stdout);
  });

  const failures: readonly { reason: string; answers: Answers; options?: Partial<StatusOptions>; code: number; told: RegExp }[] = [
    {
      reason: "there is no baseline",
      answers: { [ONE]: ABSENT },
      code: 1,
      told: /^there is no SecurityBaseline in namespace payments, or /,
    },
    {
      reason: "there is none in the cluster",
      answers: { [ALL]: listed() },
      options: { allNamespaces: true },
      code: 1,
      told: /^there is no SecurityBaseline in this cluster: /,
    },
    { reason: "the kind is not served", answers: { [ONE]: NOT_SERVED }, code: 2, told: /^securitybaseline: the cluster does not serve / },
    {
      reason: "the kind is not served to who asks for all",
      answers: { [ALL]: NOT_SERVED },
      options: { allNamespaces: true },
      code: 2,
      told: /^securitybaseline: the cluster does not serve /,
    },
    {
      reason: "the caller may not read it",
      answers: { [ONE]: refusal(403, "Forbidden", "no") },
      code: 2,
      told: /^securitybaseline: you may not get SecurityBaselines in namespace payments: have get of securitybaselines\.securitybaseline\.dev /,
    },
    {
      reason: "the caller may not list all",
      answers: { [ALL]: refusal(403, "Forbidden", "no") },
      options: { allNamespaces: true },
      code: 2,
      told: /^securitybaseline: you may not list SecurityBaselines in all namespaces: have list of .* or name a namespace of yours with -n\n$/,
    },
    {
      reason: "the server is broken",
      answers: { [ONE]: refusal(500, "InternalError", "etcd is gone") },
      code: 3,
      told: /^securitybaseline: etcd is gone\n$/,
    },
    { reason: "the server is gone", answers: { [ONE]: "reset" }, code: 3, told: /^securitybaseline: cannot reach http/ },
  ];
  for (const { reason, answers, options, code, told } of failures) {
    it(`ends with ${code} and one line where ${reason}`, async () => {
      const outcome = await run(answers, options);
      const line = outcome.stdout + outcome.stderr;
      expect({ code: outcome.code, isOnStderr: outcome.stderr !== "" }).to.deep.equal({ code, isOnStderr: code > 1 });
      expect(line).to.match(told);
      expect(line.trimEnd()).not.to.contain("\n");
    });
  }
});

describe("status of all namespaces", () => {
  const all = { allNamespaces: true };

  it("prints a line where all is well, the posture of the cluster first, and what is amiss elsewhere", async () => {
    const { code, stdout, seen } = await run(
      { [ALL]: listed(baseline("alpha", FINE), baseline("payments", STATUS)), [CLUSTER]: { json: posture(FINE) } },
      all,
    );
    expect(stdout).to.equal(
      [
        "ClusterSecurityBaseline (whole cluster)  compliant (3 of 3 objects in place)",
        "alpha  compliant (3 of 3 objects in place)",
        "payments  not compliant: Drifted: RoleBinding app-viewer differs",
        "  access (enforce)  1 of 2 in place: Drifted: RoleBinding app-viewer differs",
        "    RoleBinding app-viewer  differs: subjects by kubectl-edit, since 5m",
        "    High UserSubject  RoleBinding bob: grants view to User bob, since 2d",
        "  network (enforce)  1 of 1 in place",
        "  objects in place that are not asked for as the baseline is now: 1",
        "2 of 3 baselines are compliant",
        "",
      ].join("\n"),
    );
    expect({ code, seen }).to.deep.equal({ code: 1, seen: [ALL, CLUSTER] });
  });

  it("is not compliant while the posture of the cluster is not, and goes on where that may not be read", async () => {
    const bad = { ...FINE, conditions: [condition("Compliant", "False", "Weakened", "1 finding")] };
    const weak = await run({ [ALL]: listed(baseline("alpha", FINE)), [CLUSTER]: { json: posture(bad) } }, all);
    expect(weak.code).to.equal(1);
    const hidden = { [ALL]: listed(baseline("alpha", FINE)), [CLUSTER]: refusal(403, "Forbidden", "no") };
    const { code, stdout } = await run(hidden, all);
    expect({ code, first: stdout.split("\n")[0] }).to.deep.equal({
      code: 0,
      first: "not known: the ClusterSecurityBaseline, because you may not get it",
    });
    const json = JSON.parse((await run(hidden, { ...all, output: "json" })).stdout);
    expect(json.notKnown).to.deep.equal(["not known: the ClusterSecurityBaseline, because you may not get it"]);
  });

  it("reads page by page, and tells the first before it asks for the last", async () => {
    const told: number[] = [];
    const io = captureIo();
    const pages = Array.from({ length: 4 }, (_, page) =>
      Array.from({ length: 500 }, (__, index) => baseline(`n-${String(page * 500 + index).padStart(5, "0")}`, FINE)),
    );
    await using stage = await openStage({
      [ALL]: ({ url }) => {
        told.push(io.printed.stdout.split("\n").length - 1);
        const page = Number(url.searchParams.get("continue") ?? "0");
        return { json: { metadata: page < 3 ? { continue: String(page + 1) } : {}, items: pages[page] } };
      },
    });
    const options = { kubeconfig: stage.kubeconfig, colour: false, output: "text", ...all } as const;
    expect(await runStatus(options, io)).to.equal(0);
    expect(io.printed.stdout).to.match(/\n2000 of 2000 baselines are compliant\n$/);
    expect(told).to.deep.equal([0, 500, 1000, 1500]);
    expect(stage.server.seen[0]?.url.search).to.equal("?limit=500");
  });

  it("begins anew where the list expired on the way, and tells nothing twice", async () => {
    let expired = false;
    const first = [baseline("a-b", FINE), baseline("a", FINE)];
    const answers: Answers = {
      [ALL]: ({ url }) => {
        if (url.searchParams.get("continue") === null) return { json: { metadata: { continue: "more" }, items: first } };
        if (expired) return listed(baseline("b", FINE));
        expired = true;
        return refusal(410, "Expired", "too old");
      },
    };
    const { code, stdout } = await run(answers, all);
    expect(stdout.split("\n").map((line) => line.split(" ")[0])).to.deep.equal(["a-b", "a", "b", "3", ""]);
    expect(code).to.equal(0);
  });

  it("gives up on a list that expires before it gets any further", async () => {
    const answers: Answers = {
      [ALL]: ({ url }) =>
        url.searchParams.get("continue") === null
          ? { json: { metadata: { continue: "more" }, items: [baseline("a", FINE)] } }
          : refusal(410, "Expired", "too old"),
    };
    const { code, stderr, queries } = await run(answers, all);
    expect({ code, stderr }).to.deep.equal({ code: 2, stderr: "securitybaseline: too old\n" });
    expect(queries.length).to.be.at.most(5);
  });
});

describe("status as JSON", () => {
  it("is one stable document", async () => {
    const { stdout, code } = await run({ [ONE]: { json: baseline("payments", STATUS) } }, { output: "json" });
    const { version, baselines, summary, notKnown } = JSON.parse(stdout);
    expect({ code, version, summary, notKnown }).to.deep.equal({
      code: 1,
      version: 1,
      summary: { baselines: 1, compliant: 0, isCompliant: false },
      notKnown: [],
    });
    expect(baselines).to.have.length(1);
    const [{ sections, ...one }] = baselines;
    expect(one).to.deep.equal({
      kind: "SecurityBaseline",
      namespace: "payments",
      state: "NotCompliant",
      message: "Drifted: RoleBinding app-viewer differs",
      managed: 3,
      inSync: 2,
      drifted: 1,
      findings: 1,
      notListed: { drift: 0, findings: 0 },
      inPlaceStill: ["roles.rbac.authorization.k8s.io old u4"],
    });
    expect(sections[0]).to.deep.equal({
      name: "access",
      mode: "Enforce",
      managed: 2,
      inSync: 1,
      ready: { status: "False", reason: "Drifted", message: "RoleBinding app-viewer differs" },
      objects: [
        { apiVersion: RBAC, kind: "Role", name: "app-viewer", state: "InPlace" },
        { apiVersion: RBAC, kind: "RoleBinding", name: "app-viewer", state: "Modified" },
      ],
      drift: [STATUS.drift[0]],
      findings: STATUS.findings,
    });
  });

  it("is an empty list where there is nothing", async () => {
    const { stdout, code } = await run({ [ONE]: ABSENT }, { output: "json" });
    expect({ code, ...JSON.parse(stdout) }).to.deep.equal({
      code: 1,
      version: 1,
      baselines: [],
      summary: { baselines: 0, compliant: 0, isCompliant: false },
      notKnown: [],
    });
  });
});

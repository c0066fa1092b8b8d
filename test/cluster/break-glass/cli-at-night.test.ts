/** Proves on a real API server that the commands of emergency access help whoever holds no more than the Roles of a profile give. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { BreakGlassProfile } from "../../../operator/api/break-glass.ts";
import type { BreakGlassRequest } from "../../../operator/api/break-glass-request.ts";
import type { ApiClient } from "../../support/api-client.ts";
import { serverKnows } from "../../support/baselines.ts";
import { BREAK_GLASS_NAMESPACE, INCIDENT, REASON } from "../../support/break-glass.ts";
import { admin, asServiceAccount, freshNamespace } from "../../support/cluster.ts";
import { installOperatorManifests } from "../../support/installation.ts";
import { OPERATOR_ACCOUNT, OPERATOR_NAMESPACE } from "../../support/operator-process.ts";
import { group } from "../../support/operator-token.ts";
import { type Person, person } from "../../support/people.ts";
import { playPending } from "../../support/played-broker.ts";
import { handOut } from "../../support/profile-roles.ts";
import { type ProgramOutcome, runProgram } from "../../support/program.ts";
import { authorizerCaughtUp, policiesKnow } from "../../support/server-caches.ts";

const API_VERSION = "securitybaseline.dev/v1alpha1";
const RBAC = "rbac.authorization.k8s.io/v1";
const CLUSTER_BASELINE = { apiVersion: API_VERSION, kind: "ClusterSecurityBaseline", name: "cluster" };

/** As `INCIDENT`, for the whole cluster: a ticket is needed, and approval takes two. */
const EVERYWHERE: BreakGlassProfile = {
  name: "everywhere",
  role: "sb-incident-admin",
  requesters: { groups: ["oncall"] },
  approvers: { groups: ["leads"], required: 2 },
  maxDuration: "45m",
  ticketPattern: "^INC-[0-9]+$",
  bypass: { allowed: true, groups: ["oncall"], maxDuration: "15m" },
};

describe("the commands of break-glass at night", () => {
  let namespace = "";
  let folder = "";
  let operator: ApiClient;
  let jane: Person;
  let lee: Person;

  const as = ({ kubeconfig }: Person, ...args: string[]): Promise<ProgramOutcome> =>
    runProgram(["break-glass", ...args, "--kubeconfig", kubeconfig], { XDG_CACHE_HOME: folder });
  const ask = (...args: string[]): Promise<ProgramOutcome> =>
    as(jane, "request", "-n", namespace, "--profile", "incident", "--for", "20m", "--reason", REASON, ...args);
  const read = (name: string): Promise<BreakGlassRequest> =>
    admin().get({ apiVersion: API_VERSION, kind: "BreakGlassRequest", namespace, name });

  before(async () => {
    await installOperatorManifests();
    operator = await asServiceAccount(OPERATOR_NAMESPACE, OPERATOR_ACCOUNT);
    [jane, lee] = await Promise.all([person("jane", ["oncall"]), person("lee", ["leads"])]);
    namespace = await freshNamespace("night");
    folder = await mkdtemp(join(tmpdir(), "securitybaseline-night-"));
    await admin().apply({
      apiVersion: API_VERSION,
      kind: "SecurityBaseline",
      metadata: { namespace, name: "baseline" },
      spec: { breakGlass: { profiles: [INCIDENT] } },
    });
    await handOut(namespace, INCIDENT);
    await serverKnows(namespace);
  });
  after(() => rm(folder, { recursive: true }));

  describe("list -A, for who may list the requests of one namespace", () => {
    const lister = { apiVersion: RBAC, kind: "ClusterRole", metadata: { name: "lists-namespaces" } };
    const binding = { apiVersion: RBAC, kind: "ClusterRoleBinding", metadata: { name: "lists-namespaces" } };

    it("says how to name it, to who may not list namespaces", async () => {
      expect(await as(lee, "list", "-A")).to.deep.equal({
        code: 2,
        stdout: "",
        stderr: "securitybaseline: you may list neither the requests of the whole cluster nor its namespaces: name the namespace with -n\n",
      });
    });

    it("shows those of that one, to who may list namespaces", async () => {
      const { stdout: name } = await ask();
      await admin().create({ ...lister, rules: [{ apiGroups: [""], resources: ["namespaces"], verbs: ["list"] }] });
      const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "lists-namespaces" };
      await admin().create({ ...binding, subjects: [group("leads")], roleRef });
      await authorizerCaughtUp();
      const outcome = await as(lee, "list", "-A");
      for (const { apiVersion, kind, metadata } of [binding, lister]) await admin().delete({ apiVersion, kind, name: metadata.name });
      expect(outcome.code, outcome.stderr).to.equal(0);
      expect(outcome.stdout).to.match(new RegExp(`^${namespace} +${name.trim()} +jane `, "m"));
      expect(outcome.stderr).to.match(/^left out, because you may not list their requests: \S+, .*\n$/);
    });
  });

  describe("can --cluster, for who may not read the baseline of the cluster", () => {
    let takeBack: (() => Promise<void>) | undefined;
    before(async () => {
      const { apiVersion, kind, name } = CLUSTER_BASELINE;
      await admin().create({ apiVersion, kind, metadata: { name }, spec: { breakGlass: { profiles: [EVERYWHERE] } } });
      takeBack = await handOut(BREAK_GLASS_NAMESPACE, EVERYWHERE);
      await policiesKnow(CLUSTER_BASELINE);
      await authorizerCaughtUp();
    });
    after(async () => {
      await takeBack?.();
      await admin().delete(CLUSTER_BASELINE);
      await policiesKnow(CLUSTER_BASELINE);
    });

    it("prints role, time and bypass, and asks for nothing", async () => {
      expect(await as(jane, "can", "--cluster")).to.deep.equal({
        code: 0,
        stdout:
          "PROFILE     YOU MAY  ROLE               LONGEST  APPROVALS  WITHOUT APPROVAL\n" +
          "everywhere  request  sb-incident-admin  45m      ?          15m\n",
        stderr: "",
      });
      expect((await as(jane, "list", "--cluster", "--all")).stdout).to.equal(`no requests in namespace ${BREAK_GLASS_NAMESPACE}\n`);
    });

    it("prints the name alone to an approver, who may not ask", async () => {
      const { stdout } = await as(lee, "can", "--cluster");
      expect(stdout).to.match(/^everywhere +approve,revoke,review +\? +\? +\? +\?$/m);
      expect(stdout).to.match(/^profile everywhere: whether the role can make itself permanent is not known from here$/m);
    });
  });

  it("show: tells an approver what the role lets do, though they may read no ClusterRole", async () => {
    const { stdout: name } = await ask();
    await playPending(operator, await read(name.trim()));
    const { stdout } = await as(lee, "show", name.trim(), "-n", namespace);
    expect(stdout).to.match(/^who +jane$/m);
    expect(stdout).to.match(/^rights +ClusterRole sb-incident-admin in namespace \S+: you may not read what it allows/m);
  });

  it("approve: asks no program, as ever", async () => {
    const { stdout: name } = await ask();
    await playPending(operator, await read(name.trim()));
    expect(await as(lee, "approve", name.trim(), "-n", namespace)).to.include({ code: 0, stderr: "" });
  });

  const refusals: readonly { reason: string; args: readonly string[]; stderr: string }[] = [
    { reason: "a reason that says nothing", args: ["--reason", "short"], stderr: "--reason: write at least 20 characters" },
    { reason: "a time of no form", args: ["--for", "half"], stderr: "--for: write hours and minutes, for example 30m or 1h30m" },
    { reason: "a time out of all bounds", args: ["--for", "5m"], stderr: "--for: write a duration from 10m to 24h, for example 30m" },
    {
      reason: "more time than the profile gives",
      args: ["--for", "31m"],
      stderr: "the profile grants sb-incident-admin for 30m at most: set --for to 30m or less",
    },
    {
      reason: "more time than it gives without approval",
      args: ["--bypass"],
      stderr: "without approval the profile lasts 11m at most: lower --for or remove --bypass",
    },
    { reason: "no time to begin", args: ["--start-at", "tomorrow"], stderr: "--start-at: write a time like 2026-11-24T22:00:00Z" },
    {
      reason: "a time to begin that is far away",
      args: ["--start-at", "2099-01-01T00:00:00Z"],
      stderr: "access begins seven days from now at the latest: set --start-at to an earlier time, or remove it",
    },
    {
      reason: "a profile that is not there",
      args: ["--profile", "other"],
      stderr: 'there is no profile "other" in mode Enforce here: set --profile to one of incident',
    },
    {
      reason: "a profile that cannot be",
      args: ["--profile", "Other"],
      stderr: "--profile: write the name of a profile, `securitybaseline break-glass can` lists them",
    },
  ];
  for (const { reason, args, stderr } of refusals) {
    it(`request: is told in words about flags what to write instead of ${reason}`, async () => {
      expect(await ask(...args)).to.deep.equal({ code: 2, stdout: "", stderr: `securitybaseline: ${stderr}\n` });
    });
  }
});

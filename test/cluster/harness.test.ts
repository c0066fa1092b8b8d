/** Proves that the test harness itself can be believed: audit log, identities, and an end that leaves nothing behind. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { ControlPlanePids } from "../../hack/control-plane.ts";
import { isAlive } from "../../hack/processes.ts";
import { auditEvents, auditMark, WRITE_VERBS } from "../support/audit-log.ts";
import { admin, asServiceAccount, cluster, freshNamespace, impersonate } from "../support/cluster.ts";
import { eventually } from "../support/eventually.ts";
import { refusal } from "../support/refusal.ts";

const configMap = (namespace: string, data: Record<string, string>) => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { namespace, name: "note" },
  data,
});

describe("test harness", () => {
  describe("audit log", () => {
    it("holds a write behind the mark, with the user who made it", async () => {
      const namespace = await freshNamespace("harness");
      await admin().create(configMap(namespace, { written: "before the mark" }));
      const mark = await auditMark();
      await admin().apply(configMap(namespace, { written: "behind the mark" }), { manager: "harness", force: true });
      const events = await auditEvents(mark, { namespace, verbs: WRITE_VERBS, resource: "configmaps", name: "note" });
      expect(events.map(({ verb, user, responseStatus }) => [verb, user.username, responseStatus?.code])).to.deep.equal([
        ["patch", "admin", 200],
      ]);
    });

    it("tells users apart, also those that are impersonated", async () => {
      const namespace = await freshNamespace("harness");
      const mark = await auditMark();
      await (await asServiceAccount(namespace, "default"))
        .get({ apiVersion: "v1", kind: "Namespace", name: namespace })
        .catch(() => undefined);
      await refusal(impersonate("jane", "payments-devs").create(configMap(namespace, {})));
      const account = await auditEvents(mark, {
        user: `system:serviceaccount:${namespace}:default`,
        verbs: ["get"],
        resource: "namespaces",
      });
      const jane = await auditEvents(mark, { user: "jane", verbs: ["create"] });
      expect(account.map(({ objectRef }) => objectRef?.name)).to.deep.equal([namespace]);
      expect(jane.map(({ responseStatus }) => responseStatus?.code)).to.deep.equal([403]);
    });
  });

  describe("control plane", () => {
    it("deletes namespaces to the end, which takes working controllers", async () => {
      const namespace = await freshNamespace("harness");
      const ref = { apiVersion: "v1", kind: "Namespace", name: namespace };
      await admin().delete(ref);
      expect(await eventually("the namespace is gone", async () => (await admin().find(ref)) === undefined)).to.equal(true);
    });

    it("refuses what RBAC does not allow", async () => {
      const namespace = await freshNamespace("harness");
      const failure = await refusal(impersonate("jane").list("v1", "Secret", { namespace }));
      expect([failure.status, failure.reason]).to.deep.equal([403, "Forbidden"]);
    });

    it("runs kubectl as its administrator and reports failures by exit code", async () => {
      const found = await cluster().kubectl(["get", "namespace", "default", "-o", "name"]);
      const missing = await cluster().kubectl(["get", "namespace", "no-such-namespace"]);
      expect(found).to.deep.equal({ stdout: "namespace/default\n", stderr: "", code: 0 });
      expect(missing.code).to.equal(1);
      expect(missing.stderr).to.contain('namespaces "no-such-namespace" not found');
    });
  });

  describe("the end of a control plane", () => {
    let dir: string;
    beforeEach(async () => {
      dir = await mkdtemp(join(tmpdir(), "harness-"));
    });
    afterEach(() => rm(dir, { recursive: true, force: true }));

    for (const victim of ["parent", "up"] as const) {
      it(`takes all its processes along when ${victim === "up" ? "`up`" : "the parent of `up`"} is killed`, async () => {
        const { parent, pids } = await startInOwnProcess(dir);
        expect(Object.values(pids).map(isAlive)).to.deep.equal([true, true, true, true]);
        process.kill(victim === "parent" ? parent : pids.up, "SIGKILL");
        await eventually("its processes are gone", () => {
          expect(Object.entries(pids).filter(([, pid]) => isAlive(pid))).to.deep.equal([]);
        });
        if (isAlive(parent)) process.kill(parent, "SIGKILL");
      });
    }
  });
});

/** Starts a second control plane from a process that can be killed. */
async function startInOwnProcess(dir: string): Promise<{ parent: number; pids: ControlPlanePids }> {
  const module = new URL("../../hack/control-plane.ts", import.meta.url).href;
  const script = `
    const { startControlPlane } = await import(${JSON.stringify(module)});
    const plane = await startControlPlane({ dir: ${JSON.stringify(dir)} });
    process.stdout.write(JSON.stringify(plane.pids));
    setInterval(() => undefined, 60_000);`;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", script], { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = await once(child.stdout, "data");
  return { parent: child.pid ?? -1, pids: JSON.parse(String(line)) };
}

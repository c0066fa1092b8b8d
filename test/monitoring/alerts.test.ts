/** Proves with promtool that the alerts are valid, fire when they should and not otherwise, and that metrics have the form that Prometheus wants. */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import { expect } from "chai";
import { prometheusTool } from "../../hack/prometheus.ts";
import { everythingTold } from "../support/told-metrics.ts";

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, "..", "..");
const promtool = (...args: string[]) => run(prometheusTool("promtool"), args, { cwd: ROOT });

describe("promtool", () => {
  it("takes the alerts for valid", async () => {
    const { stdout } = await promtool("check", "rules", "config/monitoring/alerts.yaml");
    expect(stdout).to.match(/SUCCESS: \d+ rules found/);
  });

  it("sees each alert fire when it should, and at no other time", async () => {
    await promtool("test", "rules", "test/monitoring/alerts.yaml");
  });

  it("has nothing to say against what /metrics answers", async () => {
    const child = spawn(prometheusTool("promtool"), ["check", "metrics"], { stdio: ["pipe", "ignore", "pipe"] });
    const said = text(child.stderr);
    child.stdin.end(await everythingTold().text());
    const [code] = await once(child, "exit");
    expect([code, await said]).to.deep.equal([0, ""]);
  });
});

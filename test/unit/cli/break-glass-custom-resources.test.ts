/** Proves what `break-glass custom-resources` reads of a cluster, and what it says to whoever is about to apply the answer. */
import { expect } from "chai";
import { parse } from "yaml";
import { runCustomResources } from "../../../operator/cli/break-glass/custom-resources.ts";
import { type Answers, captureIo, openStage, refusal } from "../../support/command-line.ts";

const KINDS = "GET /apis/apiextensions.k8s.io/v1/customresourcedefinitions";

const definition = (group: string, plural: string, ...versions: readonly object[]) => ({ spec: { group, names: { plural }, versions } });
const ITEMS = [
  definition("db.example.com", "databases", { served: false, subresources: { scale: {} } }, { served: true, subresources: { status: {} } }),
  definition("old.example.com", "relics", { served: false }),
  definition("securitybaseline.dev", "securitybaselines", { served: true }),
];

async function run(answers: Answers, options: { output?: "text" | "json"; without?: readonly string[] } = {}) {
  await using stage = await openStage(answers);
  const io = captureIo();
  const code = await runCustomResources({ kubeconfig: stage.kubeconfig, output: "text", without: [], ...options }, io);
  return { code, ...io.printed };
}

describe("break-glass custom-resources", () => {
  it("prints a role with what is served, and below comments what to look at", async () => {
    const { code, stdout, stderr } = await run({ [KINDS]: { json: { metadata: {}, items: ITEMS } } });
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: "" });
    expect(parse(stdout))
      .to.have.property("rules")
      .that.deep.equals([
        { apiGroups: ["db.example.com"], resources: ["databases"], verbs: ["get", "list", "watch", "create", "update", "patch", "delete"] },
        { apiGroups: ["db.example.com"], resources: ["databases/status"], verbs: ["get", "update", "patch"] },
      ]);
    expect(stdout.split("\n").slice(0, 4)).to.deep.equal([
      "# Apply this, and print it anew when kinds were added: it becomes part of the ClusterRole sb-cluster-admin.",
      "# Access that is in use then ends, because its role is another than the one that was approved.",
      "# Read it first: kinds by which others deploy, hand out rights or make credentials can leave behind what stays. Leave out their groups by --without.",
      "# Left out, because a grant could make itself permanent by them: securitybaseline.dev",
    ]);
  });

  it("prints JSON for programs, without groups that are left out", async () => {
    const answers = { [KINDS]: { json: { metadata: {}, items: ITEMS } } };
    const { stdout } = await run(answers, { output: "json", without: ["db.example.com"] });
    expect(JSON.parse(stdout).items).to.have.length(1);
    expect(JSON.parse(stdout).items[0].rules).to.deep.equal([]);
  });

  it("ends with 2 where the user may not see the kinds", async () => {
    expect((await run({ [KINDS]: refusal(403, "Forbidden", "no") })).code).to.equal(2);
  });
});

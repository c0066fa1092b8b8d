/** Proves `plan` as a user meets it: the built program, a folder, a server, and exit codes. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { openStage, refusal, type Stage } from "../../../support/command-line.ts";
import { runProgram } from "../../../support/program.ts";
import { baselineText } from "./stage.ts";

const EMPTY = { json: { metadata: { resourceVersion: "1" }, items: [] } };
const LISTED: readonly (readonly [group: string, resources: readonly string[]])[] = [
  ["rbac.authorization.k8s.io/v1", ["roles", "rolebindings"]],
  ["networking.k8s.io/v1", ["networkpolicies"]],
  ["securitybaseline.dev/v1alpha1", ["securitybaselines"]],
];
const ANSWERS = Object.fromEntries([
  ...LISTED.flatMap(([group, resources]) => resources.map((resource) => [`GET /apis/${group}/namespaces/payments/${resource}`, EMPTY])),
  ["GET /api/v1/namespaces/payments/serviceaccounts", EMPTY],
  ["GET /apis/rbac.authorization.k8s.io/v1/clusterroles", EMPTY],
]);

/** A folder with one baseline among other things. */
async function folderOn(stage: Stage): Promise<string> {
  const folder = join(stage.folder, "team");
  await mkdir(folder);
  await writeFile(join(folder, "notes.txt"), "not: [yaml");
  await writeFile(join(folder, "baseline.json"), baselineText("payments", { network: { defaultDeny: ["Ingress"] } }));
  return folder;
}

describe("the program's plan", () => {
  it("reads a folder, reaches the cluster and prints without colours where no terminal is", async () => {
    await using stage = await openStage(ANSWERS);
    const folder = await folderOn(stage);
    const args = ["plan", "-f", folder, "--kubeconfig", stage.kubeconfig];
    const { code, stdout, stderr } = await runProgram(args);
    expect([code, stderr]).to.deep.equal([0, ""]);
    expect(stdout).to.equal(`payments (enforce)  ${folder}/baseline.json:4
  + NetworkPolicy default-deny
  ~ Namespace payments
      metadata.labels["securitybaseline.dev/enforced"]: nothing -> "true"
  note namespace payments is not there: create it first

Plan: 1 to create, 1 to change, 0 to remove; 0 findings
`);
    expect((await runProgram([...args, "--exit-code"])).code).to.equal(1);
  });

  it("ends with 3 where nobody answers, with 2 where the caller is nobody, and with 2 for what is no baseline", async () => {
    const refused = refusal(401, "Unauthorized", "Unauthorized");
    await using stage = await openStage(Object.fromEntries(Object.keys(ANSWERS).map((call) => [call, refused])));
    const folder = await folderOn(stage);
    const args = ["plan", "-f", folder, "--kubeconfig", stage.kubeconfig, "-o", "json"];
    const nobody = await runProgram(args);
    expect([nobody.code, nobody.stdout, JSON.parse(nobody.stderr).reason]).to.deep.equal([2, "", "Unauthorized"]);
    await stage.server.close();
    const unreachable = await runProgram(args);
    expect([unreachable.code, unreachable.stdout]).to.deep.equal([3, ""]);
    expect(JSON.parse(unreachable.stderr).error).to.match(/^cannot reach http:/);
    const empty = await runProgram(["plan", "-f", join(folder, "notes.txt"), "--kubeconfig", stage.kubeconfig]);
    expect([empty.code, empty.stdout]).to.deep.equal([2, ""]);
  });
});

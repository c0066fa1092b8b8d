/** Proves that people are real to the API server: it authenticates them by their certificates, with the groups and uid in there. */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { cluster } from "../support/cluster.ts";
import { person } from "../support/people.ts";

interface Review {
  readonly status: { readonly userInfo: { readonly username: string; readonly uid?: string; readonly groups: readonly string[] } };
}

const REVIEW = {
  method: "POST",
  path: "/apis/authentication.k8s.io/v1/selfsubjectreviews",
  body: { apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview" },
};

describe("people", () => {
  it("are who their certificates say, with groups", async () => {
    const { client } = await person("jane@example.com", ["payments-oncall", "züri: leads"]);
    const { userInfo } = (await client.send<Review>(REVIEW)).status;
    expect([userInfo.username, userInfo.uid]).to.deep.equal(["jane@example.com", undefined]);
    expect(userInfo.groups).to.have.members(["payments-oncall", "züri: leads", "system:authenticated"]);
  });

  it("have a uid where one is asked for", async () => {
    const { client } = await person("jane", [], "4711");
    expect((await client.send<Review>(REVIEW)).status.userInfo.uid).to.equal("4711");
  });

  it("work with kubectl, by files that only their owner reads", async () => {
    const { kubeconfig } = await person("bob", ["leads"]);
    const { stdout } = await cluster().kubectl(["auth", "whoami", "-o", "jsonpath={.status.userInfo.username}"], { as: kubeconfig });
    expect(stdout).to.equal("bob");
    const files = [kubeconfig, join(cluster().dir, "pki", "people.key")];
    const modes = await Promise.all(files.map(async (file) => (await stat(file)).mode & 0o777));
    expect(modes).to.deep.equal([0o600, 0o600]);
  });
});

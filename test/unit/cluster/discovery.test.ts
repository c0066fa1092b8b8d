/** Proves the answers to "is this kind served?". */
import { expect } from "chai";
import { isServed } from "../../../operator/cluster/discovery.ts";
import { createTransport } from "../../../operator/cluster/transport.ts";
import { fixedCredentials } from "../../support/credentials.ts";
import { apiErrorOf } from "../../support/failure.ts";
import { type Reply, startScriptedServer } from "../../support/scripted-server.ts";

const SECRETS = { apiVersion: "external-secrets.io/v1", resource: "externalsecrets", namespaced: true };
const list = (...names: readonly string[]) => ({ kind: "APIResourceList", resources: names.map((name) => ({ name })) });

describe("discovery", () => {
  const ask = async (reply: Reply, type = SECRETS) => {
    const server = await startScriptedServer(() => reply);
    const transport = createTransport({ credentials: fixedCredentials(server.url), userAgent: "test/1" });
    try {
      return { served: await isServed(transport, type), path: server.seen[0]?.url.pathname };
    } finally {
      await transport.close();
      await server.close();
    }
  };

  const cases: readonly { reason: string; reply: Reply; served: boolean }[] = [
    { reason: "the version lists it", reply: { json: list("secretstores", "externalsecrets") }, served: true },
    { reason: "the version has only other kinds", reply: { json: list("secretstores") }, served: false },
    { reason: "a subresource is not the kind", reply: { json: list("externalsecrets/status") }, served: false },
    { reason: "the group or version is unknown", reply: { status: 404, chunks: ["404 page not found"] }, served: false },
    { reason: "the list is empty", reply: { json: { resources: null } }, served: false },
  ];
  for (const { reason, reply, served } of cases) {
    it(`${served ? "served" : "not served"}: ${reason}`, async () => {
      expect(await ask(reply)).to.deep.equal({ served, path: "/apis/external-secrets.io/v1" });
    });
  }

  it("asks the core group at its own root", async () => {
    const pods = { apiVersion: "v1", resource: "pods", namespaced: true };
    expect(await ask({ json: list("pods") }, pods)).to.deep.equal({ served: true, path: "/api/v1" });
  });

  it("an aggregated server that is down is an error, not an answer", async () => {
    expect((await apiErrorOf(ask({ status: 503 }))).reason).to.equal("ServiceUnavailable");
  });
});

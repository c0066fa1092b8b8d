/** Proves which pods count as mounting a token by their own spec, and how those are told whose account gives none. */
import { expect } from "chai";
import type { JsonObject } from "../../../operator/api/json.ts";
import { tokenAccountOf, tokenPodsOf } from "../../../operator/controls/service-accounts/token-pods.ts";

/** As the API server adds it, where account and pod let it. */
const ADDED: JsonObject = {
  name: "kube-api-access-x7k2p",
  projected: {
    defaultMode: 420,
    sources: [{ serviceAccountToken: { expirationSeconds: 3607, path: "token" } }, { configMap: { name: "kube-root-ca.crt" } }],
  },
};
const OWN: JsonObject = { name: "token", projected: { sources: [{ serviceAccountToken: { path: "token" } }] } };
const ELSEWHERE: JsonObject = { name: "vault", projected: { sources: [{ serviceAccountToken: { path: "token", audience: "vault" } }] } };

describe("a pod", () => {
  const cases: readonly { readonly reason: string; readonly spec: unknown; readonly phase?: string; readonly account?: string }[] = [
    { reason: "says so itself", spec: { serviceAccountName: "api", automountServiceAccountToken: true }, account: "api" },
    {
      reason: "says so itself, with the volume that comes of it",
      spec: { automountServiceAccountToken: true, volumes: [ADDED] },
      account: "default",
    },
    { reason: "waits for a node", spec: { automountServiceAccountToken: true }, phase: "Pending", account: "default" },
    { reason: "is not known to run", spec: { automountServiceAccountToken: true }, phase: "Unknown", account: "default" },
    { reason: "has a volume of its own", spec: { serviceAccountName: "api", volumes: [{ name: "a" }, OWN] }, account: "api" },
    {
      reason: "has a volume of its own although it says otherwise",
      spec: { automountServiceAccountToken: false, volumes: [OWN] },
      account: "default",
    },
    {
      reason: "calls its own volume as the API server would, which adds none here",
      spec: { automountServiceAccountToken: false, volumes: [ADDED] },
      account: "default",
    },
    {
      reason: "has a volume with two tokens, one for the API server",
      spec: { volumes: [{ name: "t", projected: { sources: [...sources(ELSEWHERE), ...sources(OWN)] } }] },
      account: "default",
    },
    { reason: "leaves it to its account", spec: { serviceAccountName: "api" } },
    { reason: "was given one by its account", spec: { volumes: [ADDED] } },
    { reason: "refuses one", spec: { automountServiceAccountToken: false } },
    { reason: "has a token for somebody else", spec: { automountServiceAccountToken: false, volumes: [ELSEWHERE] } },
    { reason: "has succeeded", spec: { automountServiceAccountToken: true }, phase: "Succeeded" },
    { reason: "has failed", spec: { automountServiceAccountToken: true }, phase: "Failed" },
    { reason: "has no spec", spec: undefined },
    { reason: "has another spec than any pod", spec: ["automountServiceAccountToken"] },
    { reason: "has volumes that are none", spec: { volumes: { projected: { sources: [] } } } },
    {
      reason: "has sources that are none",
      spec: {
        volumes: [
          null,
          7,
          { name: 7, projected: [] },
          { name: "a", projected: { sources: "all" } },
          { name: "b", projected: { sources: [null] } },
        ],
      },
    },
    { reason: "says so in other words", spec: { automountServiceAccountToken: "true" } },
  ];
  for (const { reason, spec, phase, account } of cases) {
    it(`that ${reason} ${account === undefined ? "does not count" : `counts, as ${account}`}`, () => {
      const pod = { metadata: { name: "web" }, ...(spec !== undefined && { spec }), ...(phase !== undefined && { status: { phase } }) };
      expect(tokenAccountOf(pod as JsonObject)).to.equal(account);
    });
  }

  it("is not followed into what every object inherits", () => {
    expect(tokenAccountOf(JSON.parse('{"spec": {"__proto__": {"automountServiceAccountToken": true}}}'))).to.equal(undefined);
  });
});

describe("pods that mount a token", () => {
  const pods = ["web-3", "web-10", "api", "web-1", "job"].map((name) => ({ name, account: name === "job" ? "runner" : "default" }));

  it("are told where their account gives none, the first three by name", () => {
    expect(tokenPodsOf(pods, () => false)).to.deep.equal({ count: 5, names: ["api", "job", "web-1"] });
    expect(tokenPodsOf(pods, (account) => account === "runner")).to.deep.equal({ count: 4, names: ["api", "web-1", "web-10"] });
    expect(tokenPodsOf(pods, (account) => account === "default")).to.deep.equal({ count: 1, names: ["job"] });
  });

  it("are not told where there is none", () => {
    expect(tokenPodsOf(pods, () => true)).to.equal(undefined);
    expect(tokenPodsOf([], () => false)).to.equal(undefined);
  });
});

function sources({ projected }: JsonObject): readonly JsonObject[] {
  return (projected as JsonObject)["sources"] as JsonObject[];
}

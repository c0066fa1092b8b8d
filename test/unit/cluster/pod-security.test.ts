/** Proves that what the API server says of running pods is never read as "none" where it does not say so. */
import { expect } from "chai";
import { ApiError } from "../../../operator/cluster/errors.ts";
import { preflight, preflightOf, readPreflight } from "../../../operator/cluster/pod-security.ts";
import type { ApiRequest } from "../../../operator/cluster/types.ts";

const BREAK = 'existing pods in namespace "shop" violate the new PodSecurity enforce level "restricted:latest"';
const PARTLY = "new PodSecurity enforce level only checked against the first 3000 of 4711 existing pods";
const CLEAN = { violated: false, pods: [], truncated: false };
const FILLER = "x".repeat(256);

describe("the answer of a preflight", () => {
  const cases: readonly { readonly reason: string; readonly warnings: readonly string[]; readonly answer: unknown }[] = [
    { reason: "no warning: no pod breaks the level", warnings: [], answer: CLEAN },
    { reason: "warnings of others: none does", warnings: ["v1 Foo is deprecated", "web: privileged"], answer: CLEAN },
    {
      reason: "pods, those with most others first, then by name",
      warnings: [
        BREAK,
        "a: hostPort",
        "b (and 2 other pods): privileged, host namespaces",
        "c (and 1 other pod): hostPort: 80",
        "0: seccompProfile",
      ],
      answer: {
        violated: true,
        truncated: false,
        pods: [
          { pod: "b", others: 2, reasons: "privileged, host namespaces" },
          { pod: "c", others: 1, reasons: "hostPort: 80" },
          { pod: "0", others: 0, reasons: "seccompProfile" },
          { pod: "a", others: 0, reasons: "hostPort" },
        ],
      },
    },
    {
      reason: "not all checked",
      warnings: [PARTLY, BREAK, "a: privileged"],
      answer: { violated: true, truncated: true, pods: [{ pod: "a", others: 0, reasons: "privileged" }] },
    },
    {
      reason: "none found among those that were checked: not known",
      warnings: [PARTLY],
      answer: { unknown: "the API server did not check all pods" },
    },
    {
      reason: "pods could not be listed: not known",
      warnings: ["failed to list pods while checking new PodSecurity enforce level"],
      answer: { unknown: "the API server could not list the pods" },
    },
    {
      reason: "a pod whose reasons fit into no header is not named, and breaks the level all the same",
      warnings: [BREAK],
      answer: { violated: true, truncated: true, pods: [] },
    },
    {
      reason: "what is no line about a pod is passed over",
      warnings: [BREAK, "Not a pod: x", "a: privileged"],
      answer: { violated: true, truncated: false, pods: [{ pod: "a", others: 0, reasons: "privileged" }] },
    },
    {
      reason: "so many warnings of others that those about pods may be left out: not known",
      warnings: Array(16).fill(FILLER),
      answer: { unknown: "the answer of the API server has so many warnings that it may have left some out" },
    },
    {
      reason: "so many warnings about pods that some may be left out",
      warnings: [BREAK, ...Array.from({ length: 17 }, () => `a: ${FILLER}`)],
      answer: { violated: true, truncated: true, pods: Array(17).fill({ pod: "a", others: 0, reasons: FILLER }) },
    },
  ];
  for (const { reason, warnings, answer } of cases) it(reason, () => expect(readPreflight(warnings)).to.deep.equal(answer));

  it("that was refused is not known, in the server's words", async () => {
    const refused = new ApiError({ status: 403, reason: "Forbidden", message: "no", retryAfter: 7 });
    expect(await preflight(() => Promise.reject(refused))).to.deep.equal({ unknown: "Forbidden: no", status: 403, retryAfter: 7 });
  });

  it("is none where this instance may not write", async () => {
    const fenced = new ApiError({ status: 0, reason: "Fenced", message: "not sent" });
    const outcome = await preflight(() => Promise.reject(fenced)).catch((error: unknown) => error);
    expect(outcome).to.equal(fenced);
  });

  it("is asked for by a dry run of the caller's own", async () => {
    const sent: ApiRequest[] = [];
    const request = async (one: ApiRequest) => {
      sent.push(one);
      one.onWarnings?.([BREAK, "a: privileged"]);
      return {};
    };
    const answer = await preflightOf({ request }, "shop", { level: "restricted" });
    expect(answer).to.deep.equal({ violated: true, truncated: false, pods: [{ pod: "a", others: 0, reasons: "privileged" }] });
    const [{ onWarnings: _heard, ...asked } = {}] = sent;
    expect(asked).to.deep.equal({
      method: "PATCH",
      path: "/api/v1/namespaces/shop",
      query: { dryRun: "All" },
      contentType: "application/merge-patch+json",
      body: { metadata: { labels: { level: "restricted" } } },
    });
  });
});

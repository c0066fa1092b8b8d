/** Proves how far a stolen operator token can move the level of a namespace whose baseline holds it: up, no further than is asked for, and never down. */
import { expect } from "chai";
import type { KubernetesObject } from "../../operator/api/object.ts";
import type { OnViolation } from "../../operator/api/shared-types.ts";
import type { ApiClient } from "../support/api-client.ts";
import { admin } from "../support/cluster.ts";
import { namespaceWith, operatorClient } from "../support/operator-token.ts";
import { refusal } from "../support/refusal.ts";

const ENFORCE = "pod-security.kubernetes.io/enforce";
const APPLYING = { "securitybaseline.dev/applying": "true" };
const REFUSED = /refused other Pod Security labels|must be one of privileged, baseline, restricted/;

/** `baseline:v1.30` as labels; "" for none. */
function labelsOf(standard: string): Readonly<Record<string, string>> {
  const [level, version] = standard.split(":");
  return { ...(level && { [ENFORCE]: level }), ...(version && { [`${ENFORCE}-version`]: version }) };
}

const setLabels = (client: ApiClient, name: string, labels: Readonly<Record<string, string>>): Promise<KubernetesObject> =>
  client.mergePatch({ apiVersion: "v1", kind: "Namespace", name }, { metadata: { labels } });

describe("a stolen operator token where restricted:v1.36 is asked for", () => {
  let operator: ApiClient;

  before(async () => {
    operator = await operatorClient();
  });

  const namespaceAt = async (standard: string, onViolation: OnViolation): Promise<string> => {
    const namespace = await namespaceWith({ podSecurity: { enforce: "restricted", version: "v1.36", onViolation } });
    await setLabels(admin(), namespace, labelsOf(standard));
    return namespace;
  };

  const up = [
    ["privileged", "baseline"],
    ["", "baseline:v1.20"],
    ["privileged:latest", "baseline:v1.20"],
    ["baseline:v1.20", "baseline:v1.30"],
    ["baseline:latest", "restricted:v1.30"],
  ] as const;
  for (const [before, after] of up) {
    it(`raises it part of the way with Hold, and not with Enforce: from ${before || "nothing"} to ${after}`, async () => {
      const labels = { ...APPLYING, ...labelsOf(after) };
      expect((await setLabels(operator, await namespaceAt(before, "Hold"), labels)).metadata?.labels).to.include(labels);
      expect((await refusal(setLabels(operator, await namespaceAt(before, "Enforce"), labels))).message).to.match(REFUSED);
    });
  }

  const refused = [
    ["baseline", "privileged"],
    ["restricted:v1.30", "baseline:v1.30"],
    ["restricted:v1.30", "baseline:latest"],
    ["baseline:v1.30", "baseline:v1.20"],
    ["baseline", "baseline:v1.20"],
    ["baseline:v1.30", "restricted:latest"],
    ["privileged", "restricted:v1.37"],
    ["", "privileged"],
    ["", "strict"],
  ] as const;
  for (const [before, after] of refused) {
    it(`is refused with Hold: from ${before || "nothing"} to ${after}`, async () => {
      const change = setLabels(operator, await namespaceAt(before, "Hold"), { ...APPLYING, ...labelsOf(after) });
      expect((await refusal(change)).message).to.match(REFUSED);
    });
  }

  it("is refused the levels that only tell", async () => {
    const change = setLabels(operator, await namespaceAt("", "Hold"), { ...APPLYING, "pod-security.kubernetes.io/warn": "baseline" });
    expect((await refusal(change)).message).to.match(REFUSED);
  });

  it("raises it part of the way only while the baseline is enforced", async () => {
    const namespace = await namespaceWith({ podSecurity: { enforce: "restricted", onViolation: "Hold", mode: "Report" } });
    expect((await refusal(setLabels(operator, namespace, { ...APPLYING, ...labelsOf("baseline") }))).message).to.match(REFUSED);
  });

  it("rehearses nothing that it may not do", async () => {
    const namespace = await namespaceAt("baseline", "Hold");
    const path = `/api/v1/namespaces/${namespace}?dryRun=All`;
    const body = { metadata: { labels: { ...APPLYING, ...labelsOf("privileged") } } };
    const change = operator.send({ method: "PATCH", path, body, contentType: "application/merge-patch+json" });
    expect((await refusal(change)).message).to.match(REFUSED);
  });
});

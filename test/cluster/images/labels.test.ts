/** Proves that the labels by which others check images stand where a baseline asks for them, and that a stolen operator token moves none of them otherwise. */
import { expect } from "chai";
import type { SecurityBaselineSpec } from "../../../operator/api/baseline.ts";
import type { ImageBackend } from "../../../operator/api/baseline-images.ts";
import type { ApiClient, ObjectRef } from "../../support/api-client.ts";
import { applyBaseline, awaitDrift, conditionOf, protectedNamespace, readBaseline } from "../../support/baselines.ts";
import { admin, freshNamespace } from "../../support/cluster.ts";
import { eventually } from "../../support/eventually.ts";
import { startOperator } from "../../support/operator-process.ts";
import { MARK, operatorClient, writeBaseline } from "../../support/operator-token.ts";
import { refusal } from "../../support/refusal.ts";

const SIGSTORE = "policy.sigstore.dev/include";
const CONNAISSEUR = "securesystemsengineering.connaisseur/webhook";
const APPLYING = "securitybaseline.dev/applying";

const refOf = (name: string): ObjectRef => ({ apiVersion: "v1", kind: "Namespace", name });
const asks = (backend: ImageBackend, mode?: "Report"): SecurityBaselineSpec => ({
  network: {},
  images: { backend, ...(mode && { mode }) },
});

async function labelOf(namespace: string, key: string): Promise<string | undefined> {
  return (await admin().get(refOf(namespace))).metadata?.labels?.[key];
}

interface Theft {
  readonly reason: string;
  readonly before?: Readonly<Record<string, string>>;
  readonly spec?: SecurityBaselineSpec;
  readonly set: Readonly<Record<string, string | null>>;
  readonly message: RegExp;
}

const thefts: readonly Theft[] = [
  {
    reason: "another value",
    spec: asks("Sigstore"),
    set: { [SIGSTORE]: "false" },
    message:
      /refused (another value of the label policy.sigstore.dev\/include|a value of the label policy.sigstore.dev\/include that no baseline)/,
  },
  {
    reason: "to have Connaisseur look away",
    spec: asks("Connaisseur"),
    set: { [CONNAISSEUR]: "ignore" },
    message: /refused (another value|a value) of the label securesystemsengineering.connaisseur\/webhook/,
  },
  {
    reason: "the label of the other one",
    spec: asks("Sigstore"),
    set: { [CONNAISSEUR]: "validate" },
    message: /refused another value of the label secure.* asks for Connaisseur/,
  },
  {
    reason: "a label where the baseline only reports",
    spec: asks("Sigstore", "Report"),
    set: { [SIGSTORE]: "true" },
    message: /refused another value of the label policy/,
  },
  {
    reason: "a label where the baseline has no such section",
    spec: { network: {} },
    set: { [SIGSTORE]: "true" },
    message: /refused another value of the label policy/,
  },
  {
    reason: "a label where no baseline is",
    set: { [SIGSTORE]: "true" },
    message: /refused a value of the label policy.sigstore.dev\/include that no baseline asks for/,
  },
  {
    reason: "to take away what somebody else set",
    before: { [SIGSTORE]: "true" },
    set: { [SIGSTORE]: null },
    message: /refused to remove the label policy.sigstore.dev\/include that somebody else set/,
  },
];

describe("labels by which others check images", () => {
  let token: ApiClient;

  before(async () => {
    token = await operatorClient();
  });

  for (const { reason, before: found = {}, spec, set, message } of thefts) {
    it(`refused to a stolen token: ${reason}`, async () => {
      const namespace = await freshNamespace("labels", { ...(spec && MARK), ...found });
      if (spec !== undefined) await writeBaseline(namespace, spec);
      const failure = await refusal(token.mergePatch(refOf(namespace), { metadata: { labels: { [APPLYING]: "true", ...set } } }));
      expect(failure.message).to.match(message);
      expect(failure.status).to.equal(403);
    });
  }

  it("refused to a stolen token: to change them past the baseline, also to what it asks for", async () => {
    const namespace = await freshNamespace("labels", MARK);
    await writeBaseline(namespace, asks("Sigstore"));
    const failure = await refusal(token.mergePatch(refOf(namespace), { metadata: { labels: { [SIGSTORE]: "true" } } }));
    expect(failure.message).to.contain("refused to change the label policy.sigstore.dev/include past the baseline");
  });

  it("stand where the operator looks after a baseline, are put back, follow it to another backend, and go with the section", async () => {
    const operator = await startOperator();
    try {
      const namespace = await protectedNamespace("labels", asks("Sigstore"));
      expect(await labelOf(namespace, SIGSTORE)).to.equal("true");
      expect(conditionOf(await readBaseline(namespace), "ImagesReady")?.message).to.contain(
        "is said by ClusterImagePolicies for the whole cluster",
      );
      await admin().mergePatch(refOf(namespace), { metadata: { labels: { [SIGSTORE]: "false" } } }, { manager: "intruder" });
      const drift = await awaitDrift(namespace, (entry) => entry.manager === "intruder" && entry.state === "Repaired");
      expect(drift).to.deep.include({ control: "images", fields: [`metadata.labels["${SIGSTORE}"]`] });
      expect(await labelOf(namespace, SIGSTORE)).to.equal("true");
      await applyBaseline(namespace, asks("Connaisseur"));
      await eventually("the other label stands alone", async () => {
        expect([await labelOf(namespace, SIGSTORE), await labelOf(namespace, CONNAISSEUR)]).to.deep.equal([undefined, "validate"]);
      });
      await applyBaseline(namespace, { network: {} });
      await eventually("no label stands", async () => expect(await labelOf(namespace, CONNAISSEUR)).to.equal(undefined));
    } finally {
      await operator.stop();
    }
  });
});

/** Proves that a stolen operator token fetches, mounts and unseals nothing that no baseline asks for. */
import { expect } from "chai";
import type { KubernetesObject } from "../../../operator/api/object.ts";
import type { ApiClient, ObjectRef } from "../../support/api-client.ts";
import { BACKENDS, removeBackends } from "../../support/backend-kinds.ts";
import { admin, freshNamespace } from "../../support/cluster.ts";
import { eventually } from "../../support/eventually.ts";
import { applyAs, MARK, namespaceWith, operatorClientThenBackends } from "../../support/operator-token.ts";
import { refusal } from "../../support/refusal.ts";
import { ASKED, OBJECTS, type ObjectName, objectIn } from "./confined-objects.ts";
import { THEFTS } from "./theft-cases.ts";

const UNMARKED = "refused a write where no baseline is enforced";

const LISTS = {
  ExternalSecret: "externalSecrets",
  SecretStore: "stores",
  SecretProviderClass: "secretProviderClasses",
  SealedSecret: "sealedSecrets",
} as const;

/** One object of each kind. */
const ONE_EACH = ["db", "vault", "tls", "smtp"] as const;

const NAMES = Object.keys(OBJECTS) as ObjectName[];

const refOf = ({ apiVersion = "", kind = "", metadata }: KubernetesObject): ObjectRef => ({
  apiVersion,
  kind,
  name: metadata?.name ?? "",
  namespace: metadata?.namespace ?? "",
});

const unasked = ({ kind }: KubernetesObject): string =>
  `refused an object of kind ${kind} that no baseline asks for: its name must be that of an entry in spec.secrets.${LISTS[kind as keyof typeof LISTS]}`;

describe("a stolen operator token and secrets from outside", () => {
  let operator: ApiClient;
  let confined: string;

  before(async () => {
    operator = await operatorClientThenBackends();
    confined = await namespaceWith(ASKED);
    for (const name of NAMES) await applyAs(operator, objectIn(confined, name));
  });

  after(() => removeBackends(...BACKENDS));

  for (const name of NAMES) {
    it(`allowed: exactly what the baseline asks for, ${OBJECTS[name].kind} ${name}`, async () => {
      const { kind, metadata } = await applyAs(operator, objectIn(confined, name));
      expect([kind, metadata?.name]).to.deep.equal([OBJECTS[name].kind, OBJECTS[name].metadata?.name]);
    });
  }

  for (const { reason, object, patch, message } of THEFTS) {
    it(`refused: ${reason}`, async () => {
      const failure = await refusal(operator.mergePatch(refOf(objectIn(confined, object)), patch));
      expect(failure.message).to.contain(message);
      expect(failure.status).to.equal(403);
    });
  }

  for (const name of ONE_EACH) {
    const { kind } = OBJECTS[name];

    it(`refused: a ${kind} of a name that the baseline does not have`, async () => {
      const { metadata, ...rest } = objectIn(confined, name);
      const failure = await refusal(applyAs(operator, { ...rest, metadata: { ...metadata, name: "other" } }));
      expect(failure.message).to.contain(unasked(rest));
    });

    it(`refused: a ${kind} where the baseline only reports`, async () => {
      const reporting = await namespaceWith({ ...ASKED, mode: "Report" });
      await eventually("the policies see the baseline", async () => {
        const failure = await refusal(applyAs(operator, objectIn(reporting, name)));
        expect(failure.message).to.contain(unasked(OBJECTS[name]));
      });
    });

    it(`refused: a new ${kind} in a namespace without a baseline`, async () => {
      const bare = await freshNamespace("bare");
      expect((await refusal(applyAs(operator, objectIn(bare, name)))).message).to.contain(UNMARKED);
    });

    it(`refused: a ${kind} without our label, which this policy would not see`, async () => {
      const { metadata, ...rest } = objectIn(confined, name);
      const failure = await refusal(applyAs(operator, { ...rest, metadata: { ...metadata, name: "other", labels: {} } }));
      expect(failure.message).to.contain("refused to write an object without the label securitybaseline.dev/control of a section");
    });

    it(`not judged: what its own controller does to a ${kind}, also when the baseline is gone and the mark is still there`, async () => {
      const bare = await freshNamespace("bare", MARK);
      const { metadata, ...rest } = objectIn(bare, name);
      const unlabelled = { ...rest, metadata: { ...metadata, labels: {} } };
      await admin().create(unlabelled);
      const labels = metadata?.labels;
      const ref = refOf(unlabelled);
      await admin().mergePatch(ref, { metadata: { labels, finalizers: ["backend.example/cleanup"] } }, { manager: "backend" });
      await admin().delete(ref);
      await admin().mergePatch(ref, { metadata: { finalizers: null } }, { manager: "backend" });
      expect(await admin().find(ref)).to.equal(undefined);
    });
  }

  it("allowed: an apply that leaves in place what somebody else added, which a second request removes", async () => {
    const namespace = await namespaceWith(ASKED);
    await eventually("the policies see the baseline", () => applyAs(operator, objectIn(namespace, "tls")));
    const ref = refOf(objectIn(namespace, "tls"));
    await admin().mergePatch(ref, { spec: { provider: "azure", parameters: { foreign: "x" } } }, { manager: "intruder" });
    const applied = await applyAs(operator, objectIn(namespace, "tls"));
    expect(applied["spec"]).to.deep.include({
      provider: "vault",
      parameters: { roleName: "payments", objects: "- objectName: cert", foreign: "x" },
    });
    const cleaned = await operator.mergePatch(ref, { spec: { parameters: { foreign: null } } });
    expect(cleaned["spec"]).to.deep.equal(OBJECTS.tls["spec"]);
  });
});

/** Proves that a stolen operator token has Linkerd refuse nobody, and let nobody in, whom no baseline speaks of. */
import { expect } from "chai";
import type { SecurityBaselineSpec } from "../../../operator/api/baseline.ts";
import type { KubernetesObject } from "../../../operator/api/object.ts";
import type { ApiClient, ObjectRef } from "../../support/api-client.ts";
import { baselineRef } from "../../support/baselines.ts";
import { admin, freshNamespace } from "../../support/cluster.ts";
import { MARK, operatorClient, writeBaseline } from "../../support/operator-token.ts";
import { refusal } from "../../support/refusal.ts";
import { policiesKnow } from "../../support/server-caches.ts";

const POLICY = "config.linkerd.io/default-inbound-policy";
const APPLYING = "securitybaseline.dev/applying";
const MANAGER = "securitybaseline-mesh";
const AUTHENTICATED = "all-authenticated";

const OTHER_VALUE = `refused another value of the annotation ${POLICY}: it is what spec.mesh`;
const NO_BASELINE = `refused a value of the annotation ${POLICY} that no baseline asks for, or where none is enforced`;
const PAST = `refused to change the annotation ${POLICY} past the baseline`;
const OF_OTHERS = `refused to remove the annotation ${POLICY} that somebody else set`;
const FORGOTTEN = `refused to forget who set the annotation ${POLICY}`;

const refOf = (name: string): ObjectRef => ({ apiVersion: "v1", kind: "Namespace", name });
const policyOf = ({ metadata }: KubernetesObject): string | undefined => metadata?.annotations?.[POLICY];

const ASKED: SecurityBaselineSpec = { mesh: { provider: "Linkerd" } };
const DENYING: SecurityBaselineSpec = { mesh: { provider: "Linkerd", defaultDeny: true } };

describe("a stolen operator token and Linkerd", () => {
  let operator: ApiClient;

  before(async () => {
    operator = await operatorClient();
  });

  const write = (namespace: string, value: string | null) =>
    operator.mergePatch(refOf(namespace), { metadata: { labels: { [APPLYING]: "true" }, annotations: { [POLICY]: value } } });
  const apply = (name: string, labels: object, value?: string) =>
    operator.apply(
      {
        apiVersion: "v1",
        kind: "Namespace",
        metadata: { name, labels: { ...labels }, ...(value && { annotations: { [POLICY]: value } }) },
      },
      { manager: MANAGER, force: true },
    );

  /** A namespace with the mark of an enforced baseline, or without, where somebody has set the annotation. */
  async function standing(value: string | undefined, spec?: SecurityBaselineSpec): Promise<string> {
    const namespace = await freshNamespace("linkerd", spec === undefined ? {} : MARK);
    if (value !== undefined) await admin().mergePatch(refOf(namespace), { metadata: { annotations: { [POLICY]: value } } });
    if (spec !== undefined) await writeBaseline(namespace, spec);
    return namespace;
  }

  const refused: readonly {
    readonly reason: string;
    readonly before?: string;
    readonly spec?: SecurityBaselineSpec;
    readonly set: readonly (string | null)[];
    readonly message: string;
  }[] = [
    { reason: "any other policy than the baseline's", spec: ASKED, set: ["deny"], message: OTHER_VALUE },
    {
      reason: "a policy that lets everybody in",
      spec: ASKED,
      set: ["all-unauthenticated", "audit", "x"],
      message: `${NO_BASELINE}|${OTHER_VALUE}`,
    },
    { reason: "to let in who is to be denied", spec: DENYING, set: [AUTHENTICATED], message: OTHER_VALUE },
    {
      reason: "to take away what the baseline asks for",
      before: AUTHENTICATED,
      spec: ASKED,
      set: [null],
      message: `${OTHER_VALUE}|${OF_OTHERS}`,
    },
    { reason: "a policy where the baseline only reports", spec: { ...ASKED, mode: "Report" }, set: [AUTHENTICATED], message: OTHER_VALUE },
    { reason: "a policy where the mesh is another one", spec: { mesh: { provider: "Istio" } }, set: ["deny"], message: OTHER_VALUE },
    { reason: "a policy where the baseline has no such section", spec: { network: {} }, set: ["deny"], message: OTHER_VALUE },
    { reason: "a policy where no baseline is", set: ["deny", AUTHENTICATED, "all-unauthenticated"], message: NO_BASELINE },
    { reason: "to take away what somebody else set", before: "deny", set: [null], message: OF_OTHERS },
  ];
  for (const { reason, before: found, spec, set, message } of refused) {
    it(`refused: ${reason}`, async () => {
      const namespace = await standing(found, spec);
      for (const value of set) {
        const failure = await refusal(write(namespace, value));
        expect(failure.message).to.match(new RegExp(message));
        expect(failure.status).to.equal(403);
      }
      expect(policyOf(await admin().get(refOf(namespace)))).to.equal(found);
    });
  }

  it("refused: any change past the baseline, also the one that it asks for", async () => {
    const namespace = await standing(undefined, ASKED);
    const past = operator.mergePatch(refOf(namespace), { metadata: { annotations: { [POLICY]: AUTHENTICATED } } });
    expect((await refusal(past)).message).to.contain(PAST);
  });

  it("refused: to forget who set it, after which it could be given up", async () => {
    const namespace = await standing("deny");
    const managedFields = [{}];
    const failure = await refusal(operator.mergePatch(refOf(namespace), { metadata: { managedFields } }));
    expect(failure.message).to.contain(FORGOTTEN);
  });

  it("allowed: what the baseline asks for, in the two steps in which it is applied, and to give it up with the section and with the baseline", async () => {
    const namespace = await standing(undefined, DENYING);
    await apply(namespace, { [APPLYING]: "true" }, "deny");
    expect(policyOf(await apply(namespace, {}, "deny"))).to.equal("deny");
    await writeBaseline(namespace, ASKED);
    await apply(namespace, { [APPLYING]: "true" }, AUTHENTICATED);
    expect(policyOf(await apply(namespace, {}, AUTHENTICATED))).to.equal(AUTHENTICATED);
    await admin().delete(baselineRef(namespace));
    await policiesKnow(baselineRef(namespace));
    await apply(namespace, { [APPLYING]: "true" });
    expect(policyOf(await apply(namespace, {}))).to.equal(undefined);
  });

  it("not judged: administrators", async () => {
    const namespace = await standing("deny", ASKED);
    for (const value of ["all-unauthenticated", null])
      await admin().mergePatch(refOf(namespace), { metadata: { annotations: { [POLICY]: value } } });
  });
});

/** Proves which Pod Security labels a stolen operator token can try in a dry run where nothing is enforced: those that a baseline reports on, and no others. */
import { expect } from "chai";
import type { SecurityBaselineSpec } from "../../operator/api/baseline.ts";
import type { KubernetesObject } from "../../operator/api/object.ts";
import type { ApiClient } from "../support/api-client.ts";
import { admin, freshNamespace } from "../support/cluster.ts";
import { MARK, operatorClient, writeBaseline } from "../support/operator-token.ts";
import { refusal } from "../support/refusal.ts";
import { policiesKnow } from "../support/server-caches.ts";

const PREFIX = "pod-security.kubernetes.io/";
const APPLYING = "securitybaseline.dev/applying";
const REHEARSED = { [APPLYING]: "rehearsed" };
const NO_BASELINE = "no params found for policy binding with `Deny` parameterNotFoundAction";
const OTHER_LABELS = "refused other Pod Security labels: only the levels and the version of spec.podSecurity";
const OTHER_CHANGE = "refused another change of a Namespace";
const NOT_HERE = "refused Pod Security labels where no baseline is enforced";
/** Of several policies that refuse, the API server names any. */
const NONE_ASKED = `refused to rehearse Pod Security labels: the namespace's SecurityBaseline asks for none|${NOT_HERE}|${OTHER_LABELS}`;
const STORED = "refused to store a rehearsal: the label securitybaseline.dev/applying is rehearsed in a dry run alone";
const AT_ONCE = "refused to mark a namespace at once";

type Labels = Readonly<Record<string, string>>;

const SECTION = { enforce: "restricted", warn: "baseline", version: "v1.36" } as const;
const REPORTING: SecurityBaselineSpec = { podSecurity: { ...SECTION, mode: "Report" } };
const ASKED: Labels = {
  [`${PREFIX}enforce`]: "restricted",
  [`${PREFIX}enforce-version`]: "v1.36",
  [`${PREFIX}audit`]: "restricted",
  [`${PREFIX}audit-version`]: "v1.36",
  [`${PREFIX}warn`]: "baseline",
  [`${PREFIX}warn-version`]: "v1.36",
};

/** As the operator: an apply by force, which takes over what others set. */
function apply(client: ApiClient, name: string, labels: Labels, dryRun: boolean): Promise<KubernetesObject> {
  const path = `/api/v1/namespaces/${name}?fieldManager=securitybaseline&force=true${dryRun ? "&dryRun=All" : ""}`;
  const body = { apiVersion: "v1", kind: "Namespace", metadata: { name, labels } };
  return client.send({ method: "PATCH", path, body, contentType: "application/apply-patch+yaml" });
}

const setLabels = (name: string, labels: Readonly<Record<string, string | null>>) =>
  admin().mergePatch({ apiVersion: "v1", kind: "Namespace", name }, { metadata: { labels } }, { manager: "kubectl" });

const labelsIn = async (name: string) => (await admin().get({ apiVersion: "v1", kind: "Namespace", name })).metadata?.labels;

describe("a stolen operator token and the Pod Security labels that a baseline only reports on", () => {
  let operator: ApiClient;

  before(async () => {
    operator = await operatorClient();
  });

  const rehearse = (name: string, labels: Labels) => apply(operator, name, labels, true);

  const places: readonly { readonly place: string; readonly spec: SecurityBaselineSpec; readonly labels: Labels }[] = [
    { place: "nothing is enforced", spec: REPORTING, labels: {} },
    {
      place: "the whole baseline reports",
      spec: { podSecurity: SECTION, mode: "Report" },
      labels: {},
    },
    { place: "another section is enforced", spec: { ...REPORTING, network: {} }, labels: MARK },
  ];
  for (const { place, spec, labels } of places) {
    describe(`where ${place}`, () => {
      let namespace: string;

      before(async () => {
        namespace = await freshNamespace("rehearsed", labels);
        await writeBaseline(namespace, spec);
        await setLabels(namespace, { [`${PREFIX}enforce`]: "privileged", tier: "gold" });
      });

      it("allowed: a dry run of exactly what is asked for, over what somebody else set, and nothing is stored", async () => {
        const before = await labelsIn(namespace);
        const { metadata } = await rehearse(namespace, { ...ASKED, ...REHEARSED });
        expect(metadata?.labels).to.include(ASKED);
        expect(await labelsIn(namespace)).to.deep.equal(before);
      });

      const others: readonly { readonly reason: string; readonly set: Labels; readonly message: string }[] = [
        { reason: "a lower level", set: { [`${PREFIX}enforce`]: "baseline" }, message: OTHER_LABELS },
        { reason: "another version", set: { [`${PREFIX}enforce-version`]: "latest" }, message: OTHER_LABELS },
        { reason: "a higher level that only warns", set: { [`${PREFIX}warn`]: "restricted" }, message: OTHER_LABELS },
        { reason: "a label of others", set: { tier: "lead" }, message: OTHER_CHANGE },
      ];
      for (const { reason, set, message } of others) {
        it(`refused: a dry run of ${reason}`, async () => {
          expect((await refusal(rehearse(namespace, { ...ASKED, ...set, ...REHEARSED }))).message).to.contain(message);
        });
      }

      it("refused: the same for real, also in two steps", async () => {
        const [stored, judged] = [STORED, `${NOT_HERE}|${OTHER_LABELS}`];
        expect((await refusal(apply(operator, namespace, { ...ASKED, ...REHEARSED }, false))).message).to.match(
          new RegExp(`${stored}|${judged}`),
        );
        expect((await refusal(apply(operator, namespace, REHEARSED, false))).message).to.contain(stored);
        await apply(operator, namespace, { [APPLYING]: "true" }, false);
        expect((await refusal(apply(operator, namespace, REHEARSED, false))).message).to.contain(stored);
        const change = apply(operator, namespace, { ...ASKED, [APPLYING]: "true" }, false);
        expect((await refusal(change)).message).to.match(new RegExp(judged));
        await apply(operator, namespace, {}, false);
      });

      it("refused: the same in a dry run without the label that has it judged, and with that of a write", async () => {
        expect((await refusal(rehearse(namespace, { ...ASKED }))).message).to.match(/refused Pod Security labels|past the baseline/);
        expect((await refusal(rehearse(namespace, { ...ASKED, [APPLYING]: "true" }))).message).to.match(
          new RegExp(`${NOT_HERE}|${OTHER_LABELS}`),
        );
      });

      if (labels === MARK) return;
      it("refused: the mark with it", async () => {
        expect((await refusal(rehearse(namespace, { ...ASKED, ...REHEARSED, ...MARK }))).message).to.contain(AT_ONCE);
      });
    });
  }

  const silent: readonly { readonly reason: string; readonly spec: SecurityBaselineSpec | undefined; readonly message: string }[] = [
    { reason: "no baseline is", spec: undefined, message: NO_BASELINE },
    { reason: "the baseline has no such section", spec: { network: {}, mode: "Report" }, message: NONE_ASKED },
    { reason: "the section is off", spec: { podSecurity: { enforce: "restricted", mode: "Off" } }, message: NONE_ASKED },
  ];
  for (const { reason, spec, message } of silent) {
    it(`refused where ${reason}: a dry run of any level`, async () => {
      const namespace = await freshNamespace("rehearsed");
      if (spec !== undefined) await writeBaseline(namespace, spec);
      const labels = { [`${PREFIX}enforce`]: "restricted", ...REHEARSED };
      expect((await refusal(rehearse(namespace, labels))).message).to.match(new RegExp(message));
    });
  }

  it("keeps nobody from changing a Namespace that somebody gave the label, when its baseline is gone", async () => {
    const namespace = await freshNamespace("rehearsed");
    await writeBaseline(namespace, REPORTING);
    await setLabels(namespace, REHEARSED);
    const baseline = { apiVersion: "securitybaseline.dev/v1alpha1", kind: "SecurityBaseline", namespace, name: "baseline" };
    await admin().delete(baseline);
    await policiesKnow(baseline);
    await setLabels(namespace, { tier: "gold" });
    await setLabels(namespace, { [APPLYING]: "" });
    await setLabels(namespace, { [APPLYING]: null });
    expect(await labelsIn(namespace)).to.deep.equal({ "kubernetes.io/metadata.name": namespace, tier: "gold" });
  });
});

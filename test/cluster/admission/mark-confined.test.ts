/** Proves that a stolen operator token has workloads judged exactly where and as baselines ask for it: it can neither stop the judging nor begin it elsewhere. */
import { expect } from "chai";
import type { KubernetesObject } from "../../../operator/api/object.ts";
import type { ApiClient, ObjectRef } from "../../support/api-client.ts";
import { baselineRef } from "../../support/baselines.ts";
import { admin, freshNamespace } from "../../support/cluster.ts";
import { operatorClient, writeBaseline } from "../../support/operator-token.ts";
import { refusal } from "../../support/refusal.ts";
import { policiesKnow } from "../../support/server-caches.ts";

const MARK = "securitybaseline.dev/admission";
const APPLYING = "securitybaseline.dev/applying";
const MANAGER = "securitybaseline-admission";

const OTHER_VALUE = `refused another value of the label ${MARK}: it is the mode of spec.admission`;
const PAST = `refused to change the label ${MARK} past the baseline: it changes together with the label ${APPLYING}`;
const NO_BASELINE = "no params found for policy binding with `Deny` parameterNotFoundAction";

const SECTION = { registries: ["registry.example.com/payments"] };

const refOf = (name: string): ObjectRef => ({ apiVersion: "v1", kind: "Namespace", name });
const markOf = ({ metadata }: KubernetesObject): string | undefined => metadata?.labels?.[MARK];

describe("a stolen operator token and the judging of workloads", () => {
  let operator: ApiClient;

  before(async () => {
    operator = await operatorClient();
  });

  const write = (namespace: string, labels: Readonly<Record<string, string | null>>) =>
    operator.mergePatch(refOf(namespace), { metadata: { labels } });
  const apply = (name: string, labels: Readonly<Record<string, string>>) =>
    operator.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name, labels } }, { manager: MANAGER, force: true });

  async function marked(value: string | undefined, spec?: object): Promise<string> {
    const namespace = await freshNamespace("judged", value === undefined ? {} : { [MARK]: value });
    if (spec !== undefined) await writeBaseline(namespace, spec);
    return namespace;
  }

  const ENFORCED = { admission: SECTION };
  const REPORTED = { mode: "Report", admission: SECTION };
  const OFF = { admission: { ...SECTION, mode: "Off" } };

  const refused: readonly { reason: string; before?: string; spec?: object; set: string | null; message: string }[] = [
    { reason: "taking the mark back while the baseline enforces", before: "Enforce", spec: ENFORCED, set: null, message: OTHER_VALUE },
    { reason: "only reporting while the baseline enforces", before: "Enforce", spec: ENFORCED, set: "Report", message: OTHER_VALUE },
    { reason: "a value that means nothing", before: "Enforce", spec: ENFORCED, set: "enforce", message: OTHER_VALUE },
    { reason: "an empty value", before: "Enforce", spec: ENFORCED, set: "", message: OTHER_VALUE },
    { reason: "enforcing where the baseline only reports", before: "Report", spec: REPORTED, set: "Enforce", message: OTHER_VALUE },
    { reason: "taking the mark back where the baseline reports", before: "Report", spec: REPORTED, set: null, message: OTHER_VALUE },
    { reason: "a mark for a section that is Off", spec: OFF, set: "Enforce", message: OTHER_VALUE },
    { reason: "the value Off", spec: OFF, set: "Off", message: OTHER_VALUE },
    { reason: "a mark for a baseline without the section", spec: { network: {} }, set: "Enforce", message: OTHER_VALUE },
    { reason: "a mark for an empty baseline", spec: {}, set: "Report", message: OTHER_VALUE },
    { reason: "a mark where no baseline is", set: "Enforce", message: NO_BASELINE },
    { reason: "another mark where no baseline is", before: "Report", set: "Enforce", message: NO_BASELINE },
  ];
  for (const { reason, before: standing, spec, set, message } of refused) {
    it(`refused: ${reason}`, async () => {
      const namespace = await marked(standing, spec);
      const failure = await refusal(write(namespace, { [APPLYING]: "true", [MARK]: set }));
      expect(failure.message).to.contain(message);
      // A missing parameter is answered as if the object were malformed.
      expect(failure.status).to.equal(message === NO_BASELINE ? 422 : 403);
      expect(markOf(await admin().get(refOf(namespace)))).to.equal(standing);
    });
  }

  it("refused: any change past the baseline, also the one that it asks for", async () => {
    const namespace = await marked(undefined, ENFORCED);
    expect((await refusal(write(namespace, { [MARK]: "Enforce" }))).message).to.contain(PAST);
    const other = await marked("Enforce", ENFORCED);
    expect((await refusal(write(other, { [MARK]: null }))).message).to.contain(PAST);
  });

  it("refused: taking the mark back in the same step that ends the change", async () => {
    const namespace = await marked("Enforce", ENFORCED);
    await write(namespace, { [APPLYING]: "true" });
    expect((await refusal(write(namespace, { [APPLYING]: null, [MARK]: null }))).message).to.match(new RegExp(`${PAST}|${OTHER_VALUE}`));
  });

  for (const reserved of ["kube-public", "securitybaseline-system", "securitybaseline-breakglass"]) {
    it(`refused: a mark in ${reserved}, whatever stands there`, async () => {
      const failure = await refusal(write(reserved, { [APPLYING]: "true", [MARK]: "Enforce" }));
      expect(failure.message).to.match(/refused a write in |no params found/);
    });
  }

  for (const mode of ["Enforce", "Report"] as const) {
    it(`allowed: the mode ${mode} of the section, in the two steps in which it is applied, and giving it up with the section and with the baseline`, async () => {
      const namespace = await marked(undefined, { mode, admission: SECTION });
      await apply(namespace, { [APPLYING]: "true", [MARK]: mode });
      const written = await apply(namespace, { [MARK]: mode });
      expect(written.metadata?.labels)
        .to.include({ [MARK]: mode })
        .and.not.have.property(APPLYING);
      await writeBaseline(namespace, { network: { mode: "Off" } });
      await apply(namespace, { [APPLYING]: "true" });
      expect(markOf(await apply(namespace, {}))).to.equal(undefined);
      await writeBaseline(namespace, { mode, admission: SECTION });
      await apply(namespace, { [APPLYING]: "true", [MARK]: mode });
      await apply(namespace, { [MARK]: mode });
      await admin().delete(baselineRef(namespace));
      await policiesKnow(baselineRef(namespace));
      await apply(namespace, { [APPLYING]: "true" });
      expect(markOf(await apply(namespace, {}))).to.equal(undefined);
    });
  }

  it("not judged: administrators, with a baseline and without", async () => {
    for (const namespace of [await marked("Enforce", ENFORCED), await marked("Enforce")]) {
      for (const value of ["Report", "x", null]) {
        await admin().mergePatch(refOf(namespace), { metadata: { labels: { [MARK]: value, team: "payments" } } });
      }
    }
  });
});

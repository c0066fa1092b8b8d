/** Proves what is written for each action, what follows a write whose answer is not as wanted, and what the cache learns of it. */
import { expect } from "chai";
import type { JsonObject } from "../../../operator/api/json.ts";
import type { KubernetesObject } from "../../../operator/api/object.ts";
import { ApiError } from "../../../operator/cluster/errors.ts";
import { createStore, type FedStore } from "../../../operator/cluster/store.ts";
import type { Writer } from "../../../operator/cluster/types.ts";
import { admissionMark } from "../../../operator/kinds/admission-mark.ts";
import { projectLive } from "../../../operator/plan/live.ts";
import type { Action, Live } from "../../../operator/plan/types.ts";
import { type ActionResult, execute, rehearse } from "../../../operator/reconcile/execute.ts";
import { refused } from "../../support/scripted-transport.ts";
import { defaultAccount, paymentsNamespace, smtpSecret } from "../plan/baseline-objects.ts";

const SMTP = smtpSecret();
const SPEC = SMTP.manifest["spec"] as JsonObject;
const SHARED = defaultAccount();

/** A stored object: a manifest with another spec, in some version. */
function stored(manifest: JsonObject, resourceVersion: string, more: JsonObject = {}): KubernetesObject {
  const metadata = { ...(manifest["metadata"] as JsonObject), uid: "u1", resourceVersion };
  return { ...manifest, metadata, ...more } as unknown as KubernetesObject;
}

const withData = (resourceVersion: string, encryptedData: JsonObject): KubernetesObject =>
  stored(SMTP.manifest, resourceVersion, { spec: { ...SPEC, encryptedData } });
const CLEAN = { password: "AgB1" };
const ADDED = { password: "AgB1", extra: "AgB9" };

/** A writer that answers what the test wrote down, in order, and notes what was asked. */
class ScriptedWriter implements Writer {
  readonly asked: unknown[] = [];
  readonly manifests: JsonObject[] = [];
  readonly #answers: (KubernetesObject | Error)[];

  constructor(...answers: (KubernetesObject | Error)[]) {
    this.#answers = answers;
  }

  create: Writer["create"] = (target) => this.#answer({ create: target.name });
  apply: Writer["apply"] = (target, manifest) => {
    this.manifests.push(manifest);
    return this.#answer({ apply: target.name });
  };
  rehearse: Writer["rehearse"] = async (_target, manifest) => {
    this.manifests.push(manifest);
    return ["a warning"];
  };
  patch: Writer["patch"] = (target, operations, resourceVersion) => this.#answer({ patch: target.name, operations, resourceVersion });
  delete: Writer["delete"] = async (target) => {
    const answer = await this.#answer({ delete: target.name });
    return answer.kind === "Status" ? undefined : answer;
  };

  async #answer(asked: unknown): Promise<KubernetesObject> {
    this.asked.push(asked);
    const answer = this.#answers.shift();
    if (answer === undefined || answer instanceof Error) throw answer ?? new Error("the script has no more answers");
    return answer;
  }
}

describe("carrying out a plan", () => {
  let store: FedStore<Live>;

  const carryOut = async (
    action: Action,
    writer: Writer,
    present?: KubernetesObject,
    custodian: Writer = writer,
  ): Promise<ActionResult | undefined> => {
    const { kind } = "desired" in action ? action.desired : action.live;
    const onProblem = (problem: string): void => expect.fail(problem);
    store = createStore<Live>({
      project: (object, previous) => projectLive(kind, object, { previous }),
      onChange: () => undefined,
      onProblem,
    });
    if (present !== undefined) store.change(present);
    const [result] = await execute([[action]], "payments", { writerOf: () => writer, marker: writer, custodian, storeOf: () => store });
    return result;
  };
  const apply: Action = { verb: "apply", desired: SMTP, uid: undefined, drift: undefined };
  const removal = { patch: "smtp", operations: [{ op: "remove", path: "/spec/encryptedData/extra" }], resourceVersion: "5" };

  it("is one apply where the answer is as wanted", async () => {
    const writer = new ScriptedWriter(withData("5", CLEAN));
    expect(await carryOut(apply, writer)).to.deep.equal({ action: apply, error: undefined, differs: [] });
    expect(writer.asked).to.deep.equal([{ apply: "smtp" }]);
    expect(store.get("payments", "smtp")?.resourceVersion).to.equal("5");
  });

  it("removes in one patch of the answer what others added, and the cache knows the result", async () => {
    const writer = new ScriptedWriter(withData("5", ADDED), withData("6", CLEAN));
    expect(await carryOut(apply, writer)).to.deep.equal({ action: apply, error: undefined, differs: [] });
    expect(writer.asked).to.deep.equal([{ apply: "smtp" }, removal]);
    expect(store.get("payments", "smtp")?.resourceVersion).to.equal("6");
  });

  it("fails with the conflict where the object changed between apply and patch", async () => {
    const writer = new ScriptedWriter(withData("5", ADDED), refused(409));
    expect((await carryOut(apply, writer))?.error?.status).to.equal(409);
    expect(store.get("payments", "smtp")?.resourceVersion).to.equal("5");
  });

  it("tells what differs also after the patch", async () => {
    const writer = new ScriptedWriter(withData("5", ADDED), withData("6", ADDED));
    expect(await carryOut(apply, writer)).to.deep.equal({ action: apply, error: undefined, differs: ["spec.encryptedData"] });
    expect(writer.asked).to.have.length(2);
  });

  it("tells what differs where there is nothing to remove, without a patch", async () => {
    const writer = new ScriptedWriter(withData("5", { password: "AgB8" }));
    expect(await carryOut(apply, writer)).to.deep.equal({ action: apply, error: undefined, differs: ["spec.encryptedData"] });
    expect(writer.asked).to.have.length(1);
  });

  describe("an apply that is refused as invalid", () => {
    const present = withData("5", { other: "AgB9" });
    const put: Action = { ...apply, uid: "u1" };
    const look = { patch: "smtp", operations: [], resourceVersion: "5" };
    const change = { patch: "smtp", operations: [{ op: "add", path: "/spec/encryptedData", value: CLEAN }], resourceVersion: "5" };

    const tried = async (...answers: (KubernetesObject | Error)[]) => {
      const writer = new ScriptedWriter(...answers);
      return { result: await carryOut(put, writer, present), asked: writer.asked };
    };

    it("is made possible by one patch of what differs, as a whole", async () => {
      const { result, asked } = await tried(refused(422), present, withData("6", CLEAN), withData("7", CLEAN));
      expect(result).to.deep.equal({ action: put, error: undefined, differs: [] });
      expect(asked).to.deep.equal([{ apply: "smtp" }, look, change, { apply: "smtp" }]);
    });

    it("is told as it was refused, where the object may not be overwritten", async () => {
      const { result, asked } = await tried(refused(422, "two providers"), present, refused(403, "by policy"));
      expect(result?.error?.message).to.equal("two providers");
      expect(asked).to.have.length(3);
    });

    it("is told as it was refused, where nothing differs that could make way", async () => {
      const { result, asked } = await tried(refused(422, "immutable"), withData("5", CLEAN));
      expect(result?.error?.message).to.equal("immutable");
      expect(asked).to.have.length(2);
    });

    it("is not followed by more for want of an object, or for another refusal", async () => {
      expect((await tried(refused(403))).asked).to.have.length(1);
      const writer = new ScriptedWriter(refused(422));
      await carryOut(put, writer);
      expect(writer.asked).to.have.length(1);
    });
  });

  it("lets an object stay by a patch of the state that was looked at", async () => {
    const live = projectLive(SMTP.kind, withData("5", CLEAN));
    const operations = [{ op: "remove", path: "/metadata/ownerReferences/0" } as const];
    const writer = new ScriptedWriter(withData("6", CLEAN));
    await carryOut({ verb: "retain", control: "secrets", live, operations }, writer);
    expect(writer.asked).to.deep.equal([{ patch: "smtp", operations, resourceVersion: "5" }]);
    expect(store.get("payments", "smtp")?.resourceVersion).to.equal("6");
  });

  const DELETED_AT = "2026-11-28T10:00:00Z";
  const kept = stored({ ...SMTP.manifest, metadata: { name: "smtp", namespace: "payments", deletionTimestamp: DELETED_AT } }, "6");
  const removals = [
    { reason: "forgets what is gone", answer: { kind: "Status" }, terminating: undefined, held: undefined },
    { reason: "knows what a finalizer keeps as terminating", answer: kept, terminating: true, held: true },
  ];
  for (const { reason, answer, terminating, held } of removals) {
    it(`deletes, and ${reason}`, async () => {
      const live = projectLive(SMTP.kind, withData("5", CLEAN));
      const result = await carryOut({ verb: "delete", control: "secrets", live, drift: undefined }, new ScriptedWriter(answer));
      expect(result?.error).to.equal(undefined);
      expect(result?.held).to.equal(held);
      expect(store.get("payments", "smtp")?.terminating).to.equal(terminating);
    });
  }

  it("puts nothing in the place of what a finalizer keeps", async () => {
    const live = projectLive(SMTP.kind, withData("5", CLEAN));
    const writer = new ScriptedWriter(kept);
    const action: Action = { verb: "replace", desired: SMTP, live, drift: undefined };
    expect(await carryOut(action, writer)).to.deep.equal({ action, error: undefined, differs: [], held: true });
    expect(writer.asked).to.deep.equal([{ delete: "smtp" }]);
  });

  const MARK = "/metadata/annotations/securitybaseline.dev~1deletion-policy";
  const unmarked = stored({ apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "default", namespace: "payments" } }, "6");
  it("writes a shared object with the label that has it judged, and takes the label away", async () => {
    const writer = new ScriptedWriter(stored(SHARED.manifest, "4"), stored(SHARED.manifest, "5"));
    await carryOut({ verb: "apply", desired: SHARED, uid: "u1", drift: undefined }, writer);
    const labels = writer.manifests.map((manifest) => (manifest["metadata"] as JsonObject)["labels"]);
    expect(labels).to.deep.equal([{ "securitybaseline.dev/applying": "true" }, undefined]);
    expect(store.get("payments", "default")?.resourceVersion).to.equal("5");
  });

  it("rehearses exactly the step that changes a shared object, as the API server's policies see it", async () => {
    const writer = new ScriptedWriter(stored(SHARED.manifest, "4"), stored(SHARED.manifest, "5"));
    await carryOut({ verb: "apply", desired: SHARED, uid: "u1", drift: undefined }, writer);
    const live = { namespace: "payments", uid: "u1" } as Live;
    expect(await rehearse(SHARED, live, { writerOf: () => writer, mode: "Enforce" })).to.deep.equal(["a warning"]);
    expect(writer.manifests[2]).to.deep.equal(writer.manifests[0]);
    await rehearse(SHARED, live, { writerOf: () => writer, mode: "Report" });
    expect(writer.manifests[3]).to.have.deep.nested.property("metadata.labels", { "securitybaseline.dev/applying": "rehearsed" });
  });

  it("fails where the label cannot be taken away, so that it is tried again", async () => {
    const writer = new ScriptedWriter(stored(SHARED.manifest, "4"), refused(409));
    const result = await carryOut({ verb: "apply", desired: SHARED, uid: "u1", drift: undefined }, writer);
    expect(result?.error?.status).to.equal(409);
  });

  const releases: readonly {
    readonly reason: string;
    readonly answers: readonly KubernetesObject[];
    readonly asked: readonly unknown[];
  }[] = [
    {
      reason: "by an apply that is judged, and one that ends it",
      answers: [unmarked, unmarked],
      asked: [{ apply: "default" }, { apply: "default" }],
    },
    {
      reason: "and takes off a mark that no apply of ours holds",
      answers: [stored(SHARED.manifest, "4"), stored(SHARED.manifest, "5"), unmarked],
      asked: [
        { apply: "default" },
        { apply: "default" },
        { patch: "default", operations: [{ op: "remove", path: MARK }], resourceVersion: "5" },
      ],
    },
  ];
  for (const { reason, answers, asked } of releases) {
    it(`releases a shared object ${reason}`, async () => {
      const writer = new ScriptedWriter(...answers);
      const live = projectLive(SHARED.kind, stored(SHARED.manifest, "4"));
      await carryOut({ verb: "release", control: "serviceAccounts", live }, writer);
      expect(writer.asked).to.deep.equal(asked);
      expect(store.get("payments", "default")?.deletionPolicy).to.equal(undefined);
    });
  }

  it("releases an aspect without the annotation that another section has set", async () => {
    const annotated: KubernetesObject = {
      metadata: { name: "payments", uid: "u1", resourceVersion: "5", annotations: { "securitybaseline.dev/deletion-policy": "Retain" } },
    };
    const writer = new ScriptedWriter(annotated, annotated);
    await carryOut({ verb: "release", control: "admission", live: projectLive(admissionMark, annotated) }, writer);
    expect(writer.asked).to.deep.equal([{ apply: "payments" }, { apply: "payments" }]);
  });

  const payments = projectLive(paymentsNamespace().kind, {
    metadata: { name: "payments", uid: "u1", resourceVersion: "4", labels: { team: "a" } },
  });
  const marked = (resourceVersion: string, value?: string): KubernetesObject => ({
    metadata: { name: "payments", uid: "u1", resourceVersion, ...(value && { labels: { "securitybaseline.dev/enforced": value } }) },
  });

  it("takes back by a patch a mark that somebody else has set, too", async () => {
    const writer = new ScriptedWriter(marked("5", "true"), marked("6"));
    await carryOut({ verb: "mark", control: undefined, live: payments, enforced: false }, writer);
    const operations = [{ op: "remove", path: "/metadata/labels/securitybaseline.dev~1enforced" }];
    expect(writer.asked).to.deep.equal([{ apply: "payments" }, { patch: "payments", operations, resourceVersion: "5" }]);
    expect(store.get("", "payments")?.mark).to.equal(undefined);
  });

  it("marks a namespace in two steps, by applies of that one label to exactly this namespace, and takes it back by one that names none", async () => {
    const writer = new ScriptedWriter(marked("5", "requested"), marked("6", "true"), marked("7"));
    await carryOut({ verb: "mark", control: undefined, live: payments, enforced: true }, writer);
    expect(store.get("", "payments")?.mark).to.equal("true");
    await carryOut({ verb: "mark", control: undefined, live: payments, enforced: false }, writer);
    expect(store.get("", "payments")?.mark).to.equal(undefined);
    const metadata = { name: "payments", uid: "u1" };
    expect(writer.manifests).to.deep.equal([
      { apiVersion: "v1", kind: "Namespace", metadata: { ...metadata, labels: { "securitybaseline.dev/enforced": "requested" } } },
      { apiVersion: "v1", kind: "Namespace", metadata: { ...metadata, labels: { "securitybaseline.dev/enforced": "true" } } },
      { apiVersion: "v1", kind: "Namespace", metadata },
    ]);
  });

  it("does nothing further without the mark: the API server would refuse all of it", async () => {
    const writer = new ScriptedWriter(refused(403), withData("5", CLEAN));
    await carryOut(apply, new ScriptedWriter(withData("4", CLEAN)));
    const mark: Action = { verb: "mark", control: undefined, live: payments, enforced: true };
    const results = await execute([[mark], [apply]], "payments", {
      writerOf: () => writer,
      marker: writer,
      custodian: writer,
      storeOf: () => store,
    });
    expect(results.map(({ error }) => error?.status)).to.deep.equal([403]);
    expect(writer.asked).to.have.length(1);
  });

  it("ends when this instance may not write any more, and says so", async () => {
    const fenced = new ApiError({ status: 0, reason: "Fenced", message: "not sent" });
    const writer = new ScriptedWriter(fenced, withData("5", CLEAN));
    const batches = [[apply], [apply]];
    const failure = await execute(batches, "payments", {
      writerOf: () => writer,
      marker: writer,
      custodian: writer,
      storeOf: () => store,
    }).catch((error: unknown) => error);
    expect(failure).to.equal(fenced);
    expect(writer.asked).to.have.length(1);
  });

  describe("that our own confinement refuses", () => {
    const confined = new ApiError({
      status: 403,
      reason: "Forbidden",
      message: "denied by ValidatingAdmissionPolicy 'securitybaseline-operator-default-service-accounts'",
    });
    const account = (resourceVersion: string, managedFields?: readonly JsonObject[]): KubernetesObject =>
      stored(SHARED.manifest, resourceVersion, {
        metadata: {
          name: "default",
          namespace: "payments",
          uid: "u1",
          resourceVersion,
          labels: { nightly: "yes" },
          ...(managedFields && { managedFields }),
        },
      });
    const write: Action = { verb: "apply", desired: SHARED, uid: "u1", drift: undefined };

    it("gives what is in nobody's name a name, exactly as it is, and tries once more", async () => {
      const writer = new ScriptedWriter(confined, account("4"), account("6"), account("7"));
      const custodian = new ScriptedWriter(account("5"));
      const result = await carryOut(write, writer, account("4"), custodian);
      expect(result?.error).to.equal(undefined);
      expect(custodian.manifests).to.deep.equal([
        {
          apiVersion: "v1",
          kind: "ServiceAccount",
          metadata: { namespace: "payments", name: "default", uid: "u1", resourceVersion: "4", labels: { nightly: "yes" } },
        },
      ]);
      expect(writer.asked).to.deep.equal([
        { apply: "default" },
        { patch: "default", operations: [], resourceVersion: "4" },
        { apply: "default" },
        { apply: "default" },
      ]);
    });

    it("is refused where everything is in somebody's name, and where that cannot be seen or changed", async () => {
      const owned = account("4", [{ manager: "velero", operation: "Update", fieldsV1: { "f:metadata": { "f:labels": {} } } }]);
      for (const [answers, custody] of [
        [[confined, owned], []],
        [[confined, refused(409)], []],
        [[confined, account("4")], [refused(409)]],
      ] as const) {
        const custodian = new ScriptedWriter(...custody);
        expect((await carryOut(write, new ScriptedWriter(...answers), account("4"), custodian))?.error).to.equal(confined);
      }
    });

    it("is tried no third time", async () => {
      const writer = new ScriptedWriter(confined, account("4"), confined);
      expect((await carryOut(write, writer, account("4"), new ScriptedWriter(account("5"))))?.error).to.equal(confined);
      expect(writer.asked).to.have.length(3);
    });
  });
});

/** Proves that a stolen operator token neither blinds Tetragon, nor floods it, nor has it kill what no baseline says. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { parseAllDocuments } from "yaml";
import type { SecurityBaselineSpec } from "../../../operator/api/baseline.ts";
import type { RuntimeSection } from "../../../operator/api/baseline-runtime.ts";
import type { JsonObject } from "../../../operator/api/json.ts";
import type { KubernetesObject } from "../../../operator/api/object.ts";
import type { ApiClient, ObjectRef } from "../../support/api-client.ts";
import { installBackends, removeBackends } from "../../support/backend-kinds.ts";
import { admin, freshNamespace } from "../../support/cluster.ts";
import { applyAs, MANAGED, namespaceWith, operatorClient } from "../../support/operator-token.ts";
import { refusal } from "../../support/refusal.ts";

const API_VERSION = "cilium.io/v1alpha1";
const KIND = "TracingPolicyNamespaced";
const LABELS = { ...MANAGED, "securitybaseline.dev/control": "runtime" };

const SECTION: RuntimeSection = {
  backend: "Tetragon",
  watch: ["TokenRead", "UserNamespaceCreation", "UsermodeHelperWrite"],
  kill: ["SensitiveFileRead", "TemporaryFileExecution"],
};
const ASKED: SecurityBaselineSpec = { runtime: SECTION };

const TELL = { action: "Post", rateLimit: "1h", rateLimitScope: "process" };
const KILL = { action: "Sigkill" };

const arg = (index: number, type: string) => ({ index, type, maxData: false, resolve: "", returnCopy: false });
const hook = (call: string, args: readonly object[], selector: object) => ({
  kprobes: [{ call, syscall: false, return: false, args, selectors: [selector] }],
});

const SECRETS = ["kubernetes.io/serviceaccount", "eks.amazonaws.com/serviceaccount", "azure/tokens"].flatMap((folder) => [
  `/run/secrets/${folder}/`,
  `/var/run/secrets/${folder}/`,
]);
const FIRST = { operator: "NotIn", followForks: false, isNamespacePID: true, values: [1] };

function tokenSpec(change: object = {}): JsonObject {
  const selector = { matchPIDs: [FIRST], matchArgs: [{ index: 0, operator: "Prefix", values: SECRETS }], matchActions: [TELL], ...change };
  return hook("security_file_open", [arg(0, "file")], selector) as JsonObject;
}

function temporarySpec(action: object): JsonObject {
  const matchArgs = [{ index: 0, operator: "Prefix", values: ["/tmp/", "/var/tmp/", "/dev/shm/"] }];
  return hook("security_bprm_check", [arg(0, "linux_binprm")], { matchArgs, matchActions: [action] }) as JsonObject;
}

function userNamespaceSpec(action: object): JsonObject {
  const matchCapabilities = [{ type: "Effective", operator: "NotIn", isNamespaceCapability: false, values: ["CAP_SYS_ADMIN"] }];
  return hook("create_user_ns", [arg(0, "nop")], { matchCapabilities, matchActions: [action] }) as JsonObject;
}

/** Some of what the baseline above becomes. */
const OBJECTS = {
  "baseline-token-read": tokenSpec(),
  "baseline-temporary-file-execution": temporarySpec(KILL),
  "baseline-user-namespace-creation": userNamespaceSpec(TELL),
} as const;
type Name = keyof typeof OBJECTS;
const NAMES = Object.keys(OBJECTS) as Name[];

function objectIn(namespace: string, name: string, spec: JsonObject): KubernetesObject {
  return { apiVersion: API_VERSION, kind: KIND, metadata: { namespace, name, labels: LABELS }, spec };
}

const refOf = (namespace: string, name: string): ObjectRef => ({ apiVersion: API_VERSION, kind: KIND, namespace, name });

function documents(golden: string, file: string): readonly KubernetesObject[] {
  const path = join(import.meta.dirname, "..", "..", "golden", "runtime", golden, file);
  return parseAllDocuments(readFileSync(path, "utf8")).map((document): KubernetesObject => document.toJS());
}

const NOT_ASKED =
  "refused a TracingPolicyNamespaced that no baseline asks for: its name must be that of a preset in spec.runtime.watch or spec.runtime.kill";
const ANOTHER = "refused another TracingPolicyNamespaced than its preset";
const ACTION = "refused another action of a preset: it kills where spec.runtime.kill";
const KEPT = "refused to delete an object that the SecurityBaseline asks for, in mode Enforce";

const [hookOf] = tokenSpec()["kprobes"] as readonly JsonObject[];

const thefts: readonly { readonly reason: string; readonly name: Name; readonly spec: JsonObject; readonly message: string }[] = [
  { reason: "another preset under this name", name: "baseline-token-read", spec: userNamespaceSpec(TELL), message: ANOTHER },
  { reason: "no hook at all", name: "baseline-token-read", spec: { kprobes: null }, message: ANOTHER },
  { reason: "an empty list of hooks", name: "baseline-token-read", spec: { kprobes: [] }, message: ANOTHER },
  { reason: "one hook more", name: "baseline-token-read", spec: { kprobes: [hookOf ?? {}, hookOf ?? {}] }, message: ANOTHER },
  {
    reason: "a selector more, which leaves a program out",
    name: "baseline-token-read",
    spec: tokenSpec({ matchBinaries: [{ operator: "NotIn", values: ["/tmp/evil"] }] }),
    message: ANOTHER,
  },
  {
    reason: "a selector less, so that nobody finds anything in the noise",
    name: "baseline-token-read",
    spec: tokenSpec({ matchPIDs: [] }),
    message: ANOTHER,
  },
  {
    reason: "one file less",
    name: "baseline-token-read",
    spec: tokenSpec({ matchArgs: [{ index: 0, operator: "Prefix", values: SECRETS.slice(1) }] }),
    message: ANOTHER,
  },
  {
    reason: "the opposite",
    name: "baseline-token-read",
    spec: tokenSpec({ matchArgs: [{ index: 0, operator: "NotPrefix", values: SECRETS }] }),
    message: ANOTHER,
  },
  { reason: "no events", name: "baseline-token-read", spec: tokenSpec({ matchActions: [{ action: "NoPost" }] }), message: ANOTHER },
  {
    reason: "an event for each read",
    name: "baseline-token-read",
    spec: tokenSpec({ matchActions: [{ action: "Post" }] }),
    message: ANOTHER,
  },
  { reason: "a kill of what may only watch", name: "baseline-token-read", spec: tokenSpec({ matchActions: [KILL] }), message: ANOTHER },
  {
    reason: "an answer in the place of the kernel's",
    name: "baseline-temporary-file-execution",
    spec: temporarySpec({ action: "Override", argError: -1 }),
    message: ANOTHER,
  },
  { reason: "a kill of what is only watched", name: "baseline-user-namespace-creation", spec: userNamespaceSpec(KILL), message: ACTION },
  { reason: "no kill where there is to be one", name: "baseline-temporary-file-execution", spec: temporarySpec(TELL), message: ACTION },
  {
    reason: "a selector that leaves pods out",
    name: "baseline-token-read",
    spec: { podSelector: { matchLabels: { app: "none" } } },
    message: ANOTHER,
  },
  {
    reason: "a selector that leaves containers out",
    name: "baseline-token-read",
    spec: { containerSelector: { matchLabels: { name: "none" } } },
    message: ANOTHER,
  },
  {
    reason: "an option that has it only watch",
    name: "baseline-temporary-file-execution",
    spec: { options: [{ name: "policy-mode", value: "monitor" }] },
    message: ANOTHER,
  },
];

describe("a stolen operator token and Tetragon", () => {
  let operator: ApiClient;
  let confined: string;

  before(async () => {
    await removeBackends("tetragon");
    operator = await operatorClient();
    await installBackends("tetragon");
    confined = await namespaceWith(ASKED);
    for (const name of NAMES) await applyAs(operator, objectIn(confined, name, OBJECTS[name]));
  });

  after(() => removeBackends("tetragon"));

  it("allowed: exactly what the baseline asks for", async () => {
    for (const name of NAMES) {
      const stored = await applyAs(operator, objectIn(confined, name, OBJECTS[name]));
      expect([stored.metadata?.name, stored["spec"]]).to.deep.equal([name, OBJECTS[name]]);
    }
  });

  for (const golden of ["watch", "kill"]) {
    it(`allowed: all that one baseline can ask for, and judging it costs not too much: ${golden}`, async () => {
      const [baseline] = documents(golden, "baseline.yaml");
      const namespace = await namespaceWith(baseline?.["spec"] as SecurityBaselineSpec);
      for (const object of documents(golden, "expected.yaml")) {
        const stored = await applyAs(operator, { ...object, metadata: { ...object.metadata, namespace } });
        expect(stored["spec"]).to.deep.equal(object["spec"]);
      }
    });
  }

  for (const { reason, name, spec, message } of thefts) {
    it(`refused: ${reason}`, async () => {
      const failure = await refusal(operator.mergePatch(refOf(confined, name), { spec }));
      expect(failure.message).to.contain(message);
      expect(failure.status).to.equal(403);
    });
  }

  it("refused: a selector of the node's own processes, by the API of Tetragon itself, too", async () => {
    const failure = await refusal(operator.mergePatch(refOf(confined, "baseline-token-read"), { spec: { hostSelector: {} } }));
    expect(failure.message).to.match(/refused another TracingPolicyNamespaced than its preset|null spec\.hostSelector/);
  });

  it("refused: a policy of another name, and an object without our label, which this policy would not see", async () => {
    for (const name of ["baseline-other", "token-read", "baseline-token-reads"]) {
      expect((await refusal(applyAs(operator, objectIn(confined, name, tokenSpec())))).message).to.contain(NOT_ASKED);
    }
    const unlabelled = { apiVersion: API_VERSION, kind: KIND, metadata: { namespace: confined, name: "other" }, spec: tokenSpec() };
    expect((await refusal(applyAs(operator, unlabelled))).message).to.contain("refused to write an object without the label");
  });

  it("refused: to take over what somebody else made", async () => {
    const namespace = await namespaceWith(ASKED);
    const foreign = {
      apiVersion: API_VERSION,
      kind: KIND,
      metadata: { namespace, name: "baseline-token-read" },
      spec: userNamespaceSpec(TELL),
    };
    await admin().create(foreign);
    expect((await refusal(applyAs(operator, objectIn(namespace, "baseline-token-read", tokenSpec())))).message).to.contain(
      "refused to take over an object that somebody else made",
    );
  });

  it("refused: to delete what the baseline asks for", async () => {
    for (const name of NAMES) expect((await refusal(operator.delete(refOf(confined, name)))).message).to.contain(KEPT);
  });

  const unasked: readonly { readonly reason: string; readonly spec: SecurityBaselineSpec; readonly refused: readonly Name[] }[] = [
    { reason: "the baseline only reports", spec: { mode: "Report", runtime: SECTION, network: { mode: "Enforce" } }, refused: NAMES },
    { reason: "the section is Off", spec: { runtime: { ...SECTION, mode: "Off" }, network: {} }, refused: NAMES },
    { reason: "the baseline has no such section", spec: { network: {} }, refused: NAMES },
    { reason: "the backend is Falco", spec: { runtime: { backend: "Falco", watch: ["TokenRead"] } }, refused: NAMES },
    {
      reason: "the preset stands in neither list",
      spec: { runtime: { backend: "Tetragon", watch: ["TokenRead"] } },
      refused: ["baseline-temporary-file-execution", "baseline-user-namespace-creation"],
    },
  ];
  for (const { reason, spec, refused } of unasked) {
    it(`refused, and let go where it stands: what is not asked for where ${reason}`, async () => {
      const namespace = await namespaceWith(spec);
      for (const name of refused) {
        expect((await refusal(applyAs(operator, objectIn(namespace, name, OBJECTS[name])))).message).to.contain(NOT_ASKED);
        await applyAs(admin(), objectIn(namespace, name, OBJECTS[name]));
        await operator.delete(refOf(namespace, name));
      }
    });
  }

  it("refused: anything in a namespace without a baseline", async () => {
    const bare = await freshNamespace("bare");
    expect((await refusal(applyAs(operator, objectIn(bare, "baseline-token-read", tokenSpec())))).message).to.contain(
      "refused a write where no baseline is enforced",
    );
  });

  it("allowed: an apply that leaves in place what somebody else added, which a second request removes", async () => {
    const namespace = await namespaceWith(ASKED);
    const ref = refOf(namespace, "baseline-token-read");
    await applyAs(operator, objectIn(namespace, "baseline-token-read", tokenSpec()));
    const spec = { kprobes: [], podSelector: { matchLabels: { app: "none" } }, options: [{ name: "policy-mode", value: "monitor" }] };
    await admin().mergePatch(ref, { spec }, { manager: "intruder" });
    await applyAs(operator, objectIn(namespace, "baseline-token-read", tokenSpec()));
    const cleaned = await operator.mergePatch(ref, { spec: { podSelector: null, options: null } });
    expect(cleaned["spec"]).to.deep.equal(tokenSpec());
  });
});

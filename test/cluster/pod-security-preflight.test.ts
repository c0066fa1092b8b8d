/** Proves what the API server says of running pods when a level is to rise, and that it is read as it is meant, with the rights of whoever asks. */
import { expect } from "chai";
import { loadCredentials } from "../../operator/cluster/credentials.ts";
import { type Preflight, preflightOf } from "../../operator/cluster/pod-security.ts";
import { createTransport } from "../../operator/cluster/transport.ts";
import type { Transport } from "../../operator/cluster/types.ts";
import { makePod, type PodForm } from "../support/bare-pods.ts";
import { admin, cluster, freshNamespace } from "../support/cluster.ts";
import { eventually } from "../support/eventually.ts";
import { writeKubeconfig } from "../support/kubeconfig.ts";

const ENFORCE = "pod-security.kubernetes.io/enforce";
const VERSION = "pod-security.kubernetes.io/enforce-version";
const RESTRICTED = { [ENFORCE]: "restricted", [VERSION]: "latest" };

const violated = (...pods: readonly [pod: string, others: number, reasons: string][]): Preflight => ({
  violated: true,
  pods: pods.map(([pod, others, reasons]) => ({ pod, others, reasons })),
  truncated: false,
});
const CLEAN: Preflight = { violated: false, pods: [], truncated: false };

describe("a preflight of Pod Security", () => {
  let transport: Transport;

  before(() => {
    transport = createTransport({ credentials: loadCredentials({ kubeconfig: cluster().kubeconfig }), userAgent: "test" });
  });

  after(() => transport.close());

  /** The API server reads pods from a cache of its own. */
  const awaitAnswer = (namespace: string, expected: Preflight, labels: Readonly<Record<string, string>> = RESTRICTED) =>
    eventually("the API server sees the pods", async () => {
      expect(await preflightOf(transport, namespace, labels)).to.deep.equal(expected);
    });

  const kinds: readonly { readonly what: string; readonly form: PodForm; readonly level: string; readonly reasons: string }[] = [
    {
      what: "a path of the node",
      form: { spec: { volumes: [{ name: "root", hostPath: { path: "/" } }] } },
      level: "baseline",
      reasons: "hostPath volumes",
    },
    {
      what: "a port of the node",
      form: { container: { ports: [{ containerPort: 80, hostPort: 80 }] } },
      level: "baseline",
      reasons: "hostPort",
    },
    { what: "the network of the node", form: { spec: { hostNetwork: true } }, level: "baseline", reasons: "host namespaces" },
    {
      what: "a privileged container",
      form: { security: { privileged: true, allowPrivilegeEscalation: true } },
      level: "baseline",
      reasons: "privileged",
    },
    {
      what: "a further capability",
      form: { security: { capabilities: { drop: ["ALL"], add: ["NET_ADMIN"] } } },
      level: "baseline",
      reasons: "non-default capabilities",
    },
    {
      what: "root",
      form: { security: { runAsNonRoot: false, runAsUser: 0 } },
      level: "restricted",
      reasons: "runAsNonRoot != true, runAsUser=0",
    },
    {
      what: "no seccomp profile",
      form: { security: { seccompProfile: { type: "Unconfined" } } },
      level: "baseline",
      reasons: "seccompProfile",
    },
    {
      what: "a kernel setting",
      form: { spec: { securityContext: { sysctls: [{ name: "net.core.somaxconn", value: "1" }] } } },
      level: "baseline",
      reasons: "forbidden sysctls",
    },
  ];
  for (const { what, form, level, reasons } of kinds) {
    it(`tells of a pod with ${what}`, async () => {
      const namespace = await freshNamespace("preflight");
      await makePod(namespace, "odd", form);
      await awaitAnswer(namespace, violated(["odd", 0, reasons]), { [ENFORCE]: level });
    });
  }

  it("tells of no harmless pod, and stores nothing", async () => {
    const namespace = await freshNamespace("preflight");
    await makePod(namespace, "web");
    await awaitAnswer(namespace, CLEAN);
    const { metadata } = await admin().get({ apiVersion: "v1", kind: "Namespace", name: namespace });
    expect(Object.keys(metadata?.labels ?? {})).to.deep.equal(["kubernetes.io/metadata.name"]);
  });

  it("counts pods that break it for the same reasons, the most first", async () => {
    const namespace = await freshNamespace("preflight");
    await Promise.all([
      makePod(namespace, "a-single", { spec: { hostNetwork: true } }),
      ...["web-2", "web-1", "web-3"].map((name) => makePod(namespace, name, { spec: { hostPID: true, hostIPC: true } })),
    ]);
    const same = "host namespaces";
    await awaitAnswer(namespace, violated(["a-single", 3, same]));
  });

  it("tells of a later version of the same level", async () => {
    const namespace = await freshNamespace("preflight", { [ENFORCE]: "restricted", [VERSION]: "v1.18" });
    await makePod(namespace, "old", { security: { capabilities: {} } });
    await awaitAnswer(namespace, violated(["old", 0, "unrestricted capabilities"]));
  });

  it("is not known to who may not change the Namespace", async () => {
    const namespace = await freshNamespace("preflight");
    const token = await admin().createToken(namespace, "default");
    const credentials = loadCredentials({ kubeconfig: await writeKubeconfig("nobody", { token }) });
    const nobody = createTransport({ credentials, userAgent: "test" });
    const answer = await preflightOf(nobody, namespace, RESTRICTED);
    await nobody.close();
    expect("unknown" in answer && answer.unknown).to.match(/^Forbidden: namespaces .* is forbidden/);
  });

  it("says that it is not complete where more pods break it than fit into an answer", async function () {
    this.timeout(120_000);
    const namespace = await freshNamespace("preflight");
    // Each breaks the level in another way; the API server tells 4 KB.
    const faults: readonly PodForm[] = [
      { spec: { hostNetwork: true } },
      { security: { privileged: true, allowPrivilegeEscalation: true } },
      { security: { runAsNonRoot: false } },
      { security: { capabilities: {} } },
      { security: { seccompProfile: { type: "Unconfined" } } },
    ];
    for (let mask = 1; mask < 2 ** faults.length; mask += 1) {
      const chosen = faults.filter((_, bit) => mask & (2 ** bit));
      const security = Object.assign({}, ...chosen.map((fault) => fault.security ?? {}));
      const spec = Object.assign({}, ...chosen.map((fault) => fault.spec ?? {}));
      await makePod(namespace, `pod-${mask}-${"x".repeat(230)}`, { spec, security });
    }
    await eventually("the API server sees the pods", async () => {
      const answer = await preflightOf(transport, namespace, RESTRICTED);
      if (!("violated" in answer)) throw new Error(answer.unknown);
      expect([answer.violated, answer.truncated]).to.deep.equal([true, true]);
      expect(answer.pods.length).to.be.within(10, 2 ** faults.length - 2);
    });
  });
});

/** Measures once what section `admission` adds to the creation of a pod, and what it costs whoever does not use it. */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import type { SecurityBaselineSpec } from "../../operator/api/baseline.ts";
import type { AdmissionSection } from "../../operator/api/baseline-admission.ts";
import { freshNamespace } from "../../test/support/cluster.ts";
import { writeBaseline } from "../../test/support/operator-token.ts";
import { type Arena, openArena } from "./arena.ts";
import { machine } from "./machine.ts";
import type { AdmissionResult } from "./result.ts";
import { distributionOf } from "./statistics.ts";

const { values } = parseArgs({
  options: {
    pods: { type: "string", default: "400" },
    out: { type: "string", default: join(import.meta.dirname, "results", "admission.json") },
  },
});

/** Creations that are not counted: connections, caches and compilers get warm. */
const WARM = 30;

const MARK = { "securitybaseline.dev/admission": "Enforce" };

/** Every check that is about pods. */
const ALL: AdmissionSection = {
  registries: ["registry.example.com:5000/payments", "ghcr.io/acme"],
  imageReference: "Tag",
  requiredLabels: [{ key: "app.kubernetes.io/name" }, { key: "team", values: ["payments", "ledger"] }],
  resources: { requests: ["cpu", "memory"], limits: ["memory"], maximum: { memory: "8Gi" } },
  dropCapabilities: ["NET_RAW"],
  readOnlyRootFilesystem: true,
  secretEnvironment: false,
  tokenAccounts: ["controller"],
  priorityClasses: ["", "payments-high"],
  runtimeClasses: ["", "gvisor"],
};

/** What a namespace asks for, by what is measured; the first one is what the others are compared with. */
const SCENES: readonly {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly spec?: SecurityBaselineSpec;
}[] = [
  { name: "no baseline", labels: {} },
  { name: "a baseline without the section", labels: {}, spec: { network: {} } },
  { name: "one check", labels: MARK, spec: { admission: { registries: ALL.registries ?? [] } } },
  { name: "every check of pods", labels: MARK, spec: { admission: ALL } },
];

/** A pod of two containers that every check admits. */
function podOf(name: string): string {
  const container = (part: string) => ({
    name: part,
    image: `ghcr.io/acme/${part}:1.2`,
    resources: { requests: { cpu: "100m", memory: "128Mi" }, limits: { memory: "256Mi" } },
    securityContext: { readOnlyRootFilesystem: true, capabilities: { drop: ["NET_RAW"] } },
  });
  const metadata = { name, labels: { "app.kubernetes.io/name": "web", team: "payments" } };
  const spec = { automountServiceAccountToken: false, containers: [container("web"), container("proxy")] };
  return JSON.stringify({ apiVersion: "v1", kind: "Pod", metadata, spec });
}

/** Creates one pod in each namespace in turn, so that whatever else the machine does meets all alike; milliseconds by scene. */
async function measure({ admin }: Arena, namespaces: readonly string[], count: number): Promise<readonly (readonly number[])[]> {
  const taken = namespaces.map((): number[] => []);
  for (let round = 0; round < count + WARM; round++) {
    for (const [scene, namespace] of namespaces.entries()) {
      const body = podOf(`web-${round}`);
      const started = performance.now();
      await admin.create(`/api/v1/namespaces/${namespace}/pods`, body);
      if (round >= WARM) taken[scene]?.push(performance.now() - started);
    }
  }
  return taken;
}

async function main(): Promise<void> {
  const arena = await openArena();
  try {
    const namespaces: string[] = [];
    for (const { labels, spec } of SCENES) {
      const namespace = await freshNamespace("bench-admission", labels);
      if (spec !== undefined) await writeBaseline(namespace, spec);
      namespaces.push(namespace);
    }
    const taken = await measure(arena, namespaces, Number(values.pods));
    const scenes = SCENES.map(({ name }, scene) => ({ name, ms: distributionOf(taken[scene] ?? []) }));
    const result: AdmissionResult = { date: new Date().toISOString().slice(0, 10), machine: machine(arena.kubernetes), scenes };
    process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
    await mkdir(dirname(values.out), { recursive: true });
    await writeFile(values.out, `${JSON.stringify(result, null, 2)}\n`);
  } finally {
    await arena.close();
  }
}

for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));

await main();

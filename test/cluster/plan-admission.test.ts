/** Proves on a real API server that `plan` and `lint` say of section `admission` what the API server itself says, character by character, in few requests. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { parseAllDocuments, stringify } from "yaml";
import type { AdmissionSection } from "../../operator/api/baseline-admission.ts";
import type { KubernetesObject } from "../../operator/api/object.ts";
import { type Mark, tryCreate } from "../support/admission-section.ts";
import { auditEvents, auditMark } from "../support/audit-log.ts";
import { admin, freshNamespace, unusedName } from "../support/cluster.ts";
import { eventually } from "../support/eventually.ts";
import { installOperatorManifests } from "../support/installation.ts";
import { writeBaseline } from "../support/operator-token.ts";
import { type Person, person } from "../support/people.ts";
import { type ProgramOutcome, runProgram } from "../support/program.ts";
import { authorizerCaughtUp } from "../support/server-caches.ts";
import { objectWith, podOf, STRICT, WORKLOAD_KINDS, web, withWeb } from "../unit/policies/admission/objects.ts";

const RBAC = "rbac.authorization.k8s.io";
const PLURALS = ["cronjobs", "daemonsets", "deployments", "jobs", "replicasets", "replicationcontrollers", "statefulsets"];

/** What is wrong with the templates, in different ways and at once. */
const TEMPLATES = {
  good: podOf(),
  image: withWeb({ image: "nginx" }),
  everything: podOf(
    {
      automountServiceAccountToken: true,
      initContainers: [web({ name: "setup", image: 'docker.io/"odd"/x:1', resources: {} })],
      containers: [web({ image: "nginx:latest", securityContext: { capabilities: { add: ["cap_net_raw"] } } })],
      runtimeClassName: "kata",
    },
    { team: undefined },
  ),
} as const;

/** In no way like what the API server keeps: amounts without quotes, fields without a value, old names. */
const WRITTEN = `
apiVersion: v1
kind: Pod
metadata: {name: written, labels: {app.kubernetes.io/name: web, team: payments}}
spec:
  automountServiceAccountToken: true
  serviceAccount: default
  volumes:
  containers:
  - name: web
    image: ghcr.io/acme/web:1.2
    env:
    resources: {limits: {cpu: 3, memory: 1e3}}
    securityContext: {readOnlyRootFilesystem: true, capabilities: {drop: [NET_RAW, SYS_ADMIN], add: }}
---
apiVersion: v1
kind: Service
metadata: {name: written}
spec: {type: NodePort, externalIPs: , ports: [{port: 80}]}
---
apiVersion: v1
kind: Service
metadata: {name: fine}
spec: {type: , ports: [{port: 80}]}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: written}
spec: {storageClassName: fast, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1}}}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: written, annotations: {kubernetes.io/ingress.class: public}}
spec: {tls: [{hosts: [evil.example.org]}], rules: [{host: }], defaultBackend: {service: {name: web, port: {number: 80}}}}
`;

describe("what plan and lint say of section admission", () => {
  let folder: string;

  before(async () => {
    await installOperatorManifests();
    folder = await mkdtemp(join(tmpdir(), "securitybaseline-plan-admission-"));
  });
  after(() => rm(folder, { recursive: true }));

  /** A namespace with a mark and without a baseline, in which everything is admitted. */
  const openNamespace = (mark: Mark) => freshNamespace("judged", { "securitybaseline.dev/admission": mark });
  const workloadsIn = (namespace: string): readonly KubernetesObject[] =>
    WORKLOAD_KINDS.flatMap((kind) =>
      Object.entries(TEMPLATES).map(([name, template]) => stopped(objectWith(kind, template, namespace, `${kind.toLowerCase()}-${name}`))),
    );
  const write = async (name: string, objects: readonly object[]): Promise<string> => {
    const file = join(folder, name);
    await writeFile(file, objects.map((object) => `${stringify(object, { version: "1.1" })}---\n`).join(""));
    return file;
  };
  const baselineOf = (namespace: string, admission: AdmissionSection) => ({
    apiVersion: "securitybaseline.dev/v1alpha1",
    kind: "SecurityBaseline",
    metadata: { name: "baseline", namespace },
    spec: { admission },
  });
  const plan = async (namespaces: readonly string[], who: Person, section = STRICT): Promise<ProgramOutcome> => {
    const file = await write(
      "baselines.yaml",
      namespaces.map((namespace) => baselineOf(namespace, section)),
    );
    return runProgram(["plan", "-f", file, "--kubeconfig", who.kubeconfig, "-o", "json", "--exit-code"]);
  };

  it("plan names of all kinds what could not be made again, in the words in which the API server then refuses it", async () => {
    const namespace = await openNamespace("Enforce");
    const workloads = workloadsIn(namespace);
    await Promise.all(workloads.map((object) => admin().create(object)));
    const { code, stdout, stderr } = await plan([namespace], await planner());
    expect([code, stderr]).to.deep.equal([1, ""]);
    const { judged, refused } = JSON.parse(stdout).baselines[0].workloads;
    expect([judged, refused.length]).to.deep.equal([21, 14]);

    await writeBaseline(namespace, { admission: STRICT });
    const opening = `the SecurityBaseline of ${namespace} refuses it: `;
    const answers = await Promise.all(
      workloads.map(async (object) => ({ kind: object.kind, name: object.metadata?.name, ...(await tryCreate(object)) })),
    );
    const said = answers.filter(({ status }) => status === 403);
    expect(answers.filter(({ status }) => status !== 403 && status !== 409)).to.deep.equal([]);
    const told = refused.map(({ kind, name, message }: { kind: string; name: string; message: string }) => ({
      kind,
      name,
      refusal: opening + message,
    }));
    expect(told).to.have.deep.members(said.map(({ kind, name, refusal }) => ({ kind, name, refusal })));
    expect(JSON.stringify(told)).to.contain("and 8 more");
  });

  it("plan lists each kind once for many namespaces, and not at all without the section; it writes nothing", async () => {
    const namespaces = await Promise.all([openNamespace("Report"), openNamespace("Report")]);
    const who = await planner();
    for (const [section, lists] of [
      [STRICT, PLURALS],
      [{ ...STRICT, mode: "Off" as const }, []],
    ] as const) {
      const mark = await auditMark();
      await plan(namespaces, who, section);
      const asked = await eventually("the requests are recorded", async () => {
        const seen = await auditEvents(mark, { user: who.name });
        expect(seen.filter(({ objectRef }) => objectRef?.resource === "clusterroles")).to.have.length(1);
        return seen;
      });
      const ours = asked.filter(({ objectRef }) => PLURALS.includes(objectRef?.resource ?? ""));
      expect(ours.map(({ objectRef }) => objectRef?.resource)).to.have.members(lists);
      expect(ours.filter(({ objectRef }) => objectRef?.namespace !== undefined)).to.deep.equal([]);
      expect(asked.filter(({ verb }) => verb !== "list")).to.deep.equal([]);
    }
  });

  it("plan tells who may not list workloads that nothing is known of them", async () => {
    const namespace = await openNamespace("Report");
    const stranger = await person(unusedName("stranger"), []);
    await bindTo(stranger, { namespace, resources: ["securitybaselines"], group: "securitybaseline.dev" });
    await bindTo(stranger, { namespace, resources: ["deployments"], group: "apps" });
    await authorizerCaughtUp();
    await admin().create(stopped(objectWith("Deployment", TEMPLATES.image, namespace)));
    const { stdout } = await plan([namespace], stranger);
    const [{ workloads, unknown }] = JSON.parse(stdout).baselines;
    expect([workloads.judged, workloads.refused.length]).to.deep.equal([1, 1]);
    expect(unknown.filter((sentence: string) => sentence.includes("nothing is told of its"))).to.have.length(6);
    expect(unknown).to.include(`you may not list statefulsets.apps in ${namespace}; nothing is told of its StatefulSets`);
  });

  for (const mode of ["Enforce", "Report"] as const) {
    it(`lint says of files in mode ${mode} what the API server says of each object in them`, async () => {
      const namespace = await openNamespace(mode);
      await writeBaseline(namespace, { admission: { ...STRICT, mode } });
      const written = parseAllDocuments(WRITTEN.replaceAll("metadata: {", `metadata: {namespace: ${namespace}, `));
      const objects = [...workloadsIn(namespace), ...written.map((document) => document.toJS() as KubernetesObject)];
      const file = await write("objects.yaml", [baselineOf(namespace, { ...STRICT, mode }), ...objects]);
      const { code, stdout, stderr } = await runProgram(["lint", "-f", file]);
      expect([code, stderr]).to.deep.equal([mode === "Enforce" ? 1 : 0, ""]);

      const answers = await Promise.all(
        objects.map(async (object) => ({ object, ...(await tryCreate(JSON.parse(JSON.stringify(object)))) })),
      );
      const said = answers.flatMap(({ object: { kind, metadata }, refusal, warnings }) => {
        const [text] = refusal === "" ? warnings : [refusal];
        return text === undefined ? [] : [`${kind} ${metadata?.name}: ${text}`];
      });
      expect(said).to.have.length(18);
      const told = stdout.trimEnd().split("\n");
      expect(told.map((line) => line.replace(/^.*?\.yaml:\d+: /, ""))).to.deep.equal(said);
      const lines = (await readFile(file, "utf8")).split("\n");
      const places = told.map((line) => lines[Number(/\.yaml:(\d+): /.exec(line)?.[1]) - 1]);
      expect(places.filter((line) => !/^(apiVersion|kind): /.test(line ?? ""))).to.deep.equal([]);
    });
  }
});

/** A workload that has no pods made. */
function stopped(object: KubernetesObject): KubernetesObject {
  const { kind = "" } = object;
  const spec = object["spec"] as object;
  const pause = ["Job", "CronJob"].includes(kind) ? { suspend: true } : { replicas: 0 };
  return kind === "DaemonSet" ? object : ({ ...object, spec: { ...spec, ...pause } } as KubernetesObject);
}

/** Somebody who may read what docs/plan.md says, everywhere. */
async function planner(): Promise<Person> {
  const page = await readFile(join(import.meta.dirname, "../../docs/plan.md"), "utf8");
  const [, yaml = ""] = /```yaml\n(apiVersion: rbac[\s\S]*?)```/.exec(page) ?? [];
  const role: KubernetesObject = parseAllDocuments(yaml)[0]?.toJS();
  await admin().apply(role, { force: true });
  const who = await person(unusedName("planner"), []);
  const roleRef = { apiGroup: RBAC, kind: "ClusterRole", name: role.metadata?.name };
  const subjects = [{ apiGroup: RBAC, kind: "User", name: who.name }];
  await admin().create({ apiVersion: `${RBAC}/v1`, kind: "ClusterRoleBinding", metadata: { name: who.name }, roleRef, subjects } as never);
  await authorizerCaughtUp();
  return who;
}

interface Readable {
  readonly namespace: string;
  readonly group: string;
  readonly resources: readonly string[];
}

async function bindTo({ name: user }: Person, { namespace, group, resources }: Readable): Promise<void> {
  const metadata = { namespace, name: unusedName("reader") };
  const rules = [{ apiGroups: [group], resources, verbs: ["list"] }];
  const roleRef = { apiGroup: RBAC, kind: "Role", name: metadata.name };
  const subjects = [{ apiGroup: RBAC, kind: "User", name: user }];
  await admin().create({ apiVersion: `${RBAC}/v1`, kind: "Role", metadata, rules } as never);
  await admin().create({ apiVersion: `${RBAC}/v1`, kind: "RoleBinding", metadata, roleRef, subjects } as never);
}

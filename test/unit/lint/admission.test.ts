/** Proves what `lint` says of objects beside a baseline with section `admission`: in whose namespace they are judged, in which words, and what is no problem. */
import { expect } from "chai";
import { runLint } from "../../../operator/cli/lint/lint.ts";
import { memoryIo } from "./memory-io.ts";

const NOW = Date.parse("2026-11-28T20:00:00Z");
const REGISTRIES = "registries: [ghcr.io/acme]";
const FROM = "which is not from ghcr.io/acme";

/** A baseline of three lines and one that divides documents. */
function baseline(section: string, { namespace = "payments", spec = "" } = {}): string {
  const metadata = `metadata: {name: baseline${namespace === "" ? "" : `, namespace: ${namespace}`}}`;
  return `apiVersion: securitybaseline.dev/v1alpha1\nkind: SecurityBaseline\n${metadata}\nspec: {${spec}admission: {${section}}}\n---\n`;
}

function deployment(image: string, metadata = "name: web", podMetadata = "{}"): string {
  const template = `{metadata: ${podMetadata}, spec: {containers: [{name: web, image: ${image}}]}}`;
  return `apiVersion: apps/v1\nkind: Deployment\nmetadata: {${metadata}}\nspec: {template: ${template}}\n---\n`;
}

async function lint(files: Readonly<Record<string, string>> | string) {
  const named = typeof files === "string" ? { "a.yaml": files } : files;
  const io = memoryIo(named);
  const code = await runLint({ files: Object.keys(named), output: "text", now: NOW }, io);
  return { code, out: io.out.join(""), err: io.err.join("") };
}

const says = (line: number, text: string, file = "a.yaml") => `${file}:${line}: ${text}\n`;
const refusal = (line: number, image = "nginx:1", namespace = "payments") =>
  says(line, `Deployment web: the SecurityBaseline of ${namespace} refuses it: container "web" uses ${image}, ${FROM}`);

interface Row {
  readonly reason: string;
  readonly files: Readonly<Record<string, string>> | string;
  readonly code?: number;
  readonly out?: string;
  readonly err?: string;
}

const unjudged = (line: number, why: string, file = "a.yaml") => says(line, `Deployment web is not judged by spec.admission: ${why}`, file);
const other = baseline("imageReference: Tag", { namespace: "shop" });

const ROWS: readonly Row[] = [
  { reason: "an object that is admitted is not told of", files: baseline(REGISTRIES) + deployment("ghcr.io/acme/web:1") },
  {
    reason: "an object that is refused is a problem, at its own line",
    files: `${baseline(REGISTRIES) + deployment("ghcr.io/acme/web:1")}${deployment("nginx:1")}`,
    code: 1,
    out: refusal(11),
  },
  {
    reason: "it is judged wherever it stands, before the baseline and in another file",
    files: { "a.yaml": deployment("nginx:1", "name: web, namespace: payments"), "b.yaml": baseline(REGISTRIES) },
    code: 1,
    out: refusal(1),
  },
  {
    reason: "lines of baselines and objects come in the order of the file",
    files: deployment("nginx:1", "name: web, namespace: payments") + baseline(REGISTRIES) + baseline("x: 1", { namespace: "shop" }),
    code: 1,
    out: `${refusal(1)}a.yaml:14: spec.admission.x: `,
  },
  {
    reason: "mode Report warns, and that is no problem",
    files: baseline(`mode: Report, ${REGISTRIES}`) + deployment("nginx:1"),
    out: says(6, `Deployment web: the SecurityBaseline of payments would refuse it: container "web" uses nginx:1, ${FROM}`),
  },
  {
    reason: "the mode of the whole baseline counts where the section has none",
    files: baseline(REGISTRIES, { spec: "mode: Report, " }) + deployment("nginx:1"),
    out: says(6, `Deployment web: the SecurityBaseline of payments would refuse it: container "web" uses nginx:1, ${FROM}`),
  },
  {
    reason: "a workload that is only warned of is no problem",
    files: baseline(`workloads: Warn, ${REGISTRIES}`) + deployment("nginx:1"),
    out: says(6, `Deployment web: the SecurityBaseline of payments refuses its pods: container "web" uses nginx:1, ${FROM}`),
  },
  { reason: "a section that is off asks for nothing", files: baseline(`mode: "Off", ${REGISTRIES}`) + deployment("nginx:1") },
  {
    reason: "an object of another namespace is passed over",
    files: baseline(REGISTRIES) + deployment("nginx:1", "name: web, namespace: shop"),
  },
  {
    reason: "namespaces of the cluster itself are left out by the policies",
    files: baseline(REGISTRIES, { namespace: "kube-system" }) + deployment("nginx:1"),
  },
  {
    reason: "baseline and object without a namespace belong together",
    files: baseline(REGISTRIES, { namespace: "" }) + deployment("nginx:1"),
    code: 1,
    out: says(6, `Deployment web: the SecurityBaseline of this namespace refuses it: container "web" uses nginx:1, ${FROM}`),
  },
  {
    reason: "an object without a namespace belongs to the only baseline of its file, whatever other files hold",
    files: { "a.yaml": baseline(REGISTRIES) + deployment("nginx:1"), "b.yaml": other },
    code: 1,
    out: refusal(6),
  },
  {
    reason: "of several baselines none is guessed",
    files: baseline(REGISTRIES) + other + deployment("nginx:1"),
    err: unjudged(11, "it names no namespace, and there are several baselines: a.yaml:1, a.yaml:6"),
  },
  {
    reason: "nor where they stand in other files",
    files: { "a.yaml": baseline(REGISTRIES), "b.yaml": other, "c.yaml": deployment("nginx:1") },
    err: unjudged(1, "it names no namespace, and there are several baselines: a.yaml:1, b.yaml:1", "c.yaml"),
  },
  {
    reason: "where none of several asks for anything there is nothing to say",
    files: {
      "a.yaml": baseline('mode: "Off"') + baseline('mode: "Off"', { namespace: "shop" }) + deployment("nginx:1"),
      "b.yaml": baseline(REGISTRIES, { namespace: "third" }),
    },
  },
  {
    reason: "of two baselines of one namespace none is guessed",
    files: baseline(REGISTRIES) + baseline("imageReference: Tag") + deployment("nginx:1", "name: web, namespace: payments"),
    err: unjudged(11, "there are several baselines that may be the one of its namespace: a.yaml:1, a.yaml:6"),
  },
  {
    reason: "many baselines are counted",
    files: `${["a", "b", "c", "d", "e"].map((namespace) => baseline(REGISTRIES, { namespace })).join("")}${deployment("nginx:1")}`,
    err: unjudged(26, "it names no namespace, and there are several baselines: a.yaml:1, a.yaml:6, a.yaml:11 and 2 more"),
  },
  {
    reason: "a baseline without a namespace may be that of any",
    files: baseline(REGISTRIES, { namespace: "" }) + deployment("nginx:1", "name: web, namespace: shop"),
    err: unjudged(6, "the baseline at a.yaml:1 names no namespace"),
  },
  {
    reason: "by a baseline that is not valid nothing is judged",
    files: baseline("registries: [nginx]") + deployment("nginx:1"),
    code: 1,
    out: "a.yaml:4: spec.admission.registries[0]: ",
    err: unjudged(6, "the baseline at a.yaml:1 is not valid"),
  },
  {
    reason: "an exemption holds until its end, and no longer",
    files:
      baseline(
        `${REGISTRIES}, exemptions: [${["20:00:01", "20:00:00"]
          .map(
            (end, index) =>
              `{name: part-${index}, checks: [registries], matchLabels: {app: "${index}"}, expires: "2026-11-28T${end}Z", reason: on its way out, owner: team}`,
          )
          .join(", ")}]`,
      ) +
      deployment("nginx:1", "name: web", '{labels: {app: "0"}}') +
      deployment("nginx:1", "name: web", '{labels: {app: "1"}}'),
    code: 1,
    out: refusal(11),
  },
  {
    reason: "what another object owns is judged with that one",
    files:
      baseline(REGISTRIES) +
      deployment("nginx:1", "name: web, ownerReferences: [{controller: true}]").replace("kind: Deployment", "kind: ReplicaSet"),
  },
  {
    reason: "objects in a List",
    files: `${baseline(REGISTRIES)}apiVersion: v1\nkind: List\nitems:\n- ${deployment("nginx:1").replace("---\n", "").trim().replaceAll("\n", "\n  ")}\n`,
    code: 1,
    out: refusal(9),
  },
  {
    reason: "what is no object of Kubernetes is passed over",
    files: `${baseline(REGISTRIES)}image: {registry: nginx}\n---\n- 1\n---\ntext\n---\nkind: Deployment\n---\nkind: Pod\napiVersion: 1\n---\nkind: Pod\napiVersion: v1\nmetadata: web\n`,
  },
  {
    reason: "kinds of other groups are passed over",
    files: baseline(REGISTRIES) + deployment("nginx:1").replace("apps/v1", "apps.example.com/v1"),
  },
];

describe("lint by section admission", () => {
  for (const { reason, files, code = 0, out = "", err = "" } of ROWS) {
    it(reason, async () => {
      const told = await lint(files);
      expect(told.err).to.equal(err);
      if (out.endsWith("\n") || out === "") expect(told.out).to.equal(out);
      else expect(told.out.startsWith(out), told.out).to.equal(true);
      expect(told.code).to.equal(code);
    });
  }

  it("judges every kind that the policies are about", async () => {
    const section =
      "registries: [ghcr.io/acme], services: {types: [ClusterIP]}, hostnames: [pay.example.com], ingressClasses: [nginx], storageClasses: [standard]";
    const pod = "{containers: [{name: web, image: nginx:1}]}";
    const objects: readonly (readonly [type: string, spec: string])[] = [
      ["v1 Pod", pod],
      ...["apps/v1 Deployment", "apps/v1 StatefulSet", "apps/v1 DaemonSet", "apps/v1 ReplicaSet", "batch/v1 Job"].map(
        (type) => [type, `{template: {spec: ${pod}}}`] as const,
      ),
      ["v1 ReplicationController", `{template: {spec: ${pod}}}`],
      ["batch/v1 CronJob", `{jobTemplate: {spec: {template: {spec: ${pod}}}}}`],
      ["v1 Service", "{type: NodePort}"],
      ["networking.k8s.io/v1 Ingress", "{ingressClassName: nginx, rules: [{host: evil.example.org}]}"],
      ["gateway.networking.k8s.io/v1 HTTPRoute", "{hostnames: [evil.example.org]}"],
      ["gateway.networking.k8s.io/v1 GRPCRoute", "{hostnames: [evil.example.org]}"],
      ["gateway.networking.k8s.io/v1alpha2 TLSRoute", "{hostnames: [evil.example.org]}"],
      ["v1 PersistentVolumeClaim", "{storageClassName: fast}"],
    ];
    const text = objects.map(([type, spec]) => {
      const [apiVersion, kind] = type.split(" ");
      return `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: x}\nspec: ${spec}\n---\n`;
    });
    const { code, out, err } = await lint(baseline(section) + text.join(""));
    expect([code, err]).to.deep.equal([1, ""]);
    const kinds = out
      .trimEnd()
      .split("\n")
      .map((line) => /^a\.yaml:\d+: (\w+) x: the SecurityBaseline of payments refuses it: /.exec(line)?.[1]);
    expect(kinds).to.deep.equal(objects.map(([type]) => type.split(" ")[1]));
  });

  it("tells a StatefulSet of all that is wrong, by whichever policy", async () => {
    const text = `apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: db}\nspec: {template: {spec: {containers: [{name: web, image: nginx:1}]}}, volumeClaimTemplates: [{spec: {storageClassName: fast}}]}\n`;
    expect((await lint(baseline(`${REGISTRIES}, storageClasses: [standard]`) + text)).out).to.equal(
      says(
        6,
        `StatefulSet db: the SecurityBaseline of payments refuses it: container "web" uses nginx:1, ${FROM}; storageClassName "fast" is not allowed: use one of "standard"`,
      ),
    );
  });

  const read: readonly (readonly [reason: string, section: string, object: string, says?: string])[] = [
    ["amounts without quotes", "resources: {maximum: {cpu: '2'}}", "Pod {containers: [{name: a, resources: {limits: {cpu: 1.5}}}]}"],
    [
      "amounts without quotes that are too much",
      "resources: {maximum: {cpu: '2'}}",
      "Pod {containers: [{name: a, resources: {limits: {cpu: 3}}}]}",
      'container "a" may use more than 2 of cpu: set resources.limits to that or less',
    ],
    ["a field without a value is absent", "services: {types: [ClusterIP]}", "Service {type: null, externalIPs: }"],
    [
      "the same within lists",
      REGISTRIES,
      "Pod {initContainers: null, volumes: , containers: [{name: a, image: ghcr.io/acme/a, env: null}]}",
    ],
    ["whether the account gives a token is not known", "tokenAccounts: []", "Pod {containers: []}"],
    [
      "a pod that asks for a token gets it",
      "tokenAccounts: [api]",
      "Pod {automountServiceAccountToken: true, containers: []}",
      "it mounts a token for the API server: set automountServiceAccountToken: false, or run it as api",
    ],
    [
      "the old name of the account counts",
      "tokenAccounts: [api]",
      "Pod {automountServiceAccountToken: true, serviceAccount: api, containers: []}",
    ],
    ["a claim may get a class from the cluster", "storageClasses: [standard]", "PersistentVolumeClaim {}"],
    [
      "a claim that wants none gets none",
      "storageClasses: [standard]",
      'PersistentVolumeClaim {storageClassName: ""}',
      'storageClassName "" is not allowed: use one of "standard"',
    ],
    ["no claim at all", "storageClasses: []", "PersistentVolumeClaim {}", 'storageClassName "" is not allowed: no claim is allowed'],
    ["a pod may get a priority from the cluster", "priorityClasses: [high]", "Pod {containers: []}"],
  ];
  for (const [reason, section, text, problem] of read) {
    it(`reads an object as the API server does: ${reason}`, async () => {
      const [kind = ""] = text.split(" ");
      const object = `apiVersion: v1\nkind: ${kind}\nmetadata: {name: x}\nspec: ${text.slice(kind.length)}\n`;
      const { out } = await lint(baseline(section) + object);
      expect(out).to.equal(problem === undefined ? "" : says(6, `${kind} x: the SecurityBaseline of payments refuses it: ${problem}`));
    });
  }

  it("takes an Ingress without a class for one of the class that the cluster gives it, but not one with an old annotation", async () => {
    const text = (annotations: string) =>
      `apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: x, annotations: ${annotations}}\nspec: {rules: [{host: a.org}]}\n`;
    expect((await lint(baseline("ingressClasses: [nginx]") + text("{}"))).out).to.equal("");
    expect((await lint(baseline("ingressClasses: [nginx]") + text("{kubernetes.io/ingress.class: public}"))).out).to.contain(
      'ingressClassName "public" is not one of "nginx"',
    );
  });
});

describe("lint of hostile objects", () => {
  const cannot = "securitybaseline-admission-pods cannot judge it, and refuses it for that";
  const odd = (spec: string) => `apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec: ${spec}\n---\n`;

  for (const spec of ["7", "text", "[]", "{containers: 7}", "{containers: [7]}", "{containers: [[]]}", "{containers: [{name: {}}]}"]) {
    it(`ends with a line and without a fault: spec: ${spec}`, async () => {
      const { code, out, err } = await lint(baseline(`${REGISTRIES}, readOnlyRootFilesystem: true`) + odd(spec));
      expect(err).to.equal("");
      expect(out).to.match(/^(a\.yaml:6: Pod x: .*\n)?$/);
      expect(code).to.equal(out === "" ? 0 : 1);
    });
  }

  it("tells what cannot be judged: refused in Enforce, passed in Report", async () => {
    expect(await lint(baseline(REGISTRIES) + odd("{containers: [7]}"))).to.include({ code: 1, out: says(6, `Pod x: ${cannot}`) });
    expect(await lint(baseline(`mode: Report, ${REGISTRIES}`) + odd("{containers: [7]}"))).to.include({
      code: 0,
      out: says(6, "Pod x: securitybaseline-admission-pods-report cannot judge it, and lets it pass"),
    });
  });

  it("tells once what neither policy can judge", async () => {
    const text = deployment("nginx:1", "name: web, ownerReferences: 7").replace("kind: Deployment", "kind: ReplicaSet");
    expect((await lint(baseline(REGISTRIES) + text)).out).to.equal(says(6, `ReplicaSet web: ${cannot}`));
  });

  it("finds no label among what every object inherits, and no inheritance in a label", async () => {
    const section = "requiredLabels: [{key: constructor}, {key: toString}]";
    const text =
      "apiVersion: v1\nkind: Pod\nmetadata: {name: x, labels: {__proto__: {constructor: a, toString: b}}}\nspec: {containers: []}\n";
    expect((await lint(baseline(section) + text)).out).to.equal(
      says(6, "Pod x: the SecurityBaseline of payments refuses it: the label constructor is missing; the label toString is missing"),
    );
  });

  it("follows aliases that lead in a circle", async () => {
    const text =
      "apiVersion: v1\nkind: Pod\nmetadata: &m {name: x, again: *m}\nspec: &s {containers: [{name: web, image: nginx:1, in: *s}]}\n";
    expect((await lint(baseline(REGISTRIES) + text)).out).to.contain(`container "web" uses nginx:1, ${FROM}`);
  });

  it("moves no cursor by a name, and cuts a long one", async () => {
    const text = odd("{containers: [{name: web, image: nginx:1}]}");
    const { out } = await lint(baseline(REGISTRIES) + text.replace("name: x", 'name: "\\e[2J\\n\\u202e"'));
    expect(out.split("\n")).to.have.length(2);
    expect(out).not.to.match(/[\p{Cc}\p{Cf}](?!$)/u);
    const long = await lint(baseline(REGISTRIES) + text.replace("name: x", `name: ${"x".repeat(100_000)}`));
    expect(long.out.length).to.be.below(1000);
    expect((await lint(baseline(REGISTRIES) + text.replace("name: x", "name: 7"))).out).to.contain(": Pod without a name: ");
    expect((await lint(baseline(REGISTRIES) + text.replace("name: x", "generateName: x-"))).out).to.contain(": Pod x-: ");
  });

  it("judges an object of many thousand containers, and tells three problems and their number", async () => {
    const containers = Array.from({ length: 20_000 }, (_, index) => `{name: c${index}, image: i}`).join(", ");
    const { out } = await lint(baseline(REGISTRIES) + odd(`{containers: [${containers}]}`));
    expect(out).to.contain(`container "c2" uses i, ${FROM}; and 19997 more`);
    expect(out.length).to.be.below(1000);
  });

  it("of a baseline ends nothing", async () => {
    for (const body of [
      "spec: 7",
      "spec: {admission: 7}",
      "spec:",
      "metadata: 7",
      "metadata: {name: baseline, namespace: 7}",
      "metadata: [a]",
    ]) {
      const text = `apiVersion: securitybaseline.dev/v1alpha1\nkind: SecurityBaseline\n${body}\n---\n`;
      const { err } = await lint(text + baseline(REGISTRIES) + deployment("nginx:1", "name: web, namespace: payments"));
      expect(err, body).to.equal("");
    }
  });
});

/** Proves what a user of `render` sees: bytes, messages and exit codes. */
import { expect } from "chai";
import { parseAllDocuments } from "yaml";
import type { ManifestForm } from "../../../operator/cli/manifest-text.ts";
import { runRender } from "../../../operator/cli/render.ts";

const HEAD = "apiVersion: securitybaseline.dev/v1alpha1\nkind: SecurityBaseline\n";
const PAYMENTS = `${HEAD}metadata: {name: baseline, namespace: payments}\n`;
const ACCOUNTS = `${PAYMENTS}spec:\n  serviceAccounts:\n    accounts: [{name: api}]\n`;

const NOW = Date.parse("2026-11-23T10:00:00Z");

interface Result {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function render(
  contents: Readonly<Record<string, string>>,
  output: ManifestForm = "yaml",
  objectLabels: Readonly<Record<string, string>> = {},
  falcoNamespace?: string,
): Promise<Result> {
  let stdout = "";
  let stderr = "";
  const unread = new Map(Object.entries(contents));
  const readFile = async (file: string): Promise<Uint8Array> => {
    const content = unread.get(file);
    unread.delete(file);
    if (content === undefined) throw new Error(`no such file, or read twice: ${file}`);
    return new TextEncoder().encode(content);
  };
  const io = {
    stdout: (text: string) => {
      stdout += text;
    },
    stderr: (text: string) => {
      stderr += text;
    },
    readFile,
  };
  const falco = falcoNamespace === undefined ? {} : { falcoNamespace };
  const code = await runRender({ files: Object.keys(contents), output, objectLabels, ...falco, now: NOW }, io);
  return { code, stdout, stderr };
}

describe("render", () => {
  it("prints the labels of the installation as the operator writes them, beside its own and on no shared object", async () => {
    const { stdout } = await render({ "sb.yaml": ACCOUNTS }, "yaml", { "example.com/cost-center": "42", team: "platform" });
    const labels = parseAllDocuments(stdout).map((document) => document.toJS().metadata.labels);
    expect(labels).to.deep.equal([
      {
        "app.kubernetes.io/managed-by": "securitybaseline",
        "example.com/cost-center": "42",
        "securitybaseline.dev/control": "serviceAccounts",
        team: "platform",
      },
      undefined,
    ]);
  });

  it("prints YAML documents in the order of writes", async () => {
    expect(await render({ "sb.yaml": ACCOUNTS })).to.deep.equal({
      code: 0,
      stderr: "",
      stdout: `apiVersion: v1
kind: ServiceAccount
metadata:
  name: api
  namespace: payments
  labels:
    app.kubernetes.io/managed-by: securitybaseline
    securitybaseline.dev/control: serviceAccounts
automountServiceAccountToken: false
---
apiVersion: v1
kind: ServiceAccount
metadata:
  name: default
  namespace: payments
  annotations:
    securitybaseline.dev/deletion-policy: Delete
automountServiceAccountToken: false
`,
    });
  });

  it("prints one v1 List as JSON", async () => {
    expect(await render({ "sb.yaml": `${PAYMENTS}spec: {serviceAccounts: {}}\n` }, "json")).to.deep.equal({
      code: 0,
      stderr: "",
      stdout: `{
  "apiVersion": "v1",
  "kind": "List",
  "items": [
    {
      "apiVersion": "v1",
      "kind": "ServiceAccount",
      "metadata": {
        "name": "default",
        "namespace": "payments",
        "annotations": {
          "securitybaseline.dev/deletion-policy": "Delete"
        }
      },
      "automountServiceAccountToken": false
    }
  ]
}
`,
    });
  });

  it("prints nothing as no document, and as an empty List", async () => {
    expect((await render({ "sb.yaml": PAYMENTS })).stdout).to.equal("");
    expect(JSON.parse((await render({ "sb.yaml": PAYMENTS }, "json")).stdout)).to.deep.equal({ apiVersion: "v1", kind: "List", items: [] });
  });

  it("prints what the posture of the cluster asks for, in the break-glass namespace", async () => {
    const profile =
      "{name: incident, role: sb-incident-admin, requesters: {groups: [a]}, approvers: {groups: [b], required: 2}, maxDuration: 1h}";
    const head = "apiVersion: securitybaseline.dev/v1alpha1\nkind: ClusterSecurityBaseline\nmetadata: {name: cluster}\n";
    const { code, stdout, stderr } = await render({ "csb.yaml": `${head}spec: {breakGlass: {profiles: [${profile}]}}\n` });
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: "" });
    const names = parseAllDocuments(stdout).map((document) => {
      const { kind, metadata } = document.toJS();
      return `${metadata.namespace} ${kind} ${metadata.name}`;
    });
    expect(names).to.deep.equal([
      "securitybaseline-breakglass Role break-glass-approve-incident",
      "securitybaseline-breakglass Role break-glass-request-incident",
      "securitybaseline-breakglass RoleBinding break-glass-approve-incident",
      "securitybaseline-breakglass RoleBinding break-glass-request-incident",
    ]);
  });

  it("reads standard input once", async () => {
    const { code, stdout } = await render({ "-": ACCOUNTS });
    expect(code).to.equal(0);
    expect(stdout).to.include("name: api");
  });

  it("keeps the order of files and documents, and passes over objects of others", async () => {
    const spec = "spec: {podSecurity: {enforce: baseline}}\n";
    const inNamespace = (name: string) => `${HEAD}metadata: {name: baseline, namespace: ${name}}\n${spec}`;
    const other = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: other}\n";
    const { stdout } = await render({
      "b.yaml": `${inNamespace("zoo")}---\n${other}---\n${inNamespace("shop")}`,
      "a.yaml": inNamespace("bank"),
    });
    expect(stdout.match(/(?<=^ {2}name: ).*$/gm)).to.deep.equal(["zoo", "shop", "bank"]);
  });

  it("reads the baselines in a List", async () => {
    const list = {
      apiVersion: "v1",
      kind: "List",
      items: [
        {
          apiVersion: "securitybaseline.dev/v1alpha1",
          kind: "SecurityBaseline",
          metadata: { name: "baseline", namespace: "bank" },
          spec: { podSecurity: { enforce: "baseline" } },
        },
      ],
    };
    expect((await render({ "list.json": JSON.stringify(list) })).stdout).to.include("name: bank");
  });

  it("writes text that other readers would take for a boolean or number as text, and repeats instead of referring", async () => {
    const role = 'name: "on", groups: ["no", "012", "1e3", "~", "2026-11-23"], rules: [{apiGroups: [""], resources: ["y"], verbs: [get]}]';
    const { stdout } = await render({ "sb.yaml": `${PAYMENTS}spec: {access: {roles: [{${role}}, {name: app-viewer, groups: [a]}]}}\n` });
    expect(stdout).to.include('name: "on"').and.to.include('name: "no"').and.to.include('name: "012"');
    expect(stdout).not.to.match(/[&*]a\d/);
    const names = parseAllDocuments(stdout, { version: "1.1" }).flatMap((document) =>
      (document.toJS().subjects ?? []).map(({ name }: { name: unknown }) => name),
    );
    expect(names).to.deep.equal(["a", "012", "1e3", "2026-11-23", "no", "~"]);
  });

  it("warns of what is left closed, with file and line, and prints the rest", async () => {
    const egress = "egress: [{name: api, to: [{preset: KubeAPI}]}]";
    const { code, stdout, stderr } = await render({ "sb.yaml": `${PAYMENTS}spec: {network: {${egress}}}\n` });
    expect(code).to.equal(0);
    expect(stderr).to.equal(
      'sb.yaml:3: warning: network.egress "api": the API server\'s endpoints are not known here, so preset KubeAPI is left closed\n',
    );
    expect(stdout).to.include("name: allow-egress-api");
  });

  it("prints the rules of all baselines for Falco as one object, and none of the objects that the operator makes", async () => {
    const ofFalco = (namespace: string) =>
      `${HEAD}metadata: {name: baseline, namespace: ${namespace}}\nspec: {network: {}, runtime: {backend: Falco, watch: [UserNamespaceCreation]}}\n`;
    const { code, stdout, stderr } = await render({ "b.yaml": ofFalco("shop"), "a.yaml": ofFalco("bank") }, "yaml", {}, "falco");
    expect([code, stderr]).to.deep.equal([0, ""]);
    expect(stdout).to.equal(`apiVersion: artifact.falcosecurity.dev/v1alpha1
kind: Rulesfile
metadata:
  name: securitybaseline
  namespace: falco
spec:
  priority: 50
  inlineRules:
    - rule: SecurityBaseline UserNamespaceCreation
      desc: Preset UserNamespaceCreation of spec.runtime in the SecurityBaselines of these namespaces
      condition: evt.type in (clone, clone3, unshare) and evt.arg.flags contains CLONE_NEWUSER and not thread.cap_effective contains CAP_SYS_ADMIN and k8s.ns.name in (bank, shop)
      output: "UserNamespaceCreation: pod %k8s.pod.name in %k8s.ns.name (container=%container.name image=%container.image.repository process=%proc.exepath parent=%proc.pname file=%fd.name)"
      priority: WARNING
      tags:
        - securitybaseline
`);
  });

  it("warns that rules for Falco are not among the objects, and prints no file where nobody asks for rules", async () => {
    const falco = `${PAYMENTS}spec: {runtime: {backend: Falco, watch: [TokenRead]}}\n`;
    const plain = await render({ "sb.yaml": falco });
    expect([plain.code, plain.stdout]).to.deep.equal([0, ""]);
    expect(plain.stderr).to.match(/^sb\.yaml:3: warning: Falco: nothing is applied, .*securitybaseline render --falco-namespace/);
    expect(await render({ "sb.yaml": ACCOUNTS }, "yaml", {}, "falco")).to.deep.equal({
      code: 0,
      stdout: "",
      stderr: "no baseline asks for rules of Falco: write spec.runtime with backend Falco\n",
    });
  });

  describe("beside workloads", () => {
    const exemption = "{name: old, checks: [registries], matchLabels: {app: old}, expires: DAY, reason: moves in spring, owner: a}";
    const baseline = `${PAYMENTS}spec: {admission: {registries: [ghcr.io/acme], exemptions: [${exemption}]}}\n`;
    const sb = baseline.replace("DAY", '"2027-03-31T00:00:00Z"');
    const pod = (labels: string, namespace = "payments"): string =>
      `kind: Pod\napiVersion: v1\nmetadata: {name: web, namespace: ${namespace}, labels: {${labels}}}\nspec: {containers: [{name: web, image: nginx:1}]}\n`;
    const REFUSED =
      'web.yaml:1: warning: Pod web: the SecurityBaseline of payments refuses it: container "web" uses nginx:1, which is not from ghcr.io/acme\n';
    const cases: readonly { readonly reason: string; readonly contents: Record<string, string>; readonly stderr: string }[] = [
      {
        reason: "warns of one that would be refused, with file and line",
        contents: { "sb.yaml": sb, "web.yaml": pod("app: web") },
        stderr: REFUSED,
      },
      { reason: "says nothing of one that is exempt", contents: { "sb.yaml": sb, "web.yaml": pod("app: old") }, stderr: "" },
      {
        reason: "warns of one whose exemption is over",
        contents: { "sb.yaml": baseline.replace("DAY", '"2026-11-01T00:00:00Z"'), "web.yaml": pod("app: old") },
        stderr: REFUSED,
      },
      { reason: "says nothing of one elsewhere", contents: { "sb.yaml": sb, "web.yaml": pod("app: web", "other") }, stderr: "" },
      {
        reason: "says why one is not judged",
        contents: { "sb.yaml": `${sb}---\n${sb.replace("payments", "billing")}`, "web.yaml": pod("").replace("namespace: payments, ", "") },
        stderr:
          "web.yaml:1: Pod web is not judged by spec.admission: it names no namespace, and there are several baselines: sb.yaml:1, sb.yaml:6\n",
      },
    ];
    for (const { reason, contents, stderr } of cases) {
      it(`${reason}, and prints the same as without`, async () => {
        const { "web.yaml": _web, ...alone } = contents;
        const { stdout } = await render(alone);
        expect(await render(contents)).to.deep.equal({ code: 0, stdout, stderr });
      });
    }
  });

  const refused: readonly { readonly reason: string; readonly contents: Record<string, string>; readonly message: RegExp }[] = [
    {
      reason: "an invalid baseline",
      contents: { "sb.yaml": `${PAYMENTS}spec:\n  podSecurity:\n    enforce: strict\n` },
      message: /^sb\.yaml:6: spec\.podSecurity\.enforce: /,
    },
    { reason: "an unknown field", contents: { "sb.yaml": `${PAYMENTS}spec:\n  netwrok: {}\n` }, message: /^sb\.yaml:5: .*netwrok/ },
    { reason: "a broken file beside a good one", contents: { "good.yaml": ACCOUNTS, "bad.yaml": "a: [" }, message: /^bad\.yaml:1: / },
    {
      reason: "input without a baseline",
      contents: { "cm.yaml": "kind: ConfigMap\n" },
      message: /^no object of securitybaseline\.dev found in cm\.yaml\n$/,
    },
    {
      reason: "input of ours that states no posture",
      contents: {
        "bgr.yaml": `${HEAD.replace("SecurityBaseline", "BreakGlassRequest")}metadata: {name: a}\nspec: {profile: a, duration: 1h, reason: the database does not answer}\n`,
      },
      message: /^no SecurityBaseline or ClusterSecurityBaseline found in bgr\.yaml\n$/,
    },
    {
      reason: "a baseline without a namespace",
      contents: { "sb.yaml": `${HEAD}metadata: {name: baseline}\n` },
      message: /^sb\.yaml:3: metadata\.namespace is missing: name the namespace to render for\n$/,
    },
  ];
  for (const { reason, contents, message } of refused) {
    it(`refuses ${reason} with exit code 2 and prints nothing`, async () => {
      const { code, stdout, stderr } = await render(contents);
      expect(code).to.equal(2);
      expect(stdout).to.equal("");
      expect(stderr).to.match(message);
    });
  }
});

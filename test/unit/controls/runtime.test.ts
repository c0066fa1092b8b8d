/** Tests what the section `runtime` says beside its objects, which presets kill, and what is printed for Falco. */
import { expect } from "chai";
import type { RuntimeSection } from "../../../operator/api/baseline-runtime.ts";
import { validate } from "../../../operator/api/validate.ts";
import { effective } from "../../../operator/controls/effective.ts";
import { falcoRulesfile } from "../../../operator/controls/runtime/falco.ts";
import { PRESET_NAMES, PRESETS } from "../../../operator/controls/runtime/presets.ts";
import { runtime } from "../../../operator/controls/runtime/runtime.ts";
import { OFFLINE } from "../../../operator/facts/index.ts";
import { tracingPolicy } from "../../../operator/kinds/tracing-policy.ts";
import { healthView } from "./health-view.ts";

const TETRAGON: RuntimeSection = { backend: "Tetragon", watch: ["TokenRead"], kill: ["SensitiveFileRead"] };
const FALCO: RuntimeSection = { backend: "Falco", watch: ["TokenRead"] };

const contextIn = (namespace: string) => ({ namespace, mode: "Enforce" as const, facts: OFFLINE });

const baselineIn = (namespace: string, spec: object) => ({
  apiVersion: "securitybaseline.dev/v1alpha1",
  kind: "SecurityBaseline",
  metadata: { name: "baseline", namespace },
  spec,
});

describe("section runtime", () => {
  it("says what cannot be verified where something of it stands, and claims nothing where nothing does", () => {
    const there = [[tracingPolicy, { metadata: { name: "baseline-token-read", namespace: "payments" } }]] as const;
    const strangers = [[tracingPolicy, { metadata: { name: "file-monitoring", namespace: "payments" } }]] as const;
    expect(runtime.caveat?.(TETRAGON, healthView({ now: 0, seen: there }))).to.match(
      /^Tetragon: applied, effect not verifiable from the API: .*tetra tracingpolicy list on each node alone$/,
    );
    expect(runtime.caveat?.(TETRAGON, healthView({ now: 0, seen: strangers }))).to.equal(undefined);
  });

  it("says that nothing is applied for Falco, and what to do", () => {
    expect(runtime.caveat?.(FALCO, healthView({ now: 0, seen: [] }))).to.equal(undefined);
    expect(runtime.warnings?.(TETRAGON, contextIn("payments"))).to.deep.equal([]);
    const [warning, ...more] = runtime.warnings?.(FALCO, contextIn("payments")) ?? [];
    expect(more).to.deep.equal([]);
    expect(warning).to.match(
      /^Falco: nothing is applied.*print them with securitybaseline render --falco-namespace, and apply them where Falco reads them$/,
    );
  });

  for (const namespace of ["kube-system", "kube-public", "kube-node-lease", "securitybaseline-system"]) {
    it(`is refused in ${namespace}, also where the installation obeys baselines there`, () => {
      expect(runtime.problem?.(TETRAGON, contextIn(namespace))).to.deep.equal({
        reason: "ReservedNamespace",
        message:
          "programs of the cluster itself read what the presets watch, and would be killed like any other: remove spec.runtime from this namespace",
      });
      expect(runtime.desired(TETRAGON, contextIn(namespace))).to.deep.equal([]);
      expect(runtime.problem?.(FALCO, contextIn(namespace))).to.equal(undefined);
    });
  }

  it("is obeyed everywhere else", () => {
    expect(runtime.problem?.(TETRAGON, contextIn("payments"))).to.equal(undefined);
  });

  it("lets kill only what the presets allow to kill: what a baseline may say, and what is made of it, are one", () => {
    const killing = PRESET_NAMES.filter(
      (preset) => validate("SecurityBaseline", baselineIn("payments", { runtime: { backend: "Tetragon", kill: [preset] } })).length === 0,
    );
    expect(killing).to.deep.equal(["SensitiveFileRead", "TemporaryFileExecution", "UserNamespaceCreation"]);
    expect(PRESET_NAMES.filter((preset) => PRESETS[preset].kills)).to.deep.equal(killing);
  });

  it("names its policies so that none is told for another", () => {
    const names = PRESET_NAMES.map((preset) => PRESETS[preset].policy);
    expect(new Set(names).size).to.equal(5);
    for (const name of names) expect(name).to.match(/^baseline-[a-z-]+$/);
  });
});

describe("the rules for Falco", () => {
  const rulesfile = (...baselines: readonly (readonly [namespace: string, runtime: object])[]) =>
    falcoRulesfile(
      baselines.map(([namespace, section]) => effective("SecurityBaseline", baselineIn(namespace, { runtime: section }), "unused")),
      "falco",
    );

  it("are one file for all namespaces, one rule per preset, and each rule for the namespaces that name it", () => {
    const file = rulesfile(
      ["shop", { backend: "Falco", watch: ["UserNamespaceCreation", "TokenRead"] }],
      ["payments", { backend: "Falco", watch: ["TokenRead"], mode: "Report" }],
      ["other", { backend: "Tetragon", watch: ["TokenRead"] }],
      ["off", { backend: "Falco", watch: ["TokenRead"], mode: "Off" }],
    );
    const where =
      "pod %k8s.pod.name in %k8s.ns.name (container=%container.name image=%container.image.repository process=%proc.exepath parent=%proc.pname file=%fd.name)";
    expect(file).to.deep.equal({
      apiVersion: "artifact.falcosecurity.dev/v1alpha1",
      kind: "Rulesfile",
      metadata: { name: "securitybaseline", namespace: "falco" },
      spec: {
        priority: 50,
        inlineRules: [
          {
            rule: "SecurityBaseline TokenRead",
            desc: "Preset TokenRead of spec.runtime in the SecurityBaselines of these namespaces",
            condition:
              'evt.type in (open, openat, openat2, creat) and fd.typechar = "f" and proc.vpid != 1 and (fd.name startswith "/run/secrets/kubernetes.io/serviceaccount/" or fd.name startswith "/var/run/secrets/kubernetes.io/serviceaccount/" or fd.name startswith "/run/secrets/eks.amazonaws.com/serviceaccount/" or fd.name startswith "/var/run/secrets/eks.amazonaws.com/serviceaccount/" or fd.name startswith "/run/secrets/azure/tokens/" or fd.name startswith "/var/run/secrets/azure/tokens/") and k8s.ns.name in (payments, shop)',
            output: `TokenRead: ${where}`,
            priority: "WARNING",
            tags: ["securitybaseline"],
          },
          {
            rule: "SecurityBaseline UserNamespaceCreation",
            desc: "Preset UserNamespaceCreation of spec.runtime in the SecurityBaselines of these namespaces",
            condition:
              "evt.type in (clone, clone3, unshare) and evt.arg.flags contains CLONE_NEWUSER and not thread.cap_effective contains CAP_SYS_ADMIN and k8s.ns.name in (shop)",
            output: `UserNamespaceCreation: ${where}`,
            priority: "WARNING",
            tags: ["securitybaseline"],
          },
        ],
      },
    });
  });

  it("are no file where nobody asks for one", () => {
    expect(rulesfile(["other", { backend: "Tetragon", watch: ["TokenRead"] }])).to.equal(undefined);
  });

  it("tell no arguments of programs, which may be secrets", () => {
    const all = rulesfile(["shop", { backend: "Falco", watch: [...PRESET_NAMES] }]);
    expect(JSON.stringify(all)).to.not.match(/cmdline|proc\.args|proc\.env|evt\.args/);
  });
});

/** Proves of the Helm chart what can be told without Helm: it is the generated one, complete, and its schema takes its own values and no others. `make test-helm` does the rest. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import { expect } from "chai";
import { Command } from "commander";
import { parse } from "yaml";
import { chartFiles } from "../../../hack/config/chart/chart.ts";
import { resourcesOf } from "../../../hack/config/chart/manager.ts";
import { valuesPage } from "../../../hack/config/chart/schema.ts";
import { templateLines } from "../../../hack/config/chart/stand-ins.ts";
import { FIXED_FLAGS, FLAG_VALUES } from "../../../hack/config/chart/values.ts";
import { addOperatorFlags } from "../../../operator/settings.ts";

const ROOT = join(import.meta.dirname, "../../..");
const CHART = join(ROOT, "config/helm/securitybaseline");

describe("the generated chart", () => {
  const files = chartFiles();
  const values = () => parse(files.get("values.yaml") ?? "");

  it("is the committed one, without a file more: run make generate", () => {
    const committed = readdirSync(CHART, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const paths = committed.map(({ parentPath, name }) => join(parentPath, name).slice(CHART.length + 1));
    expect(paths.sort()).to.deep.equal([...files.keys()].sort());
    for (const [path, content] of files) expect(readFileSync(join(CHART, path), "utf8"), path).to.equal(content);
    expect(readFileSync(join(ROOT, "docs/reference/helm-values.md"), "utf8")).to.equal(valuesPage());
  });

  it("has a template for every file of config/default", () => {
    const templates = resourcesOf("config/default").map((path) => `templates/${path.replace("config/", "")}`);
    expect(templates).to.have.length.greaterThan(80);
    expect([...files.keys()]).to.include.members(templates);
  });

  it("has a value for each flag of the operator, or a reason why it has none", () => {
    const flags = addOperatorFlags(new Command()).options.map(({ long }) => long);
    expect([...FLAG_VALUES.map(({ flag }) => flag), ...Object.keys(FIXED_FLAGS)]).to.have.members(flags);
  });

  it("has templates whose actions are all closed", () => {
    for (const [path, content] of files) {
      const actions = [...content.matchAll(/\{\{-? ?(if|with|range|define|end)\b/g)].map(([, word]) => word);
      const ends = actions.filter((word) => word === "end").length;
      expect(ends, path).to.equal(actions.length - ends);
    }
  });

  describe("schema", () => {
    const accepts = new Ajv({ allErrors: true }).compile(JSON.parse(files.get("values.schema.json") ?? ""));

    it("takes the chart's own values", () => {
      expect([accepts(values()), accepts.errors]).to.deep.equal([true, null]);
    });

    const refused: readonly (readonly [string, object])[] = [
      ["an unknown value", { replicaCount: 2 }],
      ["an unknown value of a group", { image: { ...values().image, name: "x" } }],
      [
        "an unknown value two groups down",
        { breakGlass: { ...values().breakGlass, webhook: { ...values().breakGlass.webhook, url: "x" } } },
      ],
      ["text for a number", { replicas: "2" }],
      ["a part of a replica", { replicas: 1.5 }],
      ["fewer replicas than none", { replicas: -1 }],
      ["a value that is taken away", { replicas: null }],
      ["text for a switch", { countTokenPods: "false" }],
      ["a level that is none", { logLevel: "loud" }],
      ["an engine that is none", { admissionEngine: "OPA" }],
      ["a group of reports that is none", { policyReports: "trivy" }],
      ["what YAML 1.1 makes of a bare Off", { policyReports: false }],
      ["one group for a list", { breakGlass: { ...values().breakGlass, custodians: "ops" } }],
      ["a label that is no text", { objectLabels: { team: 1 } }],
      ["a switch that is a group in other charts", { monitoring: { ...values().monitoring, serviceMonitor: { enabled: true } } }],
    ];
    for (const [reason, change] of refused) {
      it(`refuses ${reason}`, () => {
        expect(accepts({ ...values(), ...change })).to.equal(false);
      });
    }
  });
});

describe("stand-ins", () => {
  it("are never left in a template: what the generator does not know is told", () => {
    const unknown = { apiVersion: "v1", kind: "ConfigMap", data: { text: "of chart-value-label alone" } };
    expect(() => templateLines([unknown])).to.throw("the generator of the chart does not know what to write for");
  });

  it("leave others' braces as they are", () => {
    const lines = templateLines([{ apiVersion: "v1", kind: "ConfigMap", data: { text: "{{ $labels.resource }}" } }]);
    expect(lines).to.include('  text: "{{ "{{" }} $labels.resource }}"');
  });

  it("print an item of a list for each entry", () => {
    const lines = templateLines([
      {
        subjects: [
          { kind: "Group", name: "chart-value-custodian" },
          { kind: "User", name: "x" },
        ],
      },
    ]);
    expect(lines).to.deep.equal([
      "subjects:",
      '{{- range include "securitybaseline.names" .Values.breakGlass.custodians | fromJsonArray }}\n  - kind: Group\n    name: {{ . | toJson }}\n{{- end }}',
      "  - kind: User",
      "    name: x",
    ]);
  });
});

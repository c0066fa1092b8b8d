/** Proves the forms of `lint` that programs read: JSON, GitHub's workflow commands and SARIF, also where files try to speak for it. */
import { expect } from "chai";
import type { LintForm } from "../../../operator/cli/lint/forms.ts";
import { runLint } from "../../../operator/cli/lint/lint.ts";
import { memoryIo } from "./memory-io.ts";

const NOW = Date.parse("2026-11-28T20:00:00Z");
const HEAD = "apiVersion: securitybaseline.dev/v1alpha1\nkind: SecurityBaseline\n";
const BAD = `${HEAD}metadata: {name: baseline, namespace: shop}\nspec: {mode: x}\n`;
const WARNING = `${HEAD}metadata: {name: baseline, namespace: shop}\nspec: {mode: Report, admission: {registries: [ghcr.io/acme]}}\n`;
const POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: shop}\nspec: {containers: [{name: web, image: nginx}]}\n";
const STRAY = "apiVersion: v1\nkind: Pod\nmetadata: {name: stray}\nspec: {containers: [{name: web, image: nginx}]}\n";
const SECOND = WARNING.replace("namespace: shop", "namespace: other");
const MODE = '"x" is not allowed: write Enforce, or Report, or Off';

async function lint(files: Readonly<Record<string, string>>, output: LintForm, names = Object.keys(files)) {
  const io = memoryIo(files);
  const code = await runLint({ files: names, output, now: NOW }, io);
  return { code, out: io.out.join(""), err: io.err.join("") };
}

describe("lint -o json", () => {
  it("has each problem with level, place, object and sentence", async () => {
    const { code, out, err } = await lint({ "a.yaml": BAD }, "json");
    expect([code, err]).to.deep.equal([1, ""]);
    expect(JSON.parse(out)).to.deep.equal({
      version: 1,
      summary: { errors: 1, warnings: 0, notes: 0 },
      messages: [
        {
          level: "error",
          rule: "Schema",
          file: "a.yaml",
          line: 4,
          path: "spec.mode",
          subject: "SecurityBaseline shop/baseline",
          message: MODE,
        },
      ],
    });
  });

  it("has what would be warned of, what is not judged and what cannot be read, and loses nothing", async () => {
    const files = { "b.yaml": `${WARNING}---\n${POD}`, "c.yaml": SECOND, "d.yaml": STRAY, "e.yaml": "a: [\n" };
    const { code, out, err } = await lint(files, "json", [...Object.keys(files), "gone.yaml"]);
    expect([code, err]).to.deep.equal([2, ""]);
    const { summary, messages } = JSON.parse(out);
    expect(summary).to.deep.equal({ errors: 2, warnings: 1, notes: 1 });
    expect(messages.map(({ level, rule, file, line }: Record<string, unknown>) => [level, rule, file, line])).to.deep.equal([
      ["error", "Unreadable", "e.yaml", 2],
      ["error", "Unreadable", "gone.yaml", undefined],
      ["note", "NotJudged", "d.yaml", 1],
      ["warning", "Admission", "b.yaml", 6],
    ]);
  });

  it("says that nothing is wrong, and that nothing is there", async () => {
    expect(JSON.parse((await lint({ "a.yaml": BAD.replace("x", "Report") }, "json")).out).messages).to.deep.equal([]);
    const { code, out } = await lint({ "a.yaml": POD }, "json");
    expect([code, JSON.parse(out).messages]).to.deep.equal([
      2,
      [{ level: "error", rule: "NothingOfOurs", message: "no object of securitybaseline.dev found in a.yaml" }],
    ]);
  });
});

/** The commands in an output as GitHub's runner finds them: lines that begin with `::`, or hold `##[` and do not. */
function commandsIn(output: string) {
  return output
    .split(/\r\n|\r|\n/)
    .filter((line) => line !== "")
    .map((line) => {
      const [, name, properties = "", data = ""] = /^\s*::(\w[\w-]*)(?: ([^:]*))?::(.*)$/.exec(line) ?? [];
      if (name === undefined) return { name: /##\[/.test(line) ? "legacy" : "text", properties: {}, data: line };
      const read = (text: string) => text.replaceAll("%0D", "\r").replaceAll("%0A", "\n").replaceAll("%3A", ":").replaceAll("%2C", ",");
      const pairs = properties
        .split(",")
        .map((pair) => [pair.split("=")[0] ?? "", read(pair.slice(pair.indexOf("=") + 1)).replaceAll("%25", "%")]);
      return {
        name,
        properties: Object.fromEntries(pairs),
        data: data.replaceAll("%0D", "\r").replaceAll("%0A", "\n").replaceAll("%25", "%"),
      };
    });
}

describe("lint -o github", () => {
  it("is a command a line, with levels", async () => {
    const files = { "./k8s/b.yaml": `${WARNING}---\n${POD}`, "c.yaml": SECOND, "d.yaml": STRAY, "-": BAD.replace("shop", "third") };
    const { code, out, err } = await lint(files, "github");
    expect([code, err]).to.deep.equal([1, ""]);
    expect(out.split("\n").map((line) => line.slice(0, 75))).to.deep.equal(
      [
        "::notice file=d.yaml,line=1,title=securitybaseline NotJudged::Pod stray is n",
        "::warning file=k8s/b.yaml,line=6,title=securitybaseline Admission::Pod web: ",
        '::error title=securitybaseline Schema::spec.mode: "x" is not allowed: write ',
        "",
      ].map((line) => line.slice(0, 75)),
    );
  });

  const EVIL = "::set-env name=PATH::/evil";
  const hostile: readonly { reason: string; files: Readonly<Record<string, string>> }[] = [
    { reason: "a value with line breaks", files: { "a.yaml": BAD.replace("mode: x", `mode: "x\\n${EVIL}\\r\\n${EVIL}"`) } },
    { reason: "a key with line breaks", files: { "a.yaml": BAD.replace("mode: x", `"x\\n${EVIL}": 1`) } },
    { reason: "escapes of line breaks", files: { "a.yaml": BAD.replace("mode: x", `mode: "x%0A${EVIL}%0D%250A"`) } },
    { reason: "a command of the old form", files: { "a.yaml": BAD.replace("mode: x", 'mode: "##[add-mask]secret"') } },
    { reason: "the end of the properties in a file's name", files: { "a,line=1::x%0A:b.yaml": BAD } },
    { reason: "a file's name that is a command", files: { [`${EVIL}.yaml`]: BAD, "##[x]\n::y::.yaml": BAD } },
    { reason: "a kind with line breaks", files: { "a.yaml": BAD.replace("kind: SecurityBaseline", `kind: "X\\n${EVIL}"`) } },
    { reason: "a syntax error in hostile text", files: { "a.yaml": `a: *x\n"${EVIL}": [\n` } },
    {
      reason: "separators of lines of other alphabets",
      files: { "a.yaml": BAD.replace("mode: x", `mode: "x\\u2028${EVIL}\\x85${EVIL}"`) },
    },
    { reason: "nothing of ours in a file with such a name", files: { [`\n${EVIL}`]: POD } },
  ];
  for (const { reason, files } of hostile) {
    it(`holds no command but its own for ${reason}`, async () => {
      const { out, err } = await lint(files, "github");
      const commands = commandsIn(out);
      expect(commands.map(({ name }) => name)).to.satisfy((names: string[]) => names.length > 0 && names.every((name) => name === "error"));
      expect(commandsIn(err)).to.deep.equal([]);
      expect(out.replaceAll("\n", "")).to.not.match(/[\p{Cc}\p{Zl}\p{Zp}]/u);
    });
  }

  it("names a file by its name, whatever that is", async () => {
    const name = "a,line=1::x%0A:b.yaml";
    const [command] = commandsIn((await lint({ [name]: BAD }, "github")).out);
    expect(command?.properties).to.deep.equal({ file: name, line: "4", title: "securitybaseline Schema" });
    expect(command?.data).to.equal(`spec.mode: ${MODE}`);
  });
});

describe("lint -o sarif", () => {
  it("has what SARIF 2.1.0 requires", async () => {
    const files = {
      "./my folder/ü[1].yaml": `${WARNING}---\n${POD}`,
      "c.yaml": SECOND,
      "d.yaml": STRAY,
      "-": BAD.replace("shop", "third"),
    };
    const { code, out } = await lint(files, "sarif", [...Object.keys(files), "gone.yaml"]);
    expect(code).to.equal(2);
    const { $schema, version, runs } = JSON.parse(out);
    expect([$schema.startsWith("https://"), version, runs.length]).to.deep.equal([true, "2.1.0", 1]);
    const [{ tool, results, invocations }] = runs;
    expect(invocations).to.deep.equal([{ executionSuccessful: false, toolExecutionNotifications: [] }]);
    expect(tool.driver.rules.map(({ id }: { id: string }) => id)).to.deep.equal(["Admission", "NotJudged", "Schema", "Unreadable"]);
    for (const { shortDescription, help } of tool.driver.rules) expect([shortDescription.text, help.text]).not.to.include("");
    const told = results.map(({ ruleId, ruleIndex, level, locations }: Result) => {
      const { artifactLocation, region } = locations[0].physicalLocation;
      expect(tool.driver.rules[ruleIndex].id).to.equal(ruleId);
      return [ruleId, level, artifactLocation.uri, region?.startLine];
    });
    expect(told).to.deep.equal([
      ["Unreadable", "error", "gone.yaml", undefined],
      ["NotJudged", "note", "d.yaml", 1],
      ["Admission", "warning", "my%20folder/%C3%BC%5B1%5D.yaml", 6],
      ["Schema", "error", "stdin", 4],
    ]);
    expect(results[2].message.text).to.contain("Pod web: ");
    expect(results[2].locations[0].logicalLocations).to.deep.equal([{ fullyQualifiedName: "Pod shop/web", kind: "resource" }]);
  });

  it("makes no links and placeholders of what a file holds", async () => {
    const { out } = await lint({ "a.yaml": BAD.replace("mode: x", 'mode: "[a](b) {0}"') }, "sarif");
    expect(JSON.parse(out).runs[0].results[0].message.text).to.contain('"\\[a\\](b) {{0}}"');
  });

  it("keeps a fingerprint while only the line moves, and tells two problems apart", async () => {
    const prints = async (text: string): Promise<readonly string[]> =>
      JSON.parse((await lint({ "a.yaml": text }, "sarif")).out).runs[0].results.map(
        ({ partialFingerprints }: Result) => partialFingerprints["securitybaseline/v1"],
      );
    expect(await prints(`# moved\n${BAD}`)).to.deep.equal(await prints(BAD));
    expect(new Set(await prints(`${BAD}---\n${BAD.replace("shop", "other")}`)).size).to.equal(2);
  });

  it("takes a file whose name is no Unicode", async () => {
    const { out } = await lint({ "\ud800.yaml": BAD }, "sarif");
    expect(JSON.parse(out).runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri).to.equal("%EF%BF%BD.yaml");
  });

  it("is a whole log where nothing is wrong", async () => {
    const { runs } = JSON.parse((await lint({ "a.yaml": BAD.replace("x", "Report") }, "sarif")).out);
    expect([runs[0].results, runs[0].tool.driver.rules, runs[0].invocations[0].executionSuccessful]).to.deep.equal([[], [], true]);
  });
});

interface Result {
  readonly ruleId: string;
  readonly ruleIndex: number;
  readonly level: string;
  readonly locations: readonly [
    {
      readonly physicalLocation: { readonly artifactLocation: { readonly uri: string }; readonly region?: { readonly startLine: number } };
    },
  ];
  readonly partialFingerprints: Readonly<Record<string, string>>;
}

describe("lint -o text", () => {
  it("writes out what a terminal would obey, in names and in what files hold", async () => {
    const { out, err } = await lint({ "a\u001b[2J.yaml": BAD.replace("mode: x", 'mode: "\\x9b2J"'), "b\u001b.yaml": "[" }, "text");
    expect(out).to.match(/^a\\u\{1b\}\[2J\.yaml:4: spec\.mode: "\\u\{9b\}2J" is not allowed/);
    expect(err).to.match(/^b\\u\{1b\}\.yaml:1: /);
  });
});

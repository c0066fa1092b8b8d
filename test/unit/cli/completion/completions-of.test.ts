/** Proves what a half-typed command line may go on with, by the real tree of commands. */
import { expect } from "chai";
import type { Command } from "commander";
import { type Completion, completionsOf, valueName } from "../../../../operator/cli/completion/completions-of.ts";
import { NAMES_OF_ARGUMENTS, NAMES_OF_FLAGS } from "../../../../operator/cli/completion/names-of-flags.ts";
import { createProgram } from "../../../../operator/program.ts";

const ROOT = createProgram({ programFile: "securitybaseline.mjs", begins: () => undefined });

const upTo = (...words: string[]): Completion => completionsOf(ROOT, words);

function valuesOf({ wanted }: Completion): readonly string[] {
  if (wanted.kind === "Candidates") return wanted.candidates.map(({ value }) => value);
  return [wanted.kind === "Names" ? wanted.names : wanted.kind];
}

function commandsOf(command: Command): readonly Command[] {
  return [command, ...command.commands.flatMap(commandsOf)];
}

/** Flags whose values only a person knows. */
const FREE =
  `--break-glass-custodians --break-glass-heads-webhook --break-glass-max-duration --break-glass-roles --break-glass-unbounded-roles
  --break-glass-webhook --comment --for --grant --health-address --location --metrics-address --name --now --object-labels --reason --request
  --role --since --start-at --ticket --until --user --without`.split(/\s+/);

const REQUEST = ["break-glass", "request"];
const HOME = "securitybaseline-breakglass";

describe("what a command line may go on with", () => {
  const fixed: readonly { reason: string; words: readonly string[]; values: readonly string[] }[] = [
    { reason: "choices of a flag", words: ["status", "-o", ""], values: ["text", "json"] },
    { reason: "those of another command's flag", words: ["report", "--output", ""], values: ["html", "json"] },
    { reason: "choices of an argument", words: ["completion", ""], values: ["bash", "zsh", "fish", "powershell"] },
    { reason: "commands of a group", words: ["audit", ""], values: ["verify", "export", "checkpoint", "prune", "trace", "help"] },
    { reason: "flags where no argument is left", words: ["version", ""], values: ["--help"] },
    { reason: "flags of one letter, too, after a dash", words: ["version", "-"], values: ["--help", "-h"] },
    { reason: "nothing after a command that is not there", words: ["reconcile", ""], values: [] },
    { reason: "nothing for text that only a person knows", words: [...REQUEST, "--reason", ""], values: [] },
    { reason: "no flags after --", words: ["version", "--", ""], values: [] },
    { reason: "no flags after -- although a dash is typed", words: ["version", "--", "-"], values: [] },
    { reason: "no value of a flag that takes none", words: ["status", "--all-namespaces="], values: [] },
    { reason: "files of a flag", words: ["lint", "-f", ""], values: ["Files"] },
    { reason: "further files of a flag that takes several", words: ["lint", "--file", "a.yaml", "-", ""], values: ["Files"] },
    {
      reason: "flags after the files of one",
      words: ["lint", "--file", "a.yaml", "--he"],
      values: ["--file", "-f", "--output", "-o", "--help", "-h"],
    },
    {
      reason: "no second file of an argument that takes one",
      words: ["audit", "prune", "file", ""],
      values: ["--kubeconfig", "--context", "--break-glass-namespace", "--yes", "--help"],
    },
    { reason: "files of an argument", words: ["audit", "checkpoint", ""], values: ["Files"] },
    { reason: "a kubeconfig", words: ["plan", "--kubeconfig", "-"], values: ["Files"] },
    { reason: "names of a namespace", words: ["status", "-n", ""], values: ["Namespaces"] },
    { reason: "names after several flags of one letter", words: ["status", "-An", ""], values: ["Namespaces"] },
    { reason: "requests that can be decided on", words: ["break-glass", "approve", "-y", ""], values: ["OpenRequests"] },
    { reason: "requests that are over, too", words: ["break-glass", "review", ""], values: ["Requests"] },
  ];
  for (const { reason, words, values } of fixed) {
    it(`are ${reason}`, () => expect(valuesOf(upTo(...words))).to.deep.equal(values));
  }

  it("are all commands but hidden ones at the beginning", () => {
    expect(valuesOf(upTo("")))
      .to.include.members(["operator", "status", "completion"])
      .and.not.include("__complete");
    expect(valuesOf(upTo())).to.deep.equal(valuesOf(upTo("")));
  });

  it("are a flag without value only once", () => {
    expect(valuesOf(upTo("status", "-"))).to.include.members(["--all-namespaces", "-A", "--namespace"]);
    expect(valuesOf(upTo("status", "-A", "-n", "shop", "-")))
      .to.include("--namespace")
      .and.not.include.members(["--all-namespaces", "-A"]);
  });

  const prefixes = [
    { word: "--namespace=sh", prefix: "--namespace=" },
    { word: "--namespace=a=b", prefix: "--namespace=" },
    { word: "-nsh", prefix: "-n" },
    { word: "-Ansh", prefix: "-An" },
  ];
  for (const { word, prefix } of prefixes) {
    it(`keep ${prefix} of ${word}`, () => {
      const completion = upTo("status", word);
      expect([completion.prefix, ...valuesOf(completion)]).to.deep.equal([prefix, "Namespaces"]);
    });
  }

  const places: readonly { reason: string; words: readonly string[]; place: object }[] = [
    { reason: "nowhere said", words: [], place: {} },
    {
      reason: "in words of their own",
      words: ["--kubeconfig", "k", "--context", "c", "-n", "shop"],
      place: { kubeconfig: "k", context: "c", namespace: "shop" },
    },
    { reason: "in the words of their flags", words: ["--kubeconfig=k", "-nshop"], place: { kubeconfig: "k", namespace: "shop" } },
    { reason: "twice: the last one counts", words: ["-n", "a", "-n", "b"], place: { namespace: "b" } },
    { reason: "the whole cluster", words: ["--cluster"], place: { namespace: HOME } },
    {
      reason: "the whole cluster, its home elsewhere",
      words: ["--cluster", "--break-glass-namespace", "x"],
      place: { namespace: "x", breakGlassNamespace: "x" },
    },
    { reason: "after a flag that nobody knows", words: ["--what", "-n", "shop"], place: { namespace: "shop" } },
  ];
  for (const { reason, words, place } of places) {
    it(`are looked for where it was said: ${reason}`, () => {
      const nowhere = { kubeconfig: undefined, context: undefined, namespace: undefined, breakGlassNamespace: HOME };
      const { wanted } = upTo(...REQUEST, ...words, "--profile", "");
      expect(wanted).to.deep.equal({ kind: "Names", names: "Profiles", place: { ...nowhere, ...place } });
    });
  }

  it("are decided on for each flag that takes a value", () => {
    const options = commandsOf(ROOT)
      .flatMap(({ options: own }) => own)
      .filter(({ required }) => required);
    const kinds = options.map((option) => ({
      flag: option.long ?? "",
      isKnown:
        option.argChoices !== undefined || NAMES_OF_FLAGS[option.long ?? ""] !== undefined || /^(file|path)$/.test(valueName(option)),
    }));
    expect([...new Set(kinds.filter(({ isKnown }) => !isKnown).map(({ flag }) => flag))].sort()).to.deep.equal(FREE);
    expect(Object.keys(NAMES_OF_FLAGS).filter((flag) => !kinds.some((kind) => kind.flag === flag))).to.deep.equal([]);
  });

  it("are decided on for each argument", () => {
    const named = commandsOf(ROOT).filter(({ registeredArguments }) => registeredArguments.some((argument) => argument.name() === "name"));
    expect(named.map((command) => command.name()).sort()).to.deep.equal(Object.keys(NAMES_OF_ARGUMENTS));
  });

  it("need no flag whose value may be left out: there is none", () => {
    expect(
      commandsOf(ROOT)
        .flatMap(({ options }) => options)
        .filter(({ optional }) => optional),
    ).to.deep.equal([]);
  });
});

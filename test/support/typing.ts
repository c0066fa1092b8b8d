/** Types into an interactive shell on a terminal of its own, and tells what the line has become, for tests of completion. */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { SCRIPTS } from "../../operator/cli/completion/scripts.ts";
import type { CompletionStage } from "./completing.ts";
import { eventually } from "./eventually.ts";

/** Shells that these tests drive. */
export type TypedShell = "bash" | "zsh" | "fish";

interface Driving {
  /** Starts it without anything that is set up on this machine; `rc` is in the folder. */
  readonly start: string;
  /** Read at its start: a prompt to wait for, and control-g writes the line to the file `line`. */
  readonly rc: string;
  /** Runs the line in the file `typed`, and writes the words that the program would get to the file `words`, each ended by a zero byte. */
  readonly run: string;
}

const READY = "READY>";

const DRIVING: Readonly<Record<TypedShell, Driving>> = {
  bash: {
    start: "bash --noprofile --rcfile rc -i",
    rc: `PS1='${READY} '; unset HISTFILE; source script; bind -x '"\\C-g": printf %s "$READLINE_LINE" >line'`,
    run: `securitybaseline() { printf '%s\\0' "$@" >words; }; eval "$(cat typed)"`,
  },
  zsh: {
    start: "zsh -d -i",
    rc: `autoload -Uz compinit; compinit -D -u; source script; dump() { print -rn -- "$BUFFER" >line }; zle -N dump; bindkey '^G' dump; PROMPT='${READY} '`,
    run: `securitybaseline() { printf '%s\\0' "$@" >words; }; eval "$(cat typed)"`,
  },
  fish: {
    start: "fish --private --init-command 'source rc'",
    rc: `source script; function fish_prompt; echo -n '${READY} '; end; function dump; commandline >line; end; bind \\cg dump`,
    run: "function securitybaseline; printf '%s\\0' $argv >words; end; eval (cat typed)",
  },
};

/** The line after a text and a tab were typed, without blanks at its end. */
export async function afterTab(shell: TypedShell, text: string, { folder, env }: CompletionStage): Promise<string> {
  const { start, rc } = DRIVING[shell];
  await writeFile(join(folder, "script"), SCRIPTS[shell]);
  await writeFile(join(folder, "rc"), rc);
  await writeFile(join(folder, ".zshrc"), rc);
  await rm(join(folder, "line"), { force: true });
  const child = spawn("script", ["-qec", start, "/dev/null"], { cwd: folder, env, stdio: ["pipe", "pipe", "inherit"] });
  let shown = "";
  child.stdout.on("data", (data) => {
    shown += String(data);
  });
  try {
    await eventually(`a prompt in ${JSON.stringify(shown)}`, () => shown.includes(READY));
    child.stdin.write(`${text}\t`);
    return await eventually("a line", async () => {
      child.stdin.write("\u0007");
      const line = (await readFile(join(folder, "line"), "utf8")).trimEnd();
      if (line === "") throw new Error("the shell is still writing it");
      return line;
    });
  } finally {
    // The line is taken back, so that the shell ends before somebody removes the folder.
    child.stdin.end("\u0015exit\r");
    await once(child, "close");
  }
}

/** The words that the program gets when a line is run. */
export async function wordsOf(shell: TypedShell, line: string, { folder, env }: CompletionStage): Promise<readonly string[]> {
  await writeFile(join(folder, "typed"), line);
  await promisify(execFile)(shell, ["-c", DRIVING[shell].run], { cwd: folder, env });
  return (await readFile(join(folder, "words"), "utf8")).split("\0").slice(0, -1);
}

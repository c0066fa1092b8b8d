/** Prepares a program on a PATH and a kubeconfig whose contexts are named by somebody who means harm, for tests of completion. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { installProgram } from "./program.ts";

/** Names that a shell would run, split, expand or take for something else. Running one makes a file `pwned`. */
export const HOSTILE_CONTEXTS = [
  "cmd-$(touch pwned)",
  "tick-`touch pwned`",
  "semi-;touch pwned;",
  'quote-it\'s "two" words',
  "bang-!touch",
  "star-*",
  "back-\\slash",
  "arn:aws:eks:eu-1:12:cluster/x",
] as const;

/** Names that a terminal would obey, or that are two lines. */
export const UNPRINTABLE_CONTEXTS = ["esc-\u001b[31mred", "line-one\nline-two", "turn-\u202eround", "tab-\tbed"] as const;

/** A folder to run shells in. */
export interface CompletionStage extends AsyncDisposable {
  readonly folder: string;
  /** Of a shell that is to find the program and the kubeconfig, and nothing of this process's environment. */
  readonly env: Readonly<Record<string, string>>;
}

/** Makes the folder. Its kubeconfig leads to no cluster; another one, `other`, has one context. */
export async function openCompletionStage(): Promise<CompletionStage> {
  const folder = await mkdtemp(join(tmpdir(), "securitybaseline-completion-"));
  await installProgram(folder);
  // Where this folder is missing, fish fills it in the background for minutes.
  await mkdir(join(folder, ".local/share/fish/generated_completions"), { recursive: true });
  const kubeconfig = join(folder, "kubeconfig");
  await writeFile(kubeconfig, kubeconfigOf([...HOSTILE_CONTEXTS, ...UNPRINTABLE_CONTEXTS]));
  await writeFile(join(folder, "other"), kubeconfigOf(["only-one"]));
  return {
    folder,
    env: {
      PATH: [folder, dirname(process.execPath), process.env["PATH"]].join(":"),
      HOME: folder,
      KUBECONFIG: kubeconfig,
      LC_ALL: "C.UTF-8",
      TERM: "xterm",
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}

function kubeconfigOf(contexts: readonly string[]): string {
  return JSON.stringify({ contexts: contexts.map((name) => ({ name, context: { cluster: "stage", user: "jane" } })) });
}

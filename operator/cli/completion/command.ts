/** Declares `securitybaseline completion`, and the hidden command that its scripts ask. */
import { Argument, type Command } from "commander";
import { processIo } from "../io.ts";
import { type Candidate, completionsOf, type Wanted } from "./completions-of.ts";
import { answerText, FORMS, type Form } from "./forms.ts";
import { SCRIPTS, type Shell } from "./scripts.ts";

/** Milliseconds for everything that is asked: a person waits with a finger on the key. */
const PATIENCE = 2_000;

/** Adds `completion` and the command behind it. */
export function addCompletionCommands(root: Command): void {
  root
    .command("completion")
    .description("print a script by which a shell completes commands, flags and names")
    .addArgument(new Argument("<shell>", "the shell that is to read it").choices(Object.keys(SCRIPTS)))
    .action((shell: Shell) => processIo.stdout(SCRIPTS[shell]));
  root
    .command("__complete", { hidden: true })
    .addArgument(new Argument("<form>").choices(Object.keys(FORMS)))
    .argument("[words...]")
    .action(async (form: Form, words: readonly string[]) => {
      const text = await complete(root, form, words);
      // A credential plugin or a connection that does not end would keep the shell waiting.
      process.stdout.write(text, () => process.exit());
    });
}

/** The answer to a shell. What cannot be looked up in time, or at all, has no candidates. */
async function complete(root: Command, form: Form, words: readonly string[]): Promise<string> {
  const typed = FORMS[form](words);
  const completion = completionsOf(root, typed.words);
  return answerText(typed, completion, await candidatesOf(completion.wanted));
}

async function candidatesOf(wanted: Wanted): Promise<readonly Candidate[]> {
  if (wanted.kind === "Files") return [];
  if (wanted.kind === "Candidates") return wanted.candidates;
  const late = new Promise<readonly Candidate[]>((resolve) => setTimeout(resolve, PATIENCE, []));
  const { lookUp } = await import("./names.ts");
  return Promise.race([lookUp(wanted.names, wanted.place).catch(() => []), late]);
}

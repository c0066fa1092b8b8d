/** Runs Lua for tests on objects as Argo CD does. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { argoLuaBinary } from "../../hack/argo-lua-binary.ts";

/** A script and the object that it finds as `obj`. */
export interface LuaQuestion {
  readonly script: string;
  readonly object: unknown;
}

export type LuaAnswer = { readonly returned: unknown } | { readonly error: string };

/** Answers what each script returns, in their order. */
export async function runLua(questions: readonly LuaQuestion[]): Promise<readonly LuaAnswer[]> {
  const child = spawn(await argoLuaBinary(), { stdio: ["pipe", "pipe", "inherit"] });
  child.stdin.end(questions.map((question) => `${JSON.stringify(question)}\n`).join(""));
  const [stdout, [code]] = await Promise.all([text(child.stdout), once(child, "exit")]);
  if (code !== 0) throw new Error(`argo-lua ended with ${code}`);
  return stdout
    .trimEnd()
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as LuaAnswer);
}

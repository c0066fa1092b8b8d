/** Runs the built program as a user does, for tests: a process of its own with arguments and an environment. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { buildProgram } from "../../hack/build.ts";

const ROOT = join(import.meta.dirname, "../..");

let built: Promise<string> | undefined;

/** Builds the program once per test run and answers its path. */
export function programPath(): Promise<string> {
  built ??= buildProgram();
  return built;
}

export interface ProgramOutcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the program to its end, in the checkout's folder and with nothing of this process's environment but PATH. */
export async function runProgram(args: readonly string[], more: Readonly<Record<string, string>> = {}): Promise<ProgramOutcome> {
  const env = { PATH: process.env["PATH"], HOME: "/nonexistent", ...more };
  const child = spawn(process.execPath, [await programPath(), ...args], { cwd: ROOT, env, stdio: ["ignore", "pipe", "pipe"] });
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
  return { code, stdout, stderr };
}

/** Runs the program until it has said something on stderr, ends it, and answers what it said. */
export async function runProgramUntil(said: RegExp, args: readonly string[]): Promise<string> {
  const env = { PATH: process.env["PATH"], HOME: "/nonexistent" };
  const child = spawn(process.execPath, [await programPath(), ...args], { cwd: ROOT, env, stdio: ["ignore", "ignore", "pipe"] });
  let stderr = "";
  for await (const chunk of child.stderr) {
    stderr += String(chunk);
    if (said.test(stderr)) child.kill();
  }
  return stderr;
}

/** Runs the program with a reader that goes away after its first bytes. */
export async function runProgramBriefly(args: readonly string[]): Promise<Omit<ProgramOutcome, "stdout">> {
  const env = { PATH: process.env["PATH"], HOME: "/nonexistent" };
  const child = spawn(process.execPath, [await programPath(), ...args], { cwd: ROOT, env, stdio: ["ignore", "pipe", "pipe"] });
  child.stdout.once("data", () => child.stdout.destroy());
  const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, "exit")]);
  return { code, stderr };
}

/** Puts a command `securitybaseline` into a folder, for a PATH. */
export async function installProgram(folder: string): Promise<void> {
  const path = join(folder, "securitybaseline");
  await writeFile(path, `#!/bin/sh\nexec "${process.execPath}" "${await programPath()}" "$@"\n`);
  await chmod(path, 0o755);
}

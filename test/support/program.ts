/** Runs the built program as a user does, for tests: a process of its own with arguments and an environment. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { buildProgram } from "../../hack/build.ts";
import { PLUGIN_FILE } from "../../operator/cli/break-glass/program-files.ts";

const ROOT = join(import.meta.dirname, "../..");

/** Lets Node keep what it compiled of a program, which hundreds of processes of a test run would compile anew. */
export const COMPILED = { NODE_COMPILE_CACHE: join(ROOT, ".work", "compile-cache") } as const;

let built: Promise<string> | undefined;

/** Builds the program once per test run and answers its path. */
export function programPath(): Promise<string> {
  built ??= buildProgram();
  return built;
}

/** Path of the small program that kubectl runs, beside the whole one. */
export async function pluginPath(): Promise<string> {
  return join(dirname(await programPath()), PLUGIN_FILE);
}

export interface ProgramOutcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the program to its end, in the checkout's folder and with nothing of this process's environment but PATH. */
export async function runProgram(args: readonly string[], more: Readonly<Record<string, string>> = {}): Promise<ProgramOutcome> {
  return runFile(await programPath(), args, more);
}

/** Runs one of the built files as `runProgram` does. */
export async function runFile(file: string, args: readonly string[], more: Readonly<Record<string, string>> = {}): Promise<ProgramOutcome> {
  const env = { PATH: process.env["PATH"], HOME: "/nonexistent", ...COMPILED, ...more };
  const child = spawn(process.execPath, [file, ...args], { cwd: ROOT, env, stdio: ["ignore", "pipe", "pipe"] });
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
  return { code, stdout, stderr };
}

/** Runs the program until it has said something on stderr, ends it, and answers what it said. */
export async function runProgramUntil(said: RegExp, args: readonly string[]): Promise<string> {
  const env = { PATH: process.env["PATH"], HOME: "/nonexistent", ...COMPILED };
  const child = spawn(process.execPath, [await programPath(), ...args], { cwd: ROOT, env, stdio: ["ignore", "ignore", "pipe"] });
  let stderr = "";
  for await (const chunk of child.stderr) {
    stderr += String(chunk);
    if (said.test(stderr)) child.kill();
  }
  return stderr;
}

/** Runs one of the built files with a reader that has gone before its first byte. */
export async function runFileUnheard(file: string, args: readonly string[], more: Readonly<Record<string, string>>) {
  const env = { PATH: process.env["PATH"], ...COMPILED, ...more };
  const child = spawn(process.execPath, [file, ...args], { cwd: ROOT, env, stdio: ["ignore", "pipe", "pipe"] });
  child.stdout.destroy();
  const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, "exit")]);
  return { code, stderr };
}

/** Runs the program with a reader that goes away after its first bytes. */
export async function runProgramBriefly(args: readonly string[]): Promise<Omit<ProgramOutcome, "stdout">> {
  const env = { PATH: process.env["PATH"], HOME: "/nonexistent", ...COMPILED };
  const child = spawn(process.execPath, [await programPath(), ...args], { cwd: ROOT, env, stdio: ["ignore", "pipe", "pipe"] });
  child.stdout.once("data", () => child.stdout.destroy());
  const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, "exit")]);
  return { code, stderr };
}

/** Puts the whole program alone as a command `securitybaseline` into a folder, for a PATH, and answers its path. */
export async function installProgram(folder: string): Promise<string> {
  const path = join(folder, "securitybaseline");
  await copyFile(await programPath(), path);
  return path;
}

/** Puts the small program of kubectl alone into a folder and answers its path. */
export async function installPlugin(folder: string): Promise<string> {
  const path = join(folder, PLUGIN_FILE);
  await copyFile(await pluginPath(), path);
  return path;
}

/** Runs commands in this process against a scripted API server, for tests of what they print and what they ask. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CommandIo } from "../../operator/cli/io.ts";
import { type Reply, type ScriptedServer, type SeenRequest, startScriptedServer } from "./scripted-server.ts";

/** The `Date` of every answer. */
export const SERVER_TIME = "Mon, 23 Nov 2026 10:00:00 GMT";

/** Streams that remember. */
export interface CapturedIo extends CommandIo {
  readonly printed: { stdout: string; stderr: string };
}

export function captureIo(): CapturedIo {
  const printed = { stdout: "", stderr: "" };
  return {
    printed,
    stdout: (text) => {
      printed.stdout += text;
    },
    stderr: (text) => {
      printed.stderr += text;
    },
    readFile: () => Promise.reject(new Error("no file is to be read")),
  };
}

/** Answers by method and path, for example `GET /api/v1/pods`; what is not named is refused with 404. */
export type Answers = Readonly<Record<string, Reply | ((request: SeenRequest) => Reply)>>;

/** A scripted API server with a kubeconfig for it, in a folder of their own. */
export interface Stage extends AsyncDisposable {
  readonly server: ScriptedServer;
  /** Namespace of its context: payments. */
  readonly kubeconfig: string;
  readonly folder: string;
  /** Bodies of the requests of this method and path, in order. */
  bodies(call: string): readonly unknown[];
}

/** Opens a stage. */
export async function openStage(answers: Answers): Promise<Stage> {
  const server = await startScriptedServer((request) => {
    const answer = answers[callOf(request)] ?? refusal(404, "NotFound", `no ${callOf(request)}`);
    const reply = typeof answer === "function" ? answer(request) : answer;
    return typeof reply === "string" ? reply : { ...reply, headers: { date: SERVER_TIME, ...reply.headers } };
  });
  const folder = await mkdtemp(join(tmpdir(), "securitybaseline-cli-"));
  const kubeconfig = await writeKubeconfig(folder, server.url);
  return {
    server,
    kubeconfig,
    folder,
    bodies: (call) => server.seen.filter((request) => callOf(request) === call).map(({ body }) => JSON.parse(body) as unknown),
    [Symbol.asyncDispose]: async () => {
      await server.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** A Status as the API server answers it. */
export function refusal(code: number, reason: string, message: string): Reply {
  return { status: code, json: { kind: "Status", apiVersion: "v1", status: "Failure", code, reason, message } };
}

/** Writes a kubeconfig for a server over plain HTTP and answers its path. */
export async function writeKubeconfig(folder: string, server: string): Promise<string> {
  const path = join(folder, "kubeconfig");
  const config = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "stage", cluster: { server, "insecure-skip-tls-verify": true } }],
    users: [{ name: "jane", user: { token: "janes-own-token" } }],
    contexts: [{ name: "stage", context: { cluster: "stage", user: "jane", namespace: "payments" } }],
    "current-context": "stage",
  };
  await writeFile(path, JSON.stringify(config));
  return path;
}

function callOf({ method, url }: SeenRequest): string {
  return `${method} ${url.pathname}`;
}

/**
 * Keeps the token that the credential plugin handed out for the call that asked for it: kubectl runs the plugin with every command, and the whole program
 * takes several times as long to load as a file takes to read. Nothing but files is touched here, and little is imported.
 */
import { areUnchanged, type FileState, statesOf } from "./file-state.ts";
import { cacheHome, readPrivate, removePrivate, writePrivate } from "./private-file.ts";
import type { CachedToken } from "./token-cache.ts";

/** Milliseconds that a kept token must still live to be worth handing out. */
export const WORTH_USING = 30_000;

/** A call of the plugin as kubectl makes it. */
export interface Invocation {
  /** The user's cache folder. */
  readonly home: string;
  /** Name of the file that is kept for it. */
  readonly file: string;
  /** Arguments, environment and the state of the kubeconfig: whom the call is for. */
  readonly said: string;
}

/** A token that may be kept. */
export interface Handed {
  readonly token: CachedToken;
  /** Milliseconds that the token still lives. */
  readonly remaining: number;
  /** Files that the kubeconfig names, as they were when the token was asked for. */
  readonly named: readonly FileState[];
}

interface Kept extends CachedToken {
  readonly said: string;
  readonly named: readonly FileState[];
  /** Milliseconds since the epoch by the clock of this machine: between the two the token is worth using. */
  readonly since: number;
  readonly until: number;
}

/** Where a request is. */
interface Place {
  readonly namespace: string;
  readonly name: string;
}

const COMMAND = ["break-glass", "credential"];

/** As the API server admits them; anything else names no file. */
const NAME = /^[a-z0-9]([-a-z0-9.]{0,150}[a-z0-9])?$/;

const FLAGS = ["--break-glass-namespace", "--kubeconfig", "--context"];

/**
 * The call that a command line is, if it is one of the kubeconfig that `--print-kubeconfig` prints, in which every path is absolute, and a kubeconfig
 * says who the user is; undefined for any other: its answer may depend on more than what is compared.
 */
export function invocationOf(args: readonly string[], env: Readonly<Record<string, string | undefined>>): Invocation | undefined {
  const { HOME: home = "", KUBECONFIG: kubeconfig = "" } = env;
  const [name, flag, namespace, ...rest] = args.slice(COMMAND.length);
  if (COMMAND.some((word, index) => args[index] !== word) || flag !== "--namespace" || !arePairs(rest)) return undefined;
  const file = fileOf({ namespace: namespace ?? "", name: name ?? "" });
  const kubeconfigs = kubeconfigsOf(rest, kubeconfig, home);
  if (file === undefined || ![home, ...kubeconfigs].every((path) => path.startsWith("/"))) return undefined;
  const states = statesOf(kubeconfigs);
  // Without a kubeconfig the program takes what a pod has, and that is not compared.
  if (states.every(([, state]) => state === "")) return undefined;
  return { home: cacheHome(env, home), file, said: JSON.stringify([args, kubeconfig, home, states]) };
}

/** The answer of the plugin (client.authentication.k8s.io/v1). */
export function answerOf({ token, expirationTimestamp }: CachedToken): string {
  const credential = { apiVersion: "client.authentication.k8s.io/v1", kind: "ExecCredential", status: { token, expirationTimestamp } };
  return `${JSON.stringify(credential)}\n`;
}

/** The answer with the token that was kept for this call, if that is worth using; undefined where others could have read or written it. */
export function keptAnswer({ home, file, said }: Invocation, now: number): string | undefined {
  try {
    const kept: Partial<Kept> = JSON.parse(readPrivate(home, file) ?? "{}");
    if (!isWhole(kept) || kept.said !== said) return undefined;
    // A clock that was put back says nothing about how old the token is.
    return kept.since <= now && now < kept.until && areUnchanged(kept.named) ? answerOf(kept) : undefined;
  } catch {
    return undefined;
  }
}

function isWhole(kept: Partial<Kept>): kept is Kept {
  const { token, expirationTimestamp, since, until, named } = kept;
  return (
    [token, expirationTimestamp].every((text) => typeof text === "string") && [since, until].every(Number.isFinite) && Array.isArray(named)
  );
}

/** Keeps a token; nothing depends on whether that works. */
export function keepToken({ home, file, said }: Invocation, { token, remaining, named }: Handed, now: number): void {
  const kept: Kept = { said, named, since: now, until: now + remaining - WORTH_USING, ...token };
  ignoringFailure(() => writePrivate(home, file, JSON.stringify(kept)));
}

/** Forgets the token that was kept for calls about a request: another one of the same name may have been made since. */
export function forgetToken(home: string, request: Place): void {
  const file = fileOf(request);
  if (file !== undefined) ignoringFailure(() => removePrivate(home, file));
}

function fileOf({ namespace, name }: Place): string | undefined {
  return NAME.test(namespace) && NAME.test(name) ? `${namespace}.${name}.json` : undefined;
}

/** Pairs of flags and values. */
function arePairs(rest: readonly string[]): boolean {
  return rest.length % 2 === 0 && rest.every((text, index) => index % 2 === 1 || FLAGS.includes(text));
}

/** Where the program looks for the user's kubeconfig. */
function kubeconfigsOf(rest: readonly string[], environment: string, home: string): readonly string[] {
  const told = rest.filter((_, index) => rest[index - 1] === "--kubeconfig" && index % 2 === 1);
  if (told.length > 0) return told;
  return environment === "" ? [`${home}/.kube/config`] : environment.split(":").filter((path) => path !== "");
}

function ignoringFailure(act: () => void): void {
  try {
    act();
  } catch {
    // The next call takes longer, that is all.
  }
}

/** Keeps tokens of emergency access between two calls of the credential plugin, in files that only their user can read. */
import { hash } from "node:crypto";
import type { BreakGlassPerson } from "../../api/break-glass-request.ts";
import { readPrivate, writePrivate } from "./private-file.ts";

/** A token and its end, as the API server told them. */
export interface CachedToken {
  readonly token: string;
  /** RFC 3339. */
  readonly expirationTimestamp: string;
}

/** Names a token: the server it is for, the uid of the grant's ServiceAccount, and whom the server took for the user who got it. */
export interface TokenKey {
  readonly server: string;
  readonly grantUID: string;
  readonly person: BreakGlassPerson;
}

export interface TokenCache {
  /** The token that was put in, or undefined. @throws CommandError if others could have read or written it */
  get(key: TokenKey): CachedToken | undefined;
  /** @throws CommandError if others can read or write the folder; the error of the file system if it cannot be written */
  put(key: TokenKey, token: CachedToken): void;
}

/** A cache below the user's cache folder. */
export function createTokenCache(home: string): TokenCache {
  return {
    get: (key) => tokenIn(readPrivate(home, fileOf(key)) ?? ""),
    put: (key, token) => writePrivate(home, fileOf(key), JSON.stringify(token)),
  };
}

/** The file's name tells neither server nor grant nor person. */
function fileOf({ server, grantUID, person }: TokenKey): string {
  return `${hash("sha256", JSON.stringify([server, grantUID, person.username, person.uid ?? ""]), "hex")}.json`;
}

/** What is no token of ours counts as nothing: it is replaced. */
function tokenIn(text: string): CachedToken | undefined {
  try {
    const { token, expirationTimestamp } = JSON.parse(text) as Partial<CachedToken>;
    return typeof token === "string" && typeof expirationTimestamp === "string" ? { token, expirationTimestamp } : undefined;
  } catch {
    return undefined;
  }
}

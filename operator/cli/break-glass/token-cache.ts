/** Keeps tokens of emergency access between two calls of the credential plugin, in files that only their user can read. */
import { createHash, randomBytes } from "node:crypto";
import { constants, type Stats } from "node:fs";
import { type FileHandle, lstat, mkdir, open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { CommandError } from "../failure-text.ts";

const FOLDER = ["securitybaseline", "break-glass"];
const PRIVATE_FOLDER = 0o700;
const PRIVATE_FILE = 0o600;
const PERMISSIONS = 0o777;

/** Bytes of a file that we wrote. */
const LONGEST = 65_536;

/** A token and its end, as the API server told them. */
export interface CachedToken {
  readonly token: string;
  /** RFC 3339. */
  readonly expirationTimestamp: string;
}

/** Names a token: the server it is for, and the uid of the grant's ServiceAccount. */
export interface TokenKey {
  readonly server: string;
  readonly grantUID: string;
}

export interface TokenCache {
  /** The token that was put in, or undefined. @throws CommandError if others could have read or written it */
  get(key: TokenKey): Promise<CachedToken | undefined>;
  /** @throws CommandError if others can read or write the folder; the error of the file system if it cannot be written */
  put(key: TokenKey, token: CachedToken): Promise<void>;
}

/** Path of the user's cache folder (XDG Base Directory Specification: a relative path there is to be ignored). */
export function cacheHome(env: Readonly<Record<string, string | undefined>>, home: string): string {
  const told = env["XDG_CACHE_HOME"];
  return told?.startsWith("/") ? told : join(home, ".cache");
}

/** A cache below the user's cache folder. */
export function createTokenCache(home: string): TokenCache {
  const folder = join(home, ...FOLDER);
  const path = ({ server, grantUID }: TokenKey): string => {
    const hash = createHash("sha256")
      .update(JSON.stringify([server, grantUID]))
      .digest("hex");
    return join(folder, `${hash}.json`);
  };
  return {
    get: async (key) => {
      const file = path(key);
      const handle = await openKept(file);
      if (handle === undefined) return undefined;
      try {
        checkPrivate(file, await handle.stat(), PRIVATE_FILE);
        checkPrivate(folder, await lstat(folder), PRIVATE_FOLDER);
        return await readToken(handle);
      } finally {
        await handle.close();
      }
    },
    put: async (key, token) => {
      await mkdir(folder, { recursive: true, mode: PRIVATE_FOLDER });
      checkPrivate(folder, await lstat(folder), PRIVATE_FOLDER);
      await replace(path(key), JSON.stringify(token));
    },
  };
}

/** The file, never what a symbolic link in its place points to; undefined for what is not there or cannot be read. */
async function openKept(file: string): Promise<FileHandle | undefined> {
  try {
    return await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ELOOP") throw exposed(file);
    return undefined;
  }
}

function checkPrivate(path: string, stats: Stats, permissions: number): void {
  const user = process.getuid?.();
  const isOurs = user === undefined || stats.uid === user;
  const isExpectedKind = permissions === PRIVATE_FOLDER ? stats.isDirectory() : stats.isFile();
  if (isOurs && isExpectedKind && (stats.mode & PERMISSIONS) === permissions) return;
  throw exposed(path);
}

function exposed(path: string): CommandError {
  return new CommandError(`${path} could have been read or written by others: remove it`);
}

/** What is no token of ours counts as nothing: it is replaced. */
async function readToken(handle: FileHandle): Promise<CachedToken | undefined> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(LONGEST), 0, LONGEST, 0);
  try {
    const { token, expirationTimestamp } = JSON.parse(buffer.toString("utf8", 0, bytesRead)) as Partial<CachedToken>;
    return typeof token === "string" && typeof expirationTimestamp === "string" ? { token, expirationTimestamp } : undefined;
  } catch {
    return undefined;
  }
}

/** Who reads meanwhile gets the old content or the new one. */
async function replace(file: string, content: string): Promise<void> {
  const unfinished = `${file}.${randomBytes(8).toString("hex")}`;
  const handle = await open(unfinished, "wx", PRIVATE_FILE);
  try {
    await handle.writeFile(content);
    await handle.close();
    await rename(unfinished, file);
  } catch (error) {
    await handle.close().catch(() => undefined);
    await rm(unfinished, { force: true });
    throw error;
  }
}

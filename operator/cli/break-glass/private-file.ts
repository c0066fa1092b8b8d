/** Keeps files of emergency access between two calls of this program, below the user's cache folder, where only their user can read and write them. */
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  type Stats,
  writeFileSync,
} from "node:fs";
import { CommandError } from "../failure-text.ts";

const FOLDER = "securitybaseline/break-glass";
const PRIVATE_FOLDER = 0o700;
const PRIVATE_FILE = 0o600;
const PERMISSIONS = 0o777;

/** Bytes of a file that we wrote. */
const LONGEST = 65_536;

/** Path of the user's cache folder (XDG Base Directory Specification: a relative path there is to be ignored). */
export function cacheHome(env: Readonly<Record<string, string | undefined>>, home: string): string {
  const told = env["XDG_CACHE_HOME"];
  return told?.startsWith("/") ? told : `${home}/.cache`;
}

/**
 * Reads a file; undefined for what is not there or cannot be read. The file itself is read, never what a symbolic link in its place points to.
 * @throws CommandError if others could have read or written it
 */
export function readPrivate(home: string, name: string): string | undefined {
  const [folder, file] = pathsOf(home, name);
  const descriptor = openKept(file);
  if (descriptor === undefined) return undefined;
  try {
    checkPrivate(file, fstatSync(descriptor), PRIVATE_FILE);
    checkPrivate(folder, lstatSync(folder), PRIVATE_FOLDER);
    const buffer = Buffer.alloc(LONGEST);
    return buffer.toString("utf8", 0, readSync(descriptor, buffer));
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Writes a file; who reads meanwhile gets the old content or the new one.
 * @throws CommandError if others can read or write the folder; the error of the file system if it cannot be written
 */
export function writePrivate(home: string, name: string, content: string): void {
  const [folder, file] = pathsOf(home, name);
  mkdirSync(folder, { recursive: true, mode: PRIVATE_FOLDER });
  checkPrivate(folder, lstatSync(folder), PRIVATE_FOLDER);
  const unfinished = `${file}.${process.pid}.${Math.random().toString(36).slice(2)}`;
  try {
    writeFileSync(unfinished, content, { flag: "wx", mode: PRIVATE_FILE });
    renameSync(unfinished, file);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
}

/** Removes a file; one that is not there is fine. */
export function removePrivate(home: string, name: string): void {
  rmSync(pathsOf(home, name)[1], { force: true });
}

function pathsOf(home: string, name: string): readonly [folder: string, file: string] {
  return [`${home}/${FOLDER}`, `${home}/${FOLDER}/${name}`];
}

function openKept(file: string): number | undefined {
  try {
    return openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
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

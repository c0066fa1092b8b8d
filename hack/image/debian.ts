/** Asks the machine which Debian package a file is from, for the list of what an image is made of: reports of faults name packages and versions, not files. */
import { execFile } from "node:child_process";
import { readFile, realpath } from "node:fs/promises";
import { promisify } from "node:util";

/** Where a file is from. */
export interface Origin {
  readonly version: string;
  /** A package URL. https://github.com/package-url/purl-spec */
  readonly purl: string;
}

const run = promisify(execFile);

/** The package that a file on this machine belongs to; undefined where that is none of a package manager of Debian's. */
export async function debianOrigin(path: string): Promise<Origin | undefined> {
  for (const known of await namesOf(path)) {
    const owner = await query("--search", known);
    if (owner === undefined) continue;
    const status = await query("--status", owner.slice(0, owner.indexOf(": ")));
    const distribution = distributionOf(await readFile("/etc/os-release", "utf8"));
    if (status !== undefined && distribution !== undefined) return originOf(status, distribution);
  }
  return undefined;
}

/** dpkg knows a file by the name under which its package brought it, which may be older than the link from /lib to /usr/lib. */
async function namesOf(path: string): Promise<readonly string[]> {
  const names = [path, await realpath(path)];
  return [...new Set([...names, ...names.map((name) => name.replace(/^\/usr/, "")), ...names.map((name) => `/usr${name}`)])];
}

async function query(...args: readonly string[]): Promise<string | undefined> {
  try {
    return (await run("dpkg-query", [...args], { env: { ...process.env, LC_ALL: "C" } })).stdout;
  } catch {
    return undefined;
  }
}

interface Distribution {
  readonly id: string;
  readonly version: string;
}

/** What /etc/os-release says; undefined where it names none. os-release(5) */
export function distributionOf(text: string): Distribution | undefined {
  const field = (name: string) => new RegExp(`^${name}=["']?([a-z0-9._-]+)["']?$`, "m").exec(text)?.[1];
  const id = field("ID");
  return id === undefined ? undefined : { id, version: field("VERSION_ID") ?? "" };
}

/** From what dpkg says of a package. deb-control(5) */
export function originOf(status: string, { id, version: release }: Distribution): Origin {
  const field = (name: string) => new RegExp(`^${name}: (.*)$`, "m").exec(status)?.[1] ?? "";
  const version = field("Version");
  const distro = release === "" ? "" : `&distro=${id}-${release}`;
  const purl = `pkg:deb/${id}/${encodeURIComponent(field("Package"))}@${encodeURIComponent(version)}?arch=${field("Architecture")}${distro}`;
  return { version, purl };
}

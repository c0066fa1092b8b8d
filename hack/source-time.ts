/** Says when the sources were written, for builds that are to give equal files at any time. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";

/**
 * `SOURCE_DATE_EPOCH` in seconds, or the time of the last commit of a checkout, or the epoch where there is no history.
 * Throws where the variable holds anything but seconds. https://reproducible-builds.org/specs/source-date-epoch
 */
export async function sourceTime(root: string): Promise<Date> {
  const seconds = process.env["SOURCE_DATE_EPOCH"] ?? (await lastCommit(root));
  if (!/^\d{1,11}$/.test(seconds)) throw new Error(`SOURCE_DATE_EPOCH must be seconds since 1970, got ${seconds}`);
  return new Date(Number(seconds) * 1000);
}

function lastCommit(root: string): Promise<string> {
  return promisify(execFile)("git", ["log", "-1", "--format=%ct"], { cwd: root }).then(
    ({ stdout }) => stdout.trim(),
    () => "0",
  );
}

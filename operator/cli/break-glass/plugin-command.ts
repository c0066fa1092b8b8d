/** Picks the program that a kubeconfig of emergency access runs as its credential plugin. */
import { accessSync, constants } from "node:fs";
import { basename, dirname, join } from "node:path";
import { PLUGIN_FILE, PROGRAM_FILE } from "./program-files.ts";

/** What is on the PATH of whoever installed the program under its name. */
const ON_PATH = "securitybaseline";

/**
 * Absolute path of the small program where it can be run beside the program of this path, which it needs for what it has not kept; the name on the PATH
 * otherwise. Windows runs no such file.
 */
export function pluginCommand(program: string, platform: string = process.platform): string {
  const plugin = join(dirname(program), PLUGIN_FILE);
  return platform !== "win32" && basename(program) === PROGRAM_FILE && isExecutable(plugin) ? plugin : ON_PATH;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.R_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

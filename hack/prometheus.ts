/** Finds promtool and Prometheus on this machine for the tests of alerts and dashboard, and says how to get them. */
import { existsSync } from "node:fs";
import { join } from "node:path";

const TOOLS = { promtool: "PROMTOOL", prometheus: "PROMETHEUS" } as const;

/** Path of a tool, from its variable in the environment or from PATH. @throws Error if there is none */
export function prometheusTool(tool: keyof typeof TOOLS): string {
  const variable = TOOLS[tool];
  const named = process.env[variable];
  const places = named ? [named] : (process.env["PATH"] ?? "").split(":").map((folder) => join(folder, tool));
  const found = places.find((path) => existsSync(path));
  if (found === undefined) {
    throw new Error(
      `these tests need ${tool}: install the package prometheus (Debian: apt-get install --no-install-recommends prometheus), or say by ${variable} where it is`,
    );
  }
  return found;
}

if (import.meta.main) tellPaths();

/** Tells whoever is about to run the tests what they run with, or in one line what is missing. */
function tellPaths(): void {
  try {
    process.stdout.write(`promtool: ${prometheusTool("promtool")}, prometheus: ${prometheusTool("prometheus")}\n`);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}

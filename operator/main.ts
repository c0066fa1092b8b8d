/** Begins the program. It imports nothing at once: an older Node is told so before it runs what it cannot. */

const OLDEST_NODE = 24;

if (Number(process.versions.node.split(".")[0]) < OLDEST_NODE) {
  process.stderr.write(`securitybaseline: needs Node ${OLDEST_NODE} or newer, this is ${process.version}\n`);
  process.exit(2);
}
const { runCommandLine } = await import("./command-line.ts");
await runCommandLine(import.meta.filename);

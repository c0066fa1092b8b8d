/** Says whether the shells are on this machine that the tests of completion type into, and how to get those that are not. */
import { existsSync } from "node:fs";
import { join } from "node:path";

/** `script` gives a shell a terminal of its own. */
const NEEDED = ["bash", "zsh", "fish", "script"];

const folders = (process.env["PATH"] ?? "").split(":");
const missing = NEEDED.filter((name) => !folders.some((folder) => existsSync(join(folder, name))));
if (missing.length > 0) {
  process.stderr.write(`these tests need ${missing.join(", ")}: install them (Debian: apt-get install zsh fish bsdutils)\n`);
  process.exitCode = 1;
}

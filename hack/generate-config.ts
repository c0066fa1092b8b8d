/** Writes the generated part of `config/`. */
import { join } from "node:path";
import { writeManifests } from "./config/files.ts";
import { manifestFiles } from "./config/manifests.ts";

await writeManifests(join(import.meta.dirname, "../config"), manifestFiles);

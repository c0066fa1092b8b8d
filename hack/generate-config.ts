/** Writes the generated part of `config/`. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { writeManifests } from "./config/files.ts";
import { manifestFiles } from "./config/manifests.ts";
import { dashboardText } from "./monitoring/dashboard.ts";

const CONFIG = join(import.meta.dirname, "../config");
await writeManifests(CONFIG, manifestFiles);
await writeFile(join(CONFIG, "monitoring/dashboard.json"), dashboardText);

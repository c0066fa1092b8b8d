/** Writes the generated part of `config/`, the Helm chart among it, and the page of the chart's values. */
import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { chartFiles } from "./config/chart/chart.ts";
import { valuesPage } from "./config/chart/schema.ts";
import { writeManifests } from "./config/files.ts";
import { manifestFiles } from "./config/manifests.ts";
import { dashboardText } from "./monitoring/dashboard.ts";

const CONFIG = join(import.meta.dirname, "../config");
await writeManifests(CONFIG, manifestFiles);
await writeFile(join(CONFIG, "monitoring/dashboard.json"), dashboardText);

// Templates of files that are gone must go as well.
const CHART = join(CONFIG, "helm/securitybaseline");
await rm(CHART, { recursive: true, force: true });
for (const [path, content] of chartFiles()) {
  const target = join(CHART, path);
  await mkdir(dirname(target), { recursive: true });
  await writeFile(target, content);
}
await writeFile(join(CONFIG, "../docs/reference/helm-values.md"), valuesPage());

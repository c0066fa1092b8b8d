/** Writes what teaches an Argo CD our kinds: the keys of its ConfigMap, from the Lua files that lie as Argo CD's own do. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import type { JsonObject } from "../../operator/api/json.ts";
import { GROUP } from "../../operator/api/names.ts";
import type { ManifestFile } from "./files.ts";

const KINDS = join(import.meta.dirname, "../../config/argo-cd/resource_customizations", GROUP);

/** The patch of `argocd-cm`. */
export function argoCdFiles(): readonly ManifestFile[] {
  const data = Object.fromEntries(readdirSync(KINDS).sort().flatMap(keysOf));
  const patch: JsonObject = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "argocd-cm" }, data };
  return [
    { path: "argo-cd/argocd-cm.yaml", about: "Health checks and actions for Argo CD, from the Lua files beside.", documents: [patch] },
  ];
}

function keysOf(kind: string): [key: string, value: string][] {
  const health: [string, string] = [`resource.customizations.health.${GROUP}_${kind}`, read(kind, "health.lua")];
  if (!existsSync(join(KINDS, kind, "actions"))) return [health];
  return [health, [`resource.customizations.actions.${GROUP}_${kind}`, actionsOf(kind)]];
}

/** Argo CD reads the value as YAML. */
function actionsOf(kind: string): string {
  const names = readdirSync(join(KINDS, kind, "actions")).sort();
  const definitions = names
    .filter((name) => existsSync(join(KINDS, kind, "actions", name, "action.lua")))
    .map((name) => ({ name, "action.lua": read(kind, "actions", name, "action.lua") }));
  return stringify({ "discovery.lua": read(kind, "actions", "discovery.lua"), definitions }, { lineWidth: 0 });
}

function read(...path: string[]): string {
  return readFileSync(join(KINDS, ...path), "utf8");
}

/** Works out what a namespace holds once a plan was carried out, as far as findings go by it, for whoever plans without writing. PURE. */
import { isJsonObject, type Json, type JsonObject, own } from "../api/json.ts";
import { FIELD_MANAGER } from "../api/names.ts";
import type { KubernetesObject } from "../api/object.ts";
import type { ListedObjects } from "./changes.ts";
import { traitsOf } from "./facts.ts";
import { projectLive } from "./live.ts";
import { objectKey } from "./object-key.ts";
import type { Action, Desired, Live } from "./types.ts";

const APPLIED = [{ manager: FIELD_MANAGER, operation: "Apply", fieldsV1: {} }];

/** The live objects after these writes. */
export function afterwards(objects: ListedObjects, actions: readonly Action[]): readonly Live[] {
  const after = new Map([...objects].map(([key, { live }]) => [key, live]));
  for (const action of actions) {
    if (action.verb === "delete") after.delete(objectKey(action.live.kind, action.live.name));
    if (action.verb !== "apply" && action.verb !== "replace") continue;
    const { kind, name } = action.desired;
    const key = objectKey(kind, name);
    const listed = objects.get(key);
    after.set(key, listed === undefined ? made(action.desired) : changed(listed.live, listed.object, action.desired));
  }
  return [...after.values()];
}

function made({ kind, manifest }: Desired): Live {
  const metadata = { ...(manifest["metadata"] as JsonObject), managedFields: APPLIED };
  return projectLive(kind, { ...manifest, metadata } as unknown as KubernetesObject);
}

function changed(live: Live, object: JsonObject, { kind, manifest, control }: Desired): Live {
  return { ...live, control, managed: true, traits: traitsOf(kind, overlaid(object, manifest) as JsonObject) };
}

/** As server-side apply merges by force: maps by key, everything else as a whole. What lists may keep of others decides about no trait. */
function overlaid(below: Json | undefined, above: Json | undefined): Json | undefined {
  if (!isJsonObject(below) || !isJsonObject(above)) return above;
  const keys = [...new Set([...Object.keys(below), ...Object.keys(above)])];
  return Object.fromEntries(
    keys.map((key) => [key, Object.hasOwn(above, key) ? overlaid(own(below, key), own(above, key)) : own(below, key)]),
  );
}

/** Reads the recorded replies of a real API server for tests of kinds: what was applied, and what was stored. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Json, JsonObject } from "../../../operator/api/json.ts";
import { ownedKinds } from "../../../operator/controls/index.ts";
import type { OwnedKind } from "../../../operator/kinds/kind.ts";
import { valueAt } from "../../../operator/plan/field-path.ts";

export interface Recorded {
  readonly form: string;
  readonly kind: OwnedKind;
  readonly applied: JsonObject;
  readonly live: JsonObject;
}

const FOLDER = join(import.meta.dirname, "fixtures");

/** One per form in which an object can be written; test/cluster/defaulting.test.ts proves that a real server still answers so. */
export const recorded: readonly Recorded[] = readdirSync(FOLDER).map((file) => {
  const { applied, live } = JSON.parse(readFileSync(join(FOLDER, file), "utf8")) as { applied: JsonObject; live: JsonObject };
  const kind = ownedKinds.find((one) => one.kind === applied["kind"]);
  if (kind === undefined) throw new Error(`${file}: no control owns this kind`);
  return { form: file.replace(".json", ""), kind, applied, live };
});

/** The decisive fields of an object as they stand there. */
export function written(kind: OwnedKind, object: JsonObject): readonly (Json | undefined)[] {
  return kind.fields.map((field) => valueAt(object, field.path));
}

/** The decisive fields of an object in their one form. */
export function normalised(kind: OwnedKind, object: JsonObject): readonly (Json | undefined)[] {
  return kind.fields.map(({ path, normalise }) => {
    const value = valueAt(object, path);
    return normalise === undefined ? value : normalise(value, object);
  });
}

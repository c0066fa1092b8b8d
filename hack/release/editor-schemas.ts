/** Makes of our kinds what editors check YAML by while it is written (JSON Schema draft 7), as strict as the API server on unknown fields. */
import { closeSchema } from "../../operator/api/closed-schema.ts";
import schemas from "../../operator/api/generated/schemas.json" with { type: "json" };
import { API_VERSION, VERSION } from "../../operator/api/names.ts";
import type { StructuralSchema } from "../../operator/api/structural-schema.ts";

const DRAFT = "http://json-schema.org/draft-07/schema#";
const CATALOGUE_SCHEMA = "https://json.schemastore.org/schema-catalog.json";
const CATALOGUE_FILE = "schema-catalogue.json";

/** Files by their names: a schema for each kind, and a catalogue that leads to them where they will be (`url`, without a slash at its end). */
export function editorSchemas(url: string): ReadonlyMap<string, string> {
  const kinds = Object.entries(schemas as Record<string, StructuralSchema>);
  const catalogue = {
    $schema: CATALOGUE_SCHEMA,
    version: 1,
    schemas: kinds.map(([kind, { description }]) => ({
      name: kind,
      description: description ?? kind,
      fileMatch: [`${kind.toLowerCase()}.yaml`, `*.${kind.toLowerCase()}.yaml`],
      url: `${url}/${fileOf(kind)}`,
    })),
  };
  return new Map([
    ...kinds.map(([kind, schema]): [string, string] => [fileOf(kind), print(schemaOf(kind, schema, url))]),
    [CATALOGUE_FILE, print(catalogue)],
  ]);
}

function fileOf(kind: string): string {
  return `${kind.toLowerCase()}-${VERSION}.schema.json`;
}

function schemaOf(kind: string, schema: StructuralSchema, url: string): object {
  const closed = closeSchema(schema, { apiVersion: API_VERSION, kind });
  return { $schema: DRAFT, $id: `${url}/${fileOf(kind)}`, title: kind, ...closed };
}

/** What only an API server reads is left out: editors warn of words that they do not know. */
function print(value: object): string {
  return `${JSON.stringify(value, (key, field) => (key.startsWith("x-kubernetes-") ? undefined : field), 1)}\n`;
}

/** Writes the reference page of a kind for its users: one table per object type, the rules of each as sentences. */
import type { StructuralSchema } from "../../operator/api/structural-schema.ts";
import { type ApiGroup, HEADER } from "./manifest.ts";
import type { Kind } from "./resource.ts";
import type { FieldFacts, TypeFacts } from "./types.ts";

/** The reference page of a kind in Markdown. */
export function referenceMarkdown(kind: Kind, api: ApiGroup): string {
  const known = new Set(kind.types.map((type) => type.name));
  const intro = [
    `<!-- ${HEADER} -->`,
    `# ${kind.name}`,
    `\`${api.group}/${api.version}\`, ${kind.scope.toLowerCase()}, short name \`${kind.shortName}\`.`,
  ];
  return `${[...intro, ...kind.types.map((type) => section(type, known))].join("\n\n")}\n`;
}

function section(type: TypeFacts, known: ReadonlySet<string>): string {
  const rows = type.fields.map((field) => `| ${row(field, known).join(" | ")} |`);
  const table = ["| field | type | default | bounds | meaning |", "|---|---|---|---|---|", ...rows].join("\n");
  return [`## ${type.name}`, type.schema.description, table, rulesText(type, known)].filter((part) => part !== undefined).join("\n\n");
}

function row(field: FieldFacts, known: ReadonlySet<string>): string[] {
  const name = field.required ? `\`${field.name}\` (required)` : `\`${field.name}\``;
  const value = field.schema.default === undefined ? "" : `\`${JSON.stringify(field.schema.default)}\``;
  return [name, typeLink(field.label, known), value, boundsText(field.schema), field.schema.description ?? ""].map(cell);
}

function typeLink(label: string, known: ReadonlySet<string>): string {
  return label.replace(/\w+$/, (name) => (known.has(name) ? `[${name}](#${name.toLowerCase()})` : name));
}

/** Rules of object types stand with the type; those of other values with the fields that hold them. */
function rulesText(type: TypeFacts, known: ReadonlySet<string>): string | undefined {
  const own = messages(type.schema).map((message) => `- ${message}`);
  const ofFields = type.fields
    .filter((field) => !known.has(lastWord(field.label)))
    .flatMap((field) =>
      nested(field.schema)
        .flatMap(messages)
        .map((message) => `- \`${field.name}\`: ${message}`),
    );
  const lines = [...own, ...ofFields];
  return lines.length > 0 ? `Refused unless it keeps these rules:\n\n${lines.join("\n")}` : undefined;
}

function lastWord(label: string): string {
  return label.slice(label.lastIndexOf(" ") + 1);
}

function nested(schema: StructuralSchema): StructuralSchema[] {
  return [schema, schema.items, schema.additionalProperties].filter((part) => part !== undefined);
}

function messages(schema: StructuralSchema): string[] {
  return (schema["x-kubernetes-validations"] ?? []).map((validation) => validation.message);
}

const BOUNDS: readonly (readonly [keyof StructuralSchema, string])[] = [
  ["minLength", "length >="],
  ["maxLength", "length <="],
  ["minItems", "items >="],
  ["maxItems", "items <="],
  ["maxProperties", "entries <="],
  ["minimum", ">="],
  ["maximum", "<="],
  ["format", "format"],
  ["x-kubernetes-list-map-keys", "unique by"],
];

function boundsText(schema: StructuralSchema): string {
  const own = BOUNDS.filter(([keyword]) => schema[keyword] !== undefined).map(([keyword, text]) => `${text} ${String(schema[keyword])}`);
  const values = schema.enum ? [`one of ${schema.enum.map((value) => `\`${value}\``).join(", ")}`] : [];
  const pattern = schema.pattern === undefined ? [] : [`\`${schema.pattern}\``];
  const unique = schema["x-kubernetes-list-type"] === "set" ? ["no duplicates"] : [];
  const inner = nested(schema)
    .slice(1)
    .filter((part) => part.type !== "object")
    .map((part) => boundsText(part))
    .filter((text) => text !== "")
    .map((text) => `each: ${text}`);
  return [...values, ...own, ...unique, ...pattern, ...inner].join("; ");
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("\n\n", "<br>").replaceAll("\n", " ");
}

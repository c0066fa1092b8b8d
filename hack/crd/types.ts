/** Translates TypeScript types into structural schemas. */
import { type InterfaceDeclaration, Node, type PropertySignature, SyntaxKind, type TypeNode } from "ts-morph";
import type { StructuralSchema } from "../../operator/api/structural-schema.ts";
import { checkBounds } from "./bounds.ts";
import { applyMarkers } from "./keywords.ts";
import type { Doc } from "./markers.ts";
import { docOf, placeOf, type Source } from "./source.ts";

/** A schema, and how the reference page names its type. */
export interface Typed {
  readonly schema: StructuralSchema;
  readonly label: string;
}

/** One field of an object type, for the reference page. */
export interface FieldFacts extends Typed {
  readonly name: string;
  readonly required: boolean;
}

/** Fields that the API machinery defines, by name. */
export type Frame = ReadonlyMap<string, FieldFacts>;

/** One object type, for the reference page. */
export interface TypeFacts {
  readonly name: string;
  readonly schema: StructuralSchema;
  readonly fields: readonly FieldFacts[];
}

/** Translates types, and remembers each object type it meets in the order in which a reader meets it. */
export class Translator {
  readonly #source: Source;
  readonly #open: string[] = [];
  readonly #facts = new Map<string, TypeFacts>();

  constructor(source: Source) {
    this.#source = source;
  }

  /** Object types met so far, outer ones first. */
  get types(): readonly TypeFacts[] {
    return [...this.#facts.values()];
  }

  /**
   * Schema of an interface with all that it refers to.
   * @param frame fields whose schema is given, not translated
   * @throws GeneratorError for a type that a CRD cannot express, a bad marker or a missing bound
   */
  object(declaration: InterfaceDeclaration, frame: Frame = new Map()): Typed {
    const name = declaration.getName();
    const place = placeOf(declaration);
    if (this.#open.includes(name)) throw place.error(`type ${name} contains itself: a CRD schema cannot`);
    refuseInheritance(declaration);
    this.#open.push(name);
    const doc = docOf(declaration);
    const fields: FieldFacts[] = [];
    const schema: StructuralSchema = { ...(doc.text ? { description: doc.text } : {}), type: "object" };
    this.#facts.set(name, { name, schema, fields });
    for (const member of declaration.getMembers()) fields.push(frame.get(nameOf(member)) ?? this.#field(member));
    Object.assign(schema, objectKeywords(fields));
    applyMarkers(schema, doc.markers, place);
    this.#open.pop();
    return { schema: structuredClone(schema), label: name };
  }

  #field(member: Node): FieldFacts {
    if (!Node.isPropertySignature(member)) throw placeOf(member).error("only properties have a place in a schema");
    const doc = docOf(member);
    const typed = described(this.#property(member), doc);
    const place = placeOf(member);
    applyMarkers(typed.schema, doc.markers, place);
    checkBounds(typed.schema, place);
    return { ...typed, name: member.getName(), required: !member.hasQuestionToken() };
  }

  #property(member: PropertySignature): Typed {
    const node = member.getTypeNode();
    if (!node) throw placeOf(member).error(`${member.getName()} has no type`);
    return this.#type(node);
  }

  #type(node: TypeNode): Typed {
    if (Node.isParenthesizedTypeNode(node)) return this.#type(node.getTypeNode());
    if (Node.isTypeOperatorTypeNode(node)) return this.#type(node.getTypeNode());
    if (Node.isArrayTypeNode(node)) return this.#list(node.getElementTypeNode());
    if (Node.isTypeReference(node)) return this.#reference(node.getTypeName().getText(), node.getTypeArguments(), node);
    if (Node.isUnionTypeNode(node)) return union(node.getTypeNodes());
    if (Node.isLiteralTypeNode(node)) return { schema: { type: "string", enum: [literal(node)] }, label: "string" };
    const scalar = SCALARS.get(node.getKind());
    if (!scalar) throw placeOf(node).error(`unsupported type ${node.getText()}`);
    return { schema: { type: scalar }, label: scalar };
  }

  #list(element: TypeNode): Typed {
    const items = this.#type(element);
    checkBounds(items.schema, placeOf(element));
    return { schema: { type: "array", items: items.schema }, label: `list of ${items.label}` };
  }

  #reference(name: string, args: readonly TypeNode[], node: TypeNode): Typed {
    const [first, second] = args;
    if (name === "Readonly" && first) return this.#type(first);
    if (name === "Record" && first && second) return this.#map(first, second);
    const declaration = this.#source.find(name);
    if (!declaration || args.length > 0) throw placeOf(node).error(`unsupported type ${node.getText()}`);
    if (Node.isInterfaceDeclaration(declaration)) return this.object(declaration);
    const doc = docOf(declaration);
    const typed = described(this.#type(declaration.getTypeNodeOrThrow()), doc);
    applyMarkers(typed.schema, doc.markers, placeOf(declaration));
    return typed;
  }

  #map(key: TypeNode, value: TypeNode): Typed {
    if (key.getKind() !== SyntaxKind.StringKeyword) throw placeOf(key).error("the keys of a Record must be strings");
    const values = this.#type(value);
    checkBounds(values.schema, placeOf(value));
    return { schema: { type: "object", additionalProperties: values.schema }, label: `map of ${values.label}` };
  }
}

/** Of several types a schema knows one union alone: number and text (IntOrString of apimachinery). */
function union(members: readonly TypeNode[]): Typed {
  const kinds = members.map((member) => member.getKind());
  if (kinds.length === 2 && kinds.includes(SyntaxKind.NumberKeyword) && kinds.includes(SyntaxKind.StringKeyword))
    return { schema: { "x-kubernetes-int-or-string": true }, label: "integer or string" };
  return { schema: { type: "string", enum: members.map(literal) }, label: "string" };
}

const SCALARS: ReadonlyMap<SyntaxKind, "string" | "integer" | "boolean"> = new Map([
  [SyntaxKind.StringKeyword, "string"],
  [SyntaxKind.NumberKeyword, "integer"],
  [SyntaxKind.BooleanKeyword, "boolean"],
]);

/** A field's own text comes first; what an alias says about its values is kept behind it. */
function described(typed: Typed, doc: Doc): Typed {
  if (doc.text === "") return typed;
  const { description, ...rest } = typed.schema;
  const text = description && isScalar(typed.schema) ? `${doc.text} ${description}` : doc.text;
  return { ...typed, schema: { description: text, ...rest } };
}

function nameOf(member: Node): string {
  return Node.isPropertySignature(member) ? member.getName() : "";
}

function isScalar(schema: StructuralSchema): boolean {
  return schema.type !== "object" && schema.type !== "array";
}

function literal(node: TypeNode): string {
  const value = Node.isLiteralTypeNode(node) ? node.getLiteral() : undefined;
  if (!Node.isStringLiteral(value))
    throw placeOf(node).error(`unsupported type ${node.getText()}: a union holds string literals, or number and string`);
  return value.getLiteralValue();
}

function refuseInheritance(declaration: InterfaceDeclaration): void {
  const [base] = declaration.getExtends();
  if (base) throw placeOf(base).error(`unsupported: ${declaration.getName()} extends ${base.getText()}; write the fields out`);
}

function objectKeywords(fields: readonly FieldFacts[]): Partial<StructuralSchema> {
  const required = fields.filter((field) => field.required).map((field) => field.name);
  const properties = Object.fromEntries(fields.map((field) => [field.name, field.schema]));
  return { ...(required.length > 0 ? { required } : {}), properties };
}

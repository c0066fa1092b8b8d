/** Merges the texts that a manifest has with and without a setting into one template of Helm, for the generator of the chart. */
import { isDeepStrictEqual } from "node:util";

/** A line of a template, or lines between which a condition decides. */
export type Node = string | Choice;

interface Choice {
  /** An expression of Helm's templates. */
  readonly when: string;
  readonly whenSo: readonly Node[];
  readonly otherwise: readonly Node[];
}

/** One template for both: what they begin and end with alike stands once, and between them the condition decides. */
export function merged(when: string, whenSo: readonly Node[], otherwise: readonly Node[]): readonly Node[] {
  if (isDeepStrictEqual(whenSo, otherwise)) return whenSo;
  const head = alike(whenSo, otherwise);
  const tail = alike(whenSo.slice(head).reverse(), otherwise.slice(head).reverse());
  const middle = (nodes: readonly Node[]) => nodes.slice(head, nodes.length - tail);
  const choice = { when, whenSo: middle(whenSo), otherwise: middle(otherwise) };
  return [...whenSo.slice(0, head), choice, ...whenSo.slice(whenSo.length - tail)];
}

/** How many nodes are the same from the first on. */
function alike(one: readonly Node[], other: readonly Node[]): number {
  const different = one.findIndex((node, index) => !isDeepStrictEqual(node, other[index]));
  return different === -1 ? one.length : different;
}

/** The text of a template. A condition takes the line break before it away, so that neither it nor its end leaves an empty line. */
export function templateText(nodes: readonly Node[]): string {
  return nodes.map((node) => (typeof node === "string" ? `${node}\n` : choiceText(node))).join("");
}

function choiceText({ when, whenSo, otherwise }: Choice): string {
  if (whenSo.length === 0) return `{{- if not (${when}) }}\n${templateText(otherwise)}{{- end }}\n`;
  const rest = otherwise.length === 0 ? "" : `{{- else }}\n${templateText(otherwise)}`;
  return `{{- if ${when} }}\n${templateText(whenSo)}${rest}{{- end }}\n`;
}

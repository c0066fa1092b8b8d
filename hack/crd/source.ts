/** Finds declarations and their doc comments in the TypeScript sources, for the generator; no other file looks things up in a tree. */

import type { Project } from "ts-morph";
import { type InterfaceDeclaration, type JSDocableNode, Node, type TypeAliasDeclaration } from "ts-morph";
import { type Doc, EMPTY_DOC, parseDoc } from "./markers.ts";
import { Place } from "./place.ts";

export type Declaration = InterfaceDeclaration | TypeAliasDeclaration;

/** Every type of a project by its name, so that imports need not be followed: a name that a schema uses must be unique. */
export class Source {
  readonly #declarations: ReadonlyMap<string, readonly Declaration[]>;

  constructor(project: Project) {
    const all = project.getSourceFiles().flatMap((file) => [...file.getInterfaces(), ...file.getTypeAliases()]);
    this.#declarations = Map.groupBy(all, (declaration) => declaration.getName());
  }

  /** @throws GeneratorError if several types have this name */
  find(name: string): Declaration | undefined {
    const [found, other] = this.#declarations.get(name) ?? [];
    if (found && other) throw placeOf(found).error(`type ${name} stands in ${other.getSourceFile().getBaseName()} too`);
    return found;
  }

  /** Interfaces with a `@resource` marker, by name. */
  roots(): readonly InterfaceDeclaration[] {
    return [...this.#declarations.values()]
      .flat()
      .filter((declaration) => Node.isInterfaceDeclaration(declaration))
      .filter((declaration) => docOf(declaration).markers.some((marker) => marker.name === "resource"))
      .sort((a, b) => (a.getName() < b.getName() ? -1 : 1));
  }
}

/** Where a node stands; the file as its base name, so that output and errors are the same on every machine. */
export function placeOf(node: Node): Place {
  return new Place(node.getSourceFile().getBaseName(), node.getStartLineNumber());
}

/** The doc comment next to a declaration. */
export function docOf(node: Node & JSDocableNode): Doc {
  const comment = node.getJsDocs().at(-1);
  return comment ? parseDoc(comment.getText(), comment.getStartLineNumber()) : EMPTY_DOC;
}

/** Reads the documentation of a checkout with its pictures and says what is wrong with it, for the tests and for the site. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { problemsOf } from "./check.ts";
import { pictureProblems } from "./picture.ts";
import { type Repository, readRepository } from "./repository.ts";

export interface Documentation {
  readonly repository: Repository;
  /** Each one line; empty if it holds together. */
  readonly problems: readonly string[];
}

/** Reads a checkout by its folder. Throws where that is none of git. */
export function readDocumentation(root: string): Documentation {
  const repository = readRepository(root);
  const pictures = repository.files.filter((path) => path.startsWith("docs/") && path.endsWith(".svg"));
  const pictured = pictures.flatMap((path) => pictureProblems(path, readFileSync(join(root, path), "utf8")));
  return { repository, problems: [...problemsOf(repository), ...pictured] };
}

/** Reads the golden folders for tests: each holds one baseline, the documents it becomes, and why. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse, parseAllDocuments } from "yaml";
import type { Posture } from "../../../operator/api/postures.ts";
import type { EndpointSet } from "../../../operator/facts/kube-api.ts";

const ROOT = join(import.meta.dirname, "../../golden");

export interface GoldenCase {
  readonly title: string;
  readonly baseline: Posture;
  readonly kubeAPI: readonly EndpointSet[];
  readonly expected: readonly unknown[];
  readonly why: string;
}

/** All cases, by folder name. */
export function goldenCases(): readonly GoldenCase[] {
  return folders(ROOT).flatMap((control) => folders(join(ROOT, control)).map((name) => readCase(control, name)));
}

function readCase(control: string, name: string): GoldenCase {
  const read = (file: string) => readFileSync(join(ROOT, control, name, file), "utf8");
  const context = existsSync(join(ROOT, control, name, "context.yaml")) ? parse(read("context.yaml")) : { kubeAPI: [] };
  const expected = parseAllDocuments(read("expected.yaml"), { strict: true });
  return {
    title: `${control}/${name}`,
    baseline: parse(read("baseline.yaml")),
    kubeAPI: context.kubeAPI,
    expected: [...expected].map((document) => document.toJS()).filter((document) => document !== null),
    why: read("why.md"),
  };
}

function folders(path: string): readonly string[] {
  const entries = readdirSync(path, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

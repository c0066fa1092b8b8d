/** Runs the generator on types that a test writes down. */
import { Project } from "ts-morph";
import { describeKinds, type Kind } from "../../../hack/crd/resource.ts";
import { Source } from "../../../hack/crd/source.ts";
import type { StructuralSchema } from "../../../operator/api/structural-schema.ts";

const HEAD = `/** @resource plural=things singular=thing shortName=th scope=Namespaced */
export interface Thing { readonly spec: Spec }
export interface Spec {
`;

/** The schema of a spec with these fields, which begin on line 4 of `fixture.ts`; `types` are declared behind them. */
export function specOf(fields: string, types = ""): StructuralSchema {
  const [kind] = kindsOf(`${HEAD}${fields}\n}\n${types}`);
  const spec = kind?.schema.properties?.["spec"];
  if (!spec) throw new Error("the fixture has no spec");
  return spec;
}

/** The schema of one field called `f`. */
export function fieldOf(field: string, types = ""): StructuralSchema | undefined {
  return specOf(field, types).properties?.["f"];
}

/** The kinds of a text; its lines count from 1 in the file `fixture.ts`. */
export function kindsOf(text: string): readonly Kind[] {
  const project = new Project({ useInMemoryFileSystem: true });
  project.createSourceFile("fixture.ts", text);
  return describeKinds(new Source(project));
}

/** Proves what the generator writes around a schema, and that the committed files are what it writes. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { parse } from "yaml";
import { crdYaml } from "../../../hack/crd/manifest.ts";
import { referenceMarkdown } from "../../../hack/crd/reference.ts";
import { generatedFiles } from "../../../hack/generate-crds.ts";
import { kindsOf } from "./fixture.ts";

const API = { group: "example.dev", version: "v1" };

const THING = `
/**
 * A thing.
 * @resource plural=things singular=thing shortName=th scope=Namespaced
 * @printColumn AGE | date | .metadata.creationTimestamp
 * @printColumn WHY | string | .status.conditions[?(@.type=="Ready")].message | wide
 * @rule self.metadata.name == 'one'
 * @message there is one: call it "one"
 */
export interface Thing {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Meta;
  /** @default {} */
  readonly spec?: Spec;
  /** @subresource */
  readonly status?: Status;
}
/** What is wanted. */
export interface Spec {
  /**
   * How.
   * @default "Off"
   */
  readonly mode?: "On" | "Off";
  /**
   * Whose.
   * @maxItems 2
   * @listType set
   */
  readonly owners: readonly Owner[];
}
/**
 * @maxLength 9
 * @pattern ^(a|b)$
 * @rule self != 'x'
 * @message not x
 */
export type Owner = string;
/** What is there. */
export interface Status { readonly done?: boolean }
`;

function thing() {
  const [kind] = kindsOf(THING);
  if (!kind) throw new Error("no kind");
  return kind;
}

describe("generator: output", () => {
  it("writes a CRD of one version with names, columns and the status subresource", () => {
    const text = crdYaml(thing(), API);
    expect(text.startsWith("# Generated from operator/api by make generate; do not edit.\n")).to.equal(true);
    const { schema, ...version } = parse(text).spec.versions[0];
    expect(parse(text)).to.deep.include({
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      metadata: { name: "things.example.dev" },
    });
    expect(parse(text).spec).to.deep.include({
      group: "example.dev",
      scope: "Namespaced",
      names: { kind: "Thing", listKind: "ThingList", plural: "things", singular: "thing", shortNames: ["th"] },
    });
    expect(version).to.deep.equal({
      name: "v1",
      served: true,
      storage: true,
      subresources: { status: {} },
      additionalPrinterColumns: [
        { name: "AGE", type: "date", jsonPath: ".metadata.creationTimestamp" },
        { name: "WHY", type: "string", jsonPath: '.status.conditions[?(@.type=="Ready")].message', priority: 1 },
      ],
    });
    expect(schema.openAPIV3Schema).to.deep.equal(SCHEMA);
  });

  it("leaves out the status subresource that no marker asks for", () => {
    const [kind] = kindsOf(THING.replace("/** @subresource */", ""));
    expect(kind && parse(crdYaml(kind, API)).spec.versions[0]).not.to.have.property("subresources");
  });

  it("quotes what kubectl would take for a boolean", () => {
    expect(crdYaml(thing(), API)).to.include('- "Off"').and.include('default: "Off"');
  });

  it("writes a reference page with a table per type and the rules as sentences", () => {
    expect(referenceMarkdown(thing(), API)).to.equal(PAGE);
  });

  it("is up to date in the repository", () => {
    for (const [path, content] of generatedFiles()) {
      expect(readFileSync(join(import.meta.dirname, "../../..", path), "utf8") === content, `${path}: run make generate`).to.equal(true);
    }
  });
});

const SCHEMA = {
  description: "A thing.",
  type: "object",
  properties: {
    apiVersion: { description: "Group and version of this representation.", type: "string" },
    kind: { description: "Kind of this object.", type: "string" },
    metadata: { type: "object" },
    spec: {
      description: "What is wanted.",
      type: "object",
      default: {},
      required: ["owners"],
      properties: {
        mode: { description: "How.", type: "string", enum: ["On", "Off"], default: "Off" },
        owners: {
          description: "Whose.",
          type: "array",
          maxItems: 2,
          "x-kubernetes-list-type": "set",
          items: {
            type: "string",
            maxLength: 9,
            pattern: "^(a|b)$",
            "x-kubernetes-validations": [{ rule: "self != 'x'", message: "not x" }],
          },
        },
      },
    },
    status: { description: "What is there.", type: "object", properties: { done: { type: "boolean" } } },
  },
  "x-kubernetes-validations": [{ rule: "self.metadata.name == 'one'", message: 'there is one: call it "one"' }],
};

const PAGE = `<!-- Generated from operator/api by make generate; do not edit. -->

# Thing

\`example.dev/v1\`, namespaced, short name \`th\`.

## Thing

A thing.

| field | type | default | bounds | meaning |
|---|---|---|---|---|
| \`apiVersion\` | string |  |  | Group and version of this representation. |
| \`kind\` | string |  |  | Kind of this object. |
| \`metadata\` | object |  |  |  |
| \`spec\` | [Spec](#spec) | \`{}\` |  | What is wanted. |
| \`status\` | [Status](#status) |  |  | What is there. |

Refused unless it keeps these rules:

- there is one: call it "one"

## Spec

What is wanted.

| field | type | default | bounds | meaning |
|---|---|---|---|---|
| \`mode\` | string | \`"Off"\` | one of \`On\`, \`Off\` | How. |
| \`owners\` (required) | list of string |  | items <= 2; no duplicates; each: length <= 9; \`^(a\\|b)$\` | Whose. |

Refused unless it keeps these rules:

- \`owners\`: not x

## Status

What is there.

| field | type | default | bounds | meaning |
|---|---|---|---|---|
| \`done\` | boolean |  |  |  |
`;

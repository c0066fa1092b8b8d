/** Proves that input is read as kubectl reads it, with the right lines, and that bad input is refused. */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { InputError, readDocuments } from "../../../operator/cli/documents.ts";
import { processIo } from "../../../operator/cli/io.ts";
import { memoryIo } from "./memory-io.ts";

const PACKAGE = join(import.meta.dirname, "..", "..", "..", "package.json");

const read = (text: string | Uint8Array) => readDocuments("f", memoryIo({ f: text }));

async function failureOf(text: string | Uint8Array): Promise<string> {
  try {
    await read(text);
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
  return "read";
}

const VALUES: readonly { readonly reason: string; readonly text: string; readonly values: readonly unknown[] }[] = [
  { reason: "several documents", text: "a: 1\n---\nb: 2\n", values: [{ a: 1 }, { b: 2 }] },
  { reason: "empty documents are left out", text: "---\n# nothing\n---\na: 1\n---\n", values: [{ a: 1 }] },
  { reason: "an empty file", text: "", values: [] },
  { reason: "booleans of YAML 1.1", text: "a: Off\nb: yes\nc: 'Off'\nd: !!str Off", values: [{ a: false, b: true, c: "Off", d: "Off" }] },
  {
    reason: "times, clock times and binary stay text",
    text: "a: 2026-11-23\nb: 1:30\nc: !!binary aGk=",
    values: [{ a: "2026-11-23", b: "1:30", c: "aGk=" }],
  },
  {
    reason: "a number has a digit before its exponent",
    text: "a: e12\nb: 1e3\nc: .5e1\nd: -2.E+1\ne: .e1",
    values: [{ a: "e12", b: 1000, c: 5, d: -20, e: ".e1" }],
  },
  { reason: "merge keys", text: "a: &x {b: 1}\nc: {<<: *x, d: 2}", values: [{ a: { b: 1 }, c: { b: 1, d: 2 } }] },
  { reason: "a byte order mark and line breaks of Windows", text: "\uFEFFa: 1\r\n---\r\nb: 2\r\n", values: [{ a: 1 }, { b: 2 }] },
  { reason: "the items of a List", text: "apiVersion: v1\nkind: List\nitems: [{a: 1}, {b: 2}]", values: [{ a: 1 }, { b: 2 }] },
  {
    reason: "a List of another group is an object",
    text: "apiVersion: x/v1\nkind: List\nitems: []",
    values: [{ apiVersion: "x/v1", kind: "List", items: [] }],
  },
];

const LINES: readonly { readonly reason: string; readonly path: readonly (string | number)[]; readonly line: number }[] = [
  { reason: "the object begins with its first key", path: [], line: 3 },
  { reason: "a field is where its key is", path: ["spec", "mode"], line: 5 },
  { reason: "a list entry is where it begins", path: ["spec", "list", 1], line: 8 },
  { reason: "a field in a list entry", path: ["spec", "list", 1, "b", "c"], line: 9 },
  { reason: "what is not there is where it belongs", path: ["spec", "list", 1, "gone", "deep"], line: 8 },
  { reason: "an entry beyond the end", path: ["spec", "list", 9], line: 6 },
  { reason: "through an alias to its anchor", path: ["again", "c"], line: 9 },
];

const TEXT = "# comment\n---\nkind: X\nspec:\n  mode: x\n  list:\n  - a: 1\n  - b: &two\n      c: 2\nagain: *two\n";

const REFUSED: readonly { readonly reason: string; readonly text: string | Uint8Array; readonly message: string }[] = [
  { reason: "a duplicate key", text: "a: 1\nb:\n  c: 1\n  c: 2\n", message: "f:4: Map keys must be unique" },
  { reason: "a duplicate key in JSON", text: '{"a": 1,\n"a": 2}', message: "f:2: Map keys must be unique" },
  { reason: "a duplicate key that is quoted once", text: 'a: 1\n"a": 2\n', message: "f:2: Map keys must be unique" },
  { reason: "a duplicate key in a list in a flow", text: "x:\n- {b: 1, c: {d: 1,\n  d: 2}}\n", message: "f:3: Map keys must be unique" },
  { reason: "merges that multiply", text: merges(), message: "f:1: Excessive alias count" },
  { reason: "UTF-16, which kubectl does not read either", text: Buffer.from("\uFEFFa: 1", "utf16le"), message: "f: cannot be read: " },
  { reason: "a syntax error in the second document", text: "a: 1\n---\nb: [\n", message: "f:4: " },
  { reason: "an alias without anchor", text: "x: 1\na: *b\n", message: "f:1: Unresolved alias" },
  { reason: "aliases that multiply", text: bomb(), message: "f:1: Excessive alias count" },
  { reason: "nesting beyond the stack", text: "[".repeat(50_000), message: "f:1: " },
  { reason: "bytes that are no UTF-8", text: new Uint8Array([0x61, 0xff]), message: "f: cannot be read: " },
  { reason: "very many documents", text: "a: 1\n---\n".repeat(1_001), message: "f: more than 1000 documents: split the file" },
];

function bomb(): string {
  const levels = Array.from(
    { length: 8 },
    (_, level) => `l${level + 1}: &l${level + 1} [${Array.from({ length: 9 }, () => `*l${level}`).join(", ")}]`,
  );
  return ["l0: &l0 [x]", ...levels].join("\n");
}

function merges(): string {
  const levels = Array.from({ length: 90 }, (_, level) => `m${level + 1}: &m${level + 1} {<<: [*m${level}, *m${level}]}`);
  return ["m0: &m0 {x: 1}", ...levels].join("\n");
}

describe("documents", () => {
  for (const { reason, text, values } of VALUES) {
    it(`reads: ${reason}`, async () => {
      expect((await read(text)).map((document) => document.value)).to.deep.equal(values);
    });
  }

  for (const { reason, path, line } of LINES) {
    it(`finds the line: ${reason}`, async () => {
      const [document] = await read(TEXT);
      expect(document?.lineOf(path)).to.equal(line);
    });
  }

  for (const { reason, text, message } of REFUSED) {
    it(`refuses: ${reason}`, async () => {
      expect(await failureOf(text)).to.include(message);
    });
  }

  it("keeps a key __proto__ a key", async () => {
    const [document] = await read("__proto__: {polluted: true}\n");
    expect(Object.keys(document?.value ?? {})).to.deep.equal(["__proto__"]);
    expect({}).not.to.have.property("polluted");
  });

  it("takes a map of very many keys, each of which is looked at once", async () => {
    const keys = Array.from({ length: 100_000 }, (_, index) => `k${index}: ${index}`);
    const [document] = await read(keys.join("\n"));
    expect(Object.keys(document?.value ?? {})).to.have.length(100_000);
  });

  it("stops reading a source that never ends", async () => {
    const error = await processIo.readFile("/dev/zero", 1_000_000).catch((cause: unknown) => cause);
    expect(String(error)).to.include("more than 1000000 bytes");
  });

  it("takes exactly as many bytes as the limit", async () => {
    const { size } = await stat(PACKAGE);
    expect((await processIo.readFile(PACKAGE, size)).length).to.equal(size);
    const error = await processIo.readFile(PACKAGE, size - 1).catch((cause: unknown) => cause);
    expect(String(error)).to.include(`more than ${size - 1} bytes`);
  });

  it("reads a file of the disk", async () => {
    const [document] = await readDocuments(PACKAGE, processIo);
    expect(document?.value).to.have.property("name", "securitybaseline");
  });
});

/** Proves the laws of the house that a reader relies on: who may import whom, what pure rooms may not touch, how long a file may be. */
import { globSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { expect } from "chai";

/** Rooms that each room may import, besides itself. The composition root (files directly in operator/) may import all. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  api: [],
  kinds: ["api"],
  facts: ["api"],
  controls: ["api", "kinds", "facts"],
  findings: ["api", "kinds", "controls"],
  plan: ["api", "kinds", "facts", "controls", "findings"],
  breakglass: ["api", "kinds"],
  policies: ["api", "kinds", "facts", "controls", "breakglass"],
  cluster: ["api"],
  observe: ["api", "cluster"],
  reconcile: ["api", "kinds", "facts", "controls", "findings", "plan", "cluster", "observe", "policies", "policywatch"],
  policyreports: ["api", "kinds", "controls", "findings", "cluster", "observe", "reconcile"],
  policywatch: ["api", "kinds", "policies", "cluster", "observe"],
  broker: ["api", "kinds", "breakglass", "policies", "cluster", "observe", "policywatch"],
  cli: ["api", "kinds", "facts", "controls", "findings", "plan", "breakglass", "policies", "cluster"],
};

/** Packages that pure rooms may use: values in, values out. */
const PURE_PACKAGES = ["ajv", "ajv/dist/2020.js", "ipaddr.js", "@marcbachmann/cel-js", "re2js", "node:crypto", "node:util"];
const PURE_ROOMS = ["api", "kinds", "facts", "controls", "findings", "plan", "breakglass", "policies"];
const IMPURE = /\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|\bprocess\.|\bperformance\.|\bsetTimeout\b|\bfetch\(/;

const MAX_LINES = 400;
const MEDIAN_LINES = 100;

interface Source {
  readonly path: string;
  readonly room: string;
  readonly text: string;
  readonly imports: readonly string[];
}

const root = join(import.meta.dirname, "../../..");
const sources = globSync("operator/**/*.ts", { cwd: root }).sort().map(read);

function read(path: string): Source {
  const text = readFileSync(join(root, path), "utf8");
  const parts = path.split("/");
  const imports = [...text.matchAll(/^(?:import|export)\b[^"';]*?\bfrom "([^"]+)"|^import "([^"]+)"/gm)].map(
    (match) => match[1] ?? match[2] ?? "",
  );
  return { path, room: parts.length === 2 ? "" : (parts[1] ?? ""), text, imports };
}

/** The room that a relative import leads to; undefined for packages. */
function roomOf(source: Source, specifier: string): string | undefined {
  if (!specifier.startsWith(".")) return undefined;
  const parts = normalize(join(dirname(source.path), specifier)).split("/");
  return parts.length === 2 ? "" : parts[1];
}

describe("the house", () => {
  it("has only rooms that are described", () => {
    const rooms = new Set(sources.map(({ room }) => room).filter((room) => room !== ""));
    expect([...rooms]).to.have.members(Object.keys(MAY_IMPORT));
  });

  it("lets data flow one way: no room imports a later one", () => {
    const wrong = sources
      .filter(({ room }) => room !== "")
      .flatMap((source) =>
        source.imports.flatMap((specifier) => {
          const target = roomOf(source, specifier);
          const allowed = target === undefined || target === source.room || MAY_IMPORT[source.room]?.includes(target);
          return allowed ? [] : [`${source.path} imports ${specifier}`];
        }),
      );
    expect(wrong).to.deep.equal([]);
  });

  it("keeps pure rooms free of clients, clocks, environment and randomness", () => {
    const wrong = sources
      .filter(({ room }) => PURE_ROOMS.includes(room))
      .flatMap(({ path, text, imports }) => [
        ...imports.filter((name) => !name.startsWith(".") && !PURE_PACKAGES.includes(name)).map((name) => `${path} imports ${name}`),
        ...(IMPURE.test(text) ? [`${path} reads the outside world`] : []),
      ]);
    expect(wrong).to.deep.equal([]);
  });

  it("opens each file with a sentence on what it does", () => {
    const files = [...sources, ...globSync(["test/**/*.ts", "hack/**/*.ts"], { cwd: root }).sort().map(read)];
    const wrong = files.filter(({ text }) => !/^(#!.*\n)?\/\*\*[\s*]*[A-Z]/.test(text)).map(({ path }) => path);
    expect(wrong).to.deep.equal([]);
  });

  it("keeps files short", () => {
    const lengths = sources.map(({ path, text }) => ({ path, lines: text.split("\n").length - 1 })).sort((a, b) => a.lines - b.lines);
    expect(lengths.filter(({ lines }) => lines > MAX_LINES)).to.deep.equal([]);
    expect(lengths[Math.floor(lengths.length / 2)]?.lines).to.be.at.most(MEDIAN_LINES);
  });

  it("names no kind outside the rooms that declare kinds", () => {
    const shared = ["plan", "reconcile", "cluster", "observe", "breakglass", "broker", "cli"];
    const branch = /\bkind\s*[!=]==\s*"(Role|RoleBinding|NetworkPolicy|ServiceAccount|Namespace)"/;
    expect(sources.filter(({ room, text }) => shared.includes(room) && branch.test(text)).map(({ path }) => path)).to.deep.equal([]);
  });
});

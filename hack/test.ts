/** Runs all tests in two processes side by side, each with a control plane of its own: cluster tests wait more than they work. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

const MOCHA = ["node_modules/mocha/bin/mocha.js", "--forbid-only", "--forbid-pending", "--fail-zero"];

/** The last line that each process prints, see test/support/reporter.ts. */
const OUTCOME = /^(\d+) passed, (\d+) failed$/;

export interface Outcome {
  readonly passed: number;
  readonly failed: number;
}

/** Runs mocha for each list of patterns, shows one after the other, and answers the sum. A process that ends otherwise than by its last line is one failure. */
export async function runShares(shares: readonly (readonly string[])[], print: (line: string) => void): Promise<Outcome> {
  const turn = inTurn(print);
  const outcomes = await Promise.all(shares.map((patterns, index) => runShare(patterns, turn(index))));
  return outcomes.reduce((sum, { passed, failed }) => ({ passed: sum.passed + passed, failed: sum.failed + failed }));
}

/** Where a process prints to: at once while it is its turn, otherwise kept until then. */
interface Page {
  print(line: string): void;
  end(): void;
}

/** Pages in their order, whichever is written first. */
function inTurn(print: (line: string) => void): (index: number) => Page {
  const kept = new Map<number, string[]>();
  const ended = new Set<number>();
  let current = 0;
  const flush = (): void => {
    for (const line of kept.get(current) ?? []) print(line);
    kept.delete(current);
  };
  return (index) => ({
    print: (line) => {
      if (index === current) print(line);
      else kept.set(index, [...(kept.get(index) ?? []), line]);
    },
    end: () => {
      ended.add(index);
      for (; ended.has(current); flush()) current += 1;
    },
  });
}

async function runShare(patterns: readonly string[], page: Page): Promise<Outcome> {
  const child = spawn(process.execPath, [...MOCHA, ...patterns], { stdio: ["ignore", "pipe", "pipe"] });
  let outcome: Outcome = { passed: 0, failed: 1 };
  const lines = createInterface({ input: child.stdout });
  const errors = createInterface({ input: child.stderr });
  errors.on("line", page.print);
  lines.on("line", (line) => {
    const [, passed, failed] = OUTCOME.exec(line) ?? [];
    if (passed === undefined) page.print(line);
    else outcome = { passed: Number(passed), failed: Number(failed) };
  });
  const [[code]] = await Promise.all([once(child, "exit"), once(lines, "close"), once(errors, "close")]);
  page.end();
  return code === 0 || outcome.failed > 0 ? outcome : { ...outcome, failed: 1 };
}

/** Lists of patterns between `--`: one list if a control plane is given, on which two processes would install over each other. */
function sharesIn(args: readonly string[], env: NodeJS.ProcessEnv): readonly (readonly string[])[] {
  const shares = args
    .join(" ")
    .split(" -- ")
    .map((share) => share.split(" "));
  return env["SECURITYBASELINE_CONTROL_PLANE"] ? [shares.flat()] : shares;
}

if (import.meta.main) {
  const shares = sharesIn(process.argv.slice(2), process.env);
  const { passed, failed } = await runShares(shares, (line) => process.stdout.write(`${line}\n`));
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  process.exitCode = failed > 0 ? 1 : 0;
}

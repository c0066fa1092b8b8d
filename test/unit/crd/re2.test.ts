/** Proves that judging a ticket pattern stays quick and small whoever wrote it. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect } from "chai";
import { isRE2 } from "../../../operator/api/re2.ts";

const RE2 = join(import.meta.dirname, "../../../operator/api/re2.ts");

/** Patterns that are in order, and whose programs take up to half a gigabyte each. */
const LARGE: readonly string[] = [
  `^(?:${"\\pL".repeat(80)}){1000}$`,
  `^(?:${"[\\pL\\pN]?".repeat(24)}){1000}$`,
  `^(?:${"(a|b|c|d|e|f|g|h)?".repeat(13)}){1000}$`,
  `(?:${"a*".repeat(120)}){1000}`,
  `(?i)[${"\\PC".repeat(80)}]`,
  "(|){1000}",
];

/** What no schema of ours lets through, and what would be read for minutes or would fill the stack. */
const LONG: readonly (readonly [reason: string, pattern: string])[] = [
  ["named classes without end", "[[:".repeat(100_000)],
  ["a megabyte of groups", "(".repeat(1 << 20)],
  ["a megabyte of alternatives", "(|)".repeat(350_000)],
  ["a megabyte of names without end", "\\p{".repeat(350_000)],
  ["one more than the longest", "a".repeat(513)],
];

describe("a pattern that somebody else wrote", () => {
  it("is read in little memory, whatever its program would take", () => {
    // On Linux maxRSS begins with that of the process which started this one.
    const script = `import { existsSync, readFileSync } from "node:fs";
      import { isRE2 } from ${JSON.stringify(RE2)};
      const verdicts = ${JSON.stringify(LARGE)}.map(isRE2);
      const status = existsSync("/proc/self/status") ? readFileSync("/proc/self/status", "utf8") : "";
      const [, kilobytes = process.resourceUsage().maxRSS] = /VmHWM:\\s+(\\d+)/.exec(status) ?? [];
      console.log(JSON.stringify({ verdicts, megabytes: kilobytes / 1024 }));`;
    // With room enough, a busy machine collects garbage late; without, what needs more ends.
    const flags = ["--max-old-space-size=48", "--max-semi-space-size=2", "--input-type=module", "--eval", script];
    const { verdicts, megabytes } = JSON.parse(execFileSync(process.execPath, flags, { encoding: "utf8" }));
    expect(verdicts).to.deep.equal(LARGE.map(() => true));
    expect(megabytes).to.be.below(200);
  });

  for (const [reason, pattern] of LONG) {
    it(`is refused without reading it where it is too long: ${reason}`, () => {
      expect(isRE2(pattern)).to.equal(false);
    });
  }

  it("is read where it is as long as it may be", () => {
    expect(isRE2("😀".repeat(256))).to.equal(true);
  });
});

/** Prints a test run: mocha's spec output and, as the very last line, `N passed, N failed`. */
import Mocha from "mocha";

interface Outcome {
  readonly passes: number;
  readonly failures: number;
}

/** What is true until the run has ended: a run that breaks off, also while its files are loaded, is one failure. */
let outcome: Outcome | undefined;

class ClosingLine extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options?: Mocha.MochaOptions) {
    super(runner, options);
    runner.once(Mocha.Runner.constants.EVENT_RUN_END, () => {
      const { passes, failures } = this.stats;
      outcome = { passes, failures };
    });
  }
}

process.once("exit", (code) => {
  const { passes, failures } = outcome ?? { passes: 0, failures: 1 };
  if (code === 0 && failures > 0) process.exitCode = 1;
  process.stdout.write(`${passes} passed, ${failures} failed\n`);
});

// Mocha loads reporters by `require`, which takes the class from this name.
export { ClosingLine as "module.exports" };

/** Plays the story: prints each step with its commands and real output, and counts what held. */
import { setTimeout as delay } from "node:timers/promises";
import { timeRepair } from "./repair-timing.ts";
import type { Shell } from "./shell.ts";
import { type Act, checksOf, faultsOf, type Output, type Run, type Step, type Tamper } from "./step.ts";
import { print } from "./terminal.ts";

const POLL_INTERVAL = 100;
/** How long an output may take to become as expected, in milliseconds. */
const PATIENCE = 60_000;

export class Player {
  readonly #shell: Shell;
  readonly #tell: (text: string) => void;
  readonly #repairs: number[] = [];
  #steps = 0;
  #checks = 0;
  #failed = 0;

  /** Tells on the terminal, if nobody else wants to hear it. */
  constructor(shell: Shell, tell: (text: string) => void = print) {
    this.#shell = shell;
    this.#tell = tell;
  }

  /** Whether everything up to now was as told. */
  get held(): boolean {
    return this.#failed === 0;
  }

  /** Plays steps one after the other, up to the first one that was not as told: the next ones build on it. */
  async play(steps: readonly Step[]): Promise<void> {
    for (const { title, acts } of steps) {
      if (this.#failed > 0) return;
      this.#steps += 1;
      this.#tell(`\n== ${this.#steps}. ${title}`);
      for (const act of acts) await this.#perform(act);
    }
  }

  /** Prints what the story came to and answers whether all of it held. */
  conclude(): boolean {
    const times = this.#repairs.map((time) => `${Math.round(time)} ms`).join(", ");
    this.#tell("\n== Summary");
    this.#tell(`${this.#steps} steps, ${this.#checks - this.#failed} of ${this.#checks} expectations held.`);
    if (times !== "")
      this.#tell(`Changes by hand were undone after: ${times} (from a watch seeing them to the same watch seeing them gone).`);
    if (this.#failed > 0) this.#tell(`The story stopped at step ${this.#steps}.`);
    return this.held;
  }

  #perform(act: Act): Promise<void> {
    this.#tell("");
    return "run" in act ? this.#run(act) : this.#tamper(act);
  }

  async #run(act: Run): Promise<void> {
    this.#tell(prompt(act.run));
    const output = await this.#outputOf(act);
    this.#tell(output.text);
    this.#count(checksOf(act), faultsOf(act, output));
  }

  async #outputOf(act: Run): Promise<Output> {
    const deadline = performance.now() + PATIENCE;
    let output = await this.#shell.run(act.run);
    while (act.until && faultsOf(act, output).length > 0 && performance.now() < deadline) {
      await delay(POLL_INTERVAL);
      output = await this.#shell.run(act.run);
    }
    return output;
  }

  async #tamper(act: Tamper): Promise<void> {
    this.#tell(prompt(act.tamper));
    const { change, milliseconds } = await timeRepair(this.#shell, act);
    this.#tell(change.text);
    if (milliseconds !== undefined) {
      this.#repairs.push(milliseconds);
      this.#tell(`-> undone ${Math.round(milliseconds)} ms after a watch saw it`);
    }
    this.#count(2, [...faultsOf({}, change), ...(milliseconds === undefined ? [`${act.object} was not put back`] : [])]);
  }

  #count(checks: number, faults: readonly string[]): void {
    this.#checks += checks;
    this.#failed += faults.length;
    for (const fault of faults) this.#tell(`!! FAILED: ${fault}`);
  }
}

/** A command as somebody would type it. */
function prompt(line: string): string {
  return `$ ${line}`;
}

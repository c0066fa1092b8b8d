/** Gives a program a wrong clock: loaded before it (`node --import`), it moves the program's time by CLOCK_SHIFT milliseconds. */
const shift = Number(process.env["CLOCK_SHIFT"]);
const RealDate = Date;

class ShiftedDate extends RealDate {
  constructor(...parts: readonly unknown[]) {
    super(...((parts.length === 0 ? [ShiftedDate.now()] : parts) as [number]));
  }

  static override now(): number {
    return RealDate.now() + shift;
  }
}

globalThis.Date = ShiftedDate as DateConstructor;

/** Proves where text is coloured, and how ages are told. */
import { expect } from "chai";
import { age } from "../../../operator/cli/age.ts";
import { wantsColour } from "../../../operator/cli/colour.ts";

describe("colours", () => {
  const cases: readonly { reason: string; environment: Record<string, string>; terminal: boolean; wanted: boolean }[] = [
    { reason: "a terminal", environment: { TERM: "xterm" }, terminal: true, wanted: true },
    { reason: "no terminal", environment: { TERM: "xterm" }, terminal: false, wanted: false },
    { reason: "NO_COLOR", environment: { NO_COLOR: "1" }, terminal: true, wanted: false },
    { reason: "an empty NO_COLOR says nothing", environment: { NO_COLOR: "" }, terminal: true, wanted: true },
    { reason: "CLICOLOR_FORCE", environment: { CLICOLOR_FORCE: "1" }, terminal: false, wanted: true },
    { reason: "CLICOLOR_FORCE=0 forces nothing", environment: { CLICOLOR_FORCE: "0" }, terminal: false, wanted: false },
    { reason: "who wants none is heard first", environment: { NO_COLOR: "1", CLICOLOR_FORCE: "1" }, terminal: true, wanted: false },
    { reason: "a terminal without colours", environment: { TERM: "dumb" }, terminal: true, wanted: false },
    { reason: "CLICOLOR=0", environment: { CLICOLOR: "0" }, terminal: true, wanted: false },
  ];
  for (const { reason, environment, terminal, wanted } of cases) {
    it(`are ${wanted ? "" : "not "}wanted: ${reason}`, () => expect(wantsColour(environment, terminal)).to.equal(wanted));
  }
});

describe("ages", () => {
  const cases: readonly (readonly [time: string, age: string])[] = [
    ["2026-11-23T09:59:59Z", "1s"],
    ["2026-11-23T09:59:00Z", "1m"],
    ["2026-11-23T09:00:01Z", "59m"],
    ["2026-11-22T10:00:01Z", "23h"],
    ["2026-11-21T10:00:00Z", "2d"],
    ["2026-11-23T10:05:00Z", "0s"],
    ["yesterday", "?"],
  ];
  for (const [time, told] of cases) {
    it(`of ${time} is ${told}`, () => expect(age(time, Date.parse("2026-11-23T10:00:00Z"))).to.equal(told));
  }
});

/** Proves that pauses grow, stay in their range and differ between parties, and that resourceVersions have the right order. */
import { expect } from "chai";
import { backoffDelay } from "../../../operator/cluster/backoff.ts";
import { isNewer } from "../../../operator/cluster/resource-version.ts";

const range = { shortest: 500, longest: 30_000 };

describe("backoffDelay", () => {
  const cases = [
    { title: "the first pause is not shorter than the shortest", failures: 1, random: 0, delay: 500 },
    { title: "jitter lengthens it", failures: 1, random: 0.5, delay: 750 },
    { title: "each failure doubles it", failures: 3, random: 0, delay: 2000 },
    { title: "it is not longer than the longest", failures: 20, random: 1, delay: 30_000 },
    { title: "there is jitter at the longest too", failures: 20, random: 0, delay: 15_000 },
    { title: "any number of failures has a pause", failures: 5000, random: 0, delay: 15_000 },
  ];
  for (const { title, failures, random, delay } of cases) {
    it(title, () => expect(backoffDelay(range, failures, random)).to.equal(delay));
  }
});

describe("isNewer", () => {
  const cases = [
    { reason: "equal is not newer", candidate: "7", known: "7", newer: false },
    { reason: "larger", candidate: "8", known: "7", newer: true },
    { reason: "smaller", candidate: "7", known: "8", newer: false },
    { reason: "numbers, not text: 10 follows 9", candidate: "10", known: "9", newer: true },
    { reason: "numbers, not text: 9 precedes 10", candidate: "9", known: "10", newer: false },
    { reason: "beyond 2^53", candidate: "9007199254740993", known: "9007199254740992", newer: true },
    { reason: "no order without integers: what arrives later wins", candidate: "a", known: "b", newer: true },
  ];
  for (const { reason, candidate, known, newer } of cases) {
    it(`${candidate} after ${known}: ${reason}`, () => expect(isNewer(candidate, known)).to.equal(newer));
  }
});

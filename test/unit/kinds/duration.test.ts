/** Tests how durations as Go writes them are read, and written in one form. */
import { expect } from "chai";
import { canonicalDuration, durationMillis } from "../../../operator/kinds/duration.ts";

const cases: readonly { readonly text: string; readonly millis: number | undefined; readonly canonical: string }[] = [
  { text: "0", millis: 0, canonical: "0s" },
  { text: "0s", millis: 0, canonical: "0s" },
  { text: "30s", millis: 30_000, canonical: "30s" },
  { text: "60s", millis: 60_000, canonical: "1m0s" },
  { text: "15m", millis: 900_000, canonical: "15m0s" },
  { text: "90m", millis: 5_400_000, canonical: "1h30m0s" },
  { text: "1h", millis: 3_600_000, canonical: "1h0m0s" },
  { text: "1.5h", millis: 5_400_000, canonical: "1h30m0s" },
  { text: "100h0m1s", millis: 360_001_000, canonical: "100h0m1s" },
  { text: "1m1ms", millis: 60_001, canonical: "1m1ms" },
  { text: "250ms", millis: 250, canonical: "250ms" },
  { text: "-1h", millis: undefined, canonical: "-1h" },
  { text: "1d", millis: undefined, canonical: "1d" },
  { text: "", millis: undefined, canonical: "" },
  { text: "h", millis: undefined, canonical: "h" },
];

describe("durations", () => {
  for (const { text, millis, canonical } of cases) {
    it(`"${text}" is ${millis} ms and stands as "${canonical}"`, () => {
      expect([durationMillis(text), canonicalDuration(text)]).to.deep.equal([millis, canonical]);
    });
  }
});

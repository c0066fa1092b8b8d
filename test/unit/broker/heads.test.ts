/** Proves what is shown of the ledger's last entry. */
import { expect } from "chai";
import type { JsonObject } from "../../../operator/api/json.ts";
import { createHeads } from "../../../operator/broker/heads.ts";
import { chained, draft } from "../breakglass/ledgers.ts";

const [ENTRY] = chained([draft(["r-1", "Requested"])]);
const LINE = '{"ledger":"securitybaseline.dev/break-glass","chain":"c0123456789","seq":1,"hash":"abc","time":"2026-11-23T10:00:00Z"}';

describe("heads of the ledger", () => {
  const printed: string[] = [];
  const sent: JsonObject[] = [];
  const show = (webhook: boolean): void => {
    const tell = createHeads({
      print: (line) => void printed.push(line),
      webhook: webhook ? { send: (message) => void sent.push(message) } : undefined,
    });
    if (ENTRY !== undefined) tell({ ...ENTRY, hash: "abc" });
  };

  beforeEach(() => {
    printed.length = 0;
    sent.length = 0;
  });

  it("are one line of JSON each, which tells nothing of who asked for what", () => {
    show(false);
    expect(printed).to.deep.equal([`${LINE}\n`]);
  });

  it("are sent as they are printed where there is a webhook", () => {
    show(true);
    expect(printed).to.deep.equal([`${LINE}\n`]);
    expect(sent.map((message) => JSON.stringify(message))).to.deep.equal([LINE]);
  });
});

/** Proves what is remembered between two looks: which objects were in place, so that only those can be missed. */
import { expect } from "chai";
import type { Desired } from "../../../operator/controls/control.ts";
import type { BaselineEntry } from "../../../operator/reconcile/caches.ts";
import { Memory } from "../../../operator/reconcile/memory.ts";
import { allowDNS, defaultDeny } from "../plan/baseline-objects.ts";

const DENY = defaultDeny();
const DNS = allowDNS();
const WANTED: readonly Desired[] = [DENY, DNS];
const BOTH = ["NetworkPolicy/allow-dns", "NetworkPolicy/default-deny"];

function entry(fields: { readonly generation?: number; readonly uid?: string; readonly ready?: string; readonly observed?: number } = {}) {
  const { generation = 1, uid = "one", ready, observed = 1 } = fields;
  const status = ready === undefined ? undefined : { observedGeneration: observed, conditions: [{ type: "Ready", status: ready }] };
  return { home: "payments", name: "baseline", uid, generation, baseline: { status } } as unknown as BaselineEntry;
}

/** Memory after looks of the first baseline that each left something missing. */
function after(...looks: readonly (readonly Desired[])[]): Memory {
  const memory = new Memory();
  for (const missing of looks) memory.note(entry(), missing, false);
  return memory;
}

const CASES: readonly {
  readonly reason: string;
  readonly memory: Memory;
  readonly entry?: BaselineEntry;
  readonly known: readonly string[];
}[] = [
  { reason: "a new baseline has had nothing in place", memory: after(), known: [] },
  { reason: "what a look left in place is known", memory: after([]), known: BOTH },
  { reason: "what a look left missing is not", memory: after([DNS]), known: ["NetworkPolicy/default-deny"] },
  { reason: "what was made at a later look is", memory: after([DNS], []), known: BOTH },
  { reason: "what was in place and cannot be put back stays known", memory: after([], [DNS], [DNS]), known: BOTH },
  { reason: "what was never made does not become known by waiting", memory: after([DNS], [DNS]), known: ["NetworkPolicy/default-deny"] },
  { reason: "a changed baseline begins anew", memory: after([]), entry: entry({ generation: 2 }), known: [] },
  { reason: "a baseline made anew begins anew", memory: after([]), entry: entry({ uid: "two" }), known: [] },
  { reason: "after a restart everything is known if status says so", memory: after(), entry: entry({ ready: "True" }), known: BOTH },
  { reason: "after a restart nothing is known if it was not in place", memory: after(), entry: entry({ ready: "False" }), known: [] },
  {
    reason: "after a restart nothing is known of a baseline that changed meanwhile",
    memory: after(),
    entry: entry({ ready: "True", generation: 2 }),
    known: [],
  },
];

describe("memory", () => {
  for (const { reason, memory, entry: seen = entry(), known } of CASES) {
    it(reason, () => expect([...memory.known(seen, WANTED)]).to.have.members(known));
  }

  it("of a restart outlives the first look: what could not be put back is still known", () => {
    const memory = new Memory();
    memory.note(entry({ ready: "True" }), [DNS], false);
    expect([...memory.known(entry({ ready: "False" }), WANTED)]).to.have.members(BOTH);
  });

  it("of objects that went with their kind ends, so that they are new when it comes back", () => {
    const memory = new Memory();
    memory.note(entry(), [], false);
    memory.note(entry(), [DNS], false);
    memory.lose("payments", [DNS]);
    expect([...memory.known(entry(), WANTED)]).to.deep.equal(["NetworkPolicy/default-deny"]);
    memory.note(entry(), [], false);
    expect([...memory.known(entry(), WANTED)]).to.have.members(BOTH);
  });

  it("of a namespace can be forgotten", () => {
    const memory = after([]);
    memory.forget("payments");
    expect([...memory.known(entry(), WANTED)]).to.deep.equal([]);
  });

  it("calls a conflict lasting after three looks in a row", () => {
    const memory = new Memory();
    const looks = [true, true, true, true, false, true].map((conflicted) => memory.note(entry(), [], conflicted).lasting);
    expect(looks).to.deep.equal([false, false, false, true, false, false]);
  });
});

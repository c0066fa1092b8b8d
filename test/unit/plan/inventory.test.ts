/** Proves what counts as having been in place: what this process saw, and what a status says only as far as the API server's own stamps bear it out. */
import { expect } from "chai";
import { Inventory } from "../../../operator/plan/inventory.ts";
import type { Desired, Live } from "../../../operator/plan/types.ts";
import { allowDNS, defaultAccount, defaultDeny, logReader } from "./baseline-objects.ts";

const DENY = defaultDeny();
/** Seconds since the epoch. */
const BASELINE_MADE = 1_000;

const live = (desired: Desired, fields: Partial<Live> = {}): Live =>
  ({ kind: desired.kind, name: desired.name, uid: "a", control: "network", managed: true, ...fields }) as Live;
const stranger = (created: number | undefined): Pick<Live, "created"> => ({ created });

const nothing = new Inventory(new Map(), BASELINE_MADE);
const recorded = Inventory.recorded(["networkpolicies.networking.k8s.io default-deny a"], BASELINE_MADE);
const seen = nothing.after({ asked: [DENY], live: [live(DENY)], lost: [], isComplete: true });

const had = (inventory: Inventory, found: Pick<Live, "created"> | undefined): boolean => inventory.had(DENY.kind, DENY.name, found);

const cases: readonly {
  readonly reason: string;
  readonly inventory: Inventory;
  readonly found?: Pick<Live, "created">;
  readonly had: boolean;
}[] = [
  { reason: "a new baseline has had nothing", inventory: nothing, had: false },
  { reason: "what was seen in place and is gone was there", inventory: seen, had: true },
  { reason: "what was seen in place is ours, whoever stands in its place now", inventory: seen, found: stranger(1), had: true },
  { reason: "what status says was in place and is gone was there", inventory: recorded, had: true },
  { reason: "what stands there since the baseline was made is put back", inventory: recorded, found: stranger(BASELINE_MADE), had: true },
  {
    reason: "a stranger that is older than the baseline stays one, whatever status says",
    inventory: recorded,
    found: stranger(999),
    had: false,
  },
  { reason: "an object without a time tells nothing", inventory: recorded, found: stranger(undefined), had: false },
  {
    reason: "a baseline without a time bears nothing out",
    inventory: Inventory.recorded(["networkpolicies.networking.k8s.io default-deny a"], undefined),
    found: stranger(2_000),
    had: false,
  },
  {
    reason: "a kind of the same name in another API group is another",
    inventory: Inventory.recorded(["networkpolicies.policy.example.com default-deny a"], BASELINE_MADE),
    had: false,
  },
];

describe("the inventory of a baseline", () => {
  for (const { reason, inventory, found, had: want } of cases) it(reason, () => expect(had(inventory, found)).to.equal(want));

  const hostile = ["", " ", "a b", "a b c d", "networkpolicies.networking.k8s.io  a", "__proto__ constructor toString"];
  for (const line of hostile) {
    it(`takes no harm from the line ${JSON.stringify(line)}`, () => {
      expect(had(Inventory.recorded([line], BASELINE_MADE), stranger(2_000))).to.equal(false);
    });
  }

  const lines = (inventory: Inventory): readonly string[] => inventory.lines();

  it("lists what is ours, sorted, with the uid that stands there now", () => {
    const asked = [DENY, allowDNS(), logReader()];
    const there = [live(DENY, { uid: "9" }), live(allowDNS(), { uid: "7" }), live(logReader(), { control: undefined, managed: false })];
    expect(lines(nothing.after({ asked, live: there, lost: [], isComplete: true }))).to.deep.equal([
      "networkpolicies.networking.k8s.io allow-dns 7",
      "networkpolicies.networking.k8s.io default-deny 9",
    ]);
  });

  it("knows shared objects, too: a field of ours that was taken away is told", () => {
    const account = defaultAccount();
    const after = nothing.after({ asked: [account], live: [live(account, { control: undefined })], lost: [], isComplete: true });
    expect(lines(after)).to.deep.equal(["serviceaccounts default a"]);
  });

  it("remembers what cannot be put back, look after look", () => {
    const later = seen
      .after({ asked: [DENY], live: [], lost: [], isComplete: true })
      .after({ asked: [DENY], live: [], lost: [], isComplete: true });
    expect(lines(later)).to.deep.equal(["networkpolicies.networking.k8s.io default-deny a"]);
  });

  it("gives up what is no longer asked for", () => {
    expect(lines(seen.after({ asked: [], live: [live(DENY)], lost: [], isComplete: true }))).to.deep.equal([]);
  });

  it("keeps it while a section cannot say what it asks for", () => {
    expect(lines(seen.after({ asked: [], live: [live(DENY)], lost: [], isComplete: false }))).to.have.length(1);
  });

  it("gives up what went with its kind: nobody took it away", () => {
    expect(lines(seen.after({ asked: [DENY], live: [], lost: [DENY], isComplete: true }))).to.deep.equal([]);
  });

  it("believes itself what it saw, also of an object that status told of", () => {
    const confirmed = recorded.after({ asked: [DENY], live: [live(DENY)], lost: [], isComplete: true });
    expect(had(confirmed, stranger(1))).to.equal(true);
  });

  it("reads back what it wrote", () => {
    expect(lines(Inventory.recorded(lines(seen), BASELINE_MADE))).to.deep.equal(lines(seen));
  });
});

/** Proves that what is about a request is found, and nothing else. */
import { expect } from "chai";
import { ByRequest } from "../../../operator/broker/by-request.ts";
import type { Stored } from "../../../operator/cluster/types.ts";

interface Row extends Stored {
  readonly about: string;
}

const row = (uid: string, about: string, resourceVersion = "1"): Row => ({ namespace: "shop", name: uid, uid, resourceVersion, about });
const uidsOf = (rows: readonly Row[]): readonly string[] => rows.map(({ uid }) => uid);

describe("rows by request", () => {
  let index: ByRequest<Row>;

  beforeEach(() => {
    index = new ByRequest<Row>(({ about }) => about);
    index.note({ previous: undefined, current: row("d-1", "r-1") });
    index.note({ previous: undefined, current: row("d-2", "r-1") });
    index.note({ previous: undefined, current: row("d-3", "r-2") });
  });

  it("are found by the uid of the request", () => {
    expect(uidsOf(index.of("r-1"))).to.have.members(["d-1", "d-2"]);
    expect(index.of("r-3")).to.deep.equal([]);
  });

  it("are what they became", () => {
    index.note({ previous: row("d-1", "r-1"), current: row("d-1", "r-1", "2") });
    expect(index.of("r-1"))
      .to.deep.include(row("d-1", "r-1", "2"))
      .and.to.have.length(2);
  });

  it("move with what they are about", () => {
    index.note({ previous: row("d-3", "r-2"), current: row("d-3", "r-1", "2") });
    expect(uidsOf(index.of("r-1"))).to.have.members(["d-1", "d-2", "d-3"]);
    expect(index.of("r-2")).to.deep.equal([]);
  });

  it("go", () => {
    index.note({ previous: row("d-2", "r-1"), current: undefined });
    expect(uidsOf(index.of("r-1"))).to.deep.equal(["d-1"]);
  });
});

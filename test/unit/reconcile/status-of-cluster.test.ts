/** Proves how a namespace is told of what weakens the whole cluster. */
import { expect } from "chai";
import type { SecurityBaselineStatus } from "../../../operator/api/baseline-status.ts";
import type { ToldOfCluster } from "../../../operator/reconcile/status.ts";
import { look, section, T1 } from "./told-status.ts";

describe("status of a namespace while the whole cluster is weakened", () => {
  const told = (open: number, { due = true, listed = true } = {}): ToldOfCluster => ({ news: { open, listed }, due });
  const before = look({}) as SecurityBaselineStatus;
  const sentence = (status: SecurityBaselineStatus | undefined): string | undefined =>
    status?.conditions?.find(({ type }) => type === "ClusterWeakened")?.message;
  const SEE = "see status.findings of ClusterSecurityBaseline cluster";

  it("says how much, and stays compliant itself", () => {
    const next = look({ previous: before, cluster: told(2), now: T1 });
    expect(next?.conditions?.map(({ type, status, reason }) => [type, status, reason])).to.deep.equal([
      ["ClusterWeakened", "True", "Weakened"],
      ["Compliant", "True", "InPlace"],
      ["NetworkReady", "True", "InPlace"],
      ["Ready", "True", "InPlace"],
    ]);
    expect(sentence(next)).to.equal(`2 findings of the whole cluster reach this namespace, too: ${SEE}`);
    expect(sentence(look({ previous: before, cluster: told(1) }))).to.equal(
      `1 finding of the whole cluster reaches this namespace, too: ${SEE}`,
    );
  });

  it("says what to do where nothing lists them", () => {
    expect(sentence(look({ previous: before, cluster: told(2, { listed: false }) }))).to.equal(
      "2 findings of the whole cluster reach this namespace, too: apply a ClusterSecurityBaseline to see which",
    );
  });

  it("costs no write before its turn, and none if it says so already", () => {
    expect(look({ previous: before, cluster: told(2, { due: false }) })).to.equal(undefined);
    const next = look({ previous: before, cluster: told(2) }) as SecurityBaselineStatus;
    expect(look({ previous: next, cluster: told(2), now: T1 })).to.equal(undefined);
    expect(look({ previous: next, cluster: told(3, { due: false }), now: T1 })).to.equal(undefined);
  });

  it("is told with whatever else is written", () => {
    const next = look({ previous: before, cluster: told(2, { due: false }), sections: [section({ managed: 6, inSync: 6 })] });
    expect(sentence(next)).to.contain("2 findings");
  });

  it("ends at its turn, and stays while it is not known", () => {
    const next = look({ previous: before, cluster: told(2) }) as SecurityBaselineStatus;
    expect(look({ previous: next, cluster: told(0, { due: false }) })).to.equal(undefined);
    expect(sentence(look({ previous: next, cluster: told(0) }))).to.equal(undefined);
    expect(look({ previous: next, cluster: told(0) })).not.to.equal(undefined);
    expect(look({ previous: next })).to.equal(undefined);
    expect(sentence(look({ previous: next, sections: [section({ managed: 6, inSync: 6 })] }))).to.contain("2 findings");
  });
});

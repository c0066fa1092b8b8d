/** Proves that what a machine lacks for the test node is told by its Debian package or capability. */
import { expect } from "chai";
import { missingCapabilities, missingPackages } from "../../../hack/node/needs.ts";

const status = (capEff: string): string => `Name:\tnode\nCapPrm:\t000001ffffffffff\nCapEff:\t${capEff}\nCapBnd:\t000001ffffffffff\n`;

describe("what the test node needs", () => {
  const CASES = [
    { capEff: "000001fffeffffff", lacks: [], reason: "root without CAP_SYS_RESOURCE is enough" },
    { capEff: "0000000000000000", lacks: ["CAP_NET_ADMIN", "CAP_SYS_ADMIN"], reason: "an ordinary user has none" },
    { capEff: "00000000a80425fb", lacks: ["CAP_NET_ADMIN", "CAP_SYS_ADMIN"], reason: "root in an ordinary container" },
    { capEff: "0000000000001000", lacks: ["CAP_SYS_ADMIN"], reason: "bit 12 is CAP_NET_ADMIN" },
    { capEff: "0000000000200000", lacks: ["CAP_NET_ADMIN"], reason: "bit 21 is CAP_SYS_ADMIN" },
  ];
  for (const { capEff, lacks, reason } of CASES) {
    it(`${reason}: ${capEff}`, () => {
      expect(missingCapabilities(status(capEff))).to.deep.equal(lacks);
    });
  }

  it("names a package once, whichever of its programs is missing", () => {
    const here = new Set(["containerd", "runc", "ip", "iptables-legacy", "nft", "sysctl", "unshare", "nsenter", "setpriv"]);
    expect(missingPackages((program) => here.has(program))).to.deep.equal(["containerd"]);
    expect(missingPackages(() => true)).to.deep.equal([]);
  });
});

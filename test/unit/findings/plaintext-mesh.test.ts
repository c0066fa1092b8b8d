/** Tests that nobody is told of Istio where the baseline asks another mesh, or none. */
import { expect } from "chai";
import type { MeshSection } from "../../../operator/api/baseline-mesh.ts";
import type { FindingContext } from "../../../operator/findings/rule.ts";
import { plaintextMesh } from "../../../operator/findings/rules/plaintext-mesh.ts";
import { peerAuthentication } from "../../../operator/kinds/peer-authentication.ts";

const OPEN = peerAuthentication.traits?.({ spec: { mtls: { mode: "PERMISSIVE" } } }) ?? {};

function told(section: MeshSection | undefined): string | undefined {
  return plaintextMesh.judge(OPEN, { section: () => section } as unknown as FindingContext, "open");
}

describe("a PeerAuthentication that lets plain text in", () => {
  it("is told where the baseline asks Istio for mutual TLS, and nowhere else", () => {
    expect(told({ provider: "Istio" })).to.match(/^lets plain text into every pod, which the baseline refuses: /);
    expect([told({ provider: "Linkerd" }), told(undefined)]).to.deep.equal([undefined, undefined]);
  });

  const odd: readonly { readonly reason: string; readonly spec: unknown }[] = [
    { reason: "a list where fields belong", spec: [] },
    { reason: "no spec", spec: null },
    { reason: "text where a mode belongs", spec: { mtls: "STRICT", portLevelMtls: ["PERMISSIVE"] } },
    { reason: "a mode that is an object", spec: { mtls: { mode: {} }, portLevelMtls: { "80": null } } },
  ];
  for (const { reason, spec } of odd) {
    it(`is read as nothing said where it has another shape: ${reason}`, () => {
      const traits = peerAuthentication.traits?.({ spec } as never);
      expect(traits).to.deep.equal({ wide: true, mode: "UNSET", ports: false });
    });
  }
});

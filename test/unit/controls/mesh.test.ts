/** Tests what the section `mesh` says beside its objects: where it is not obeyed, what nobody can check, and when the namespace is in no mesh. */
import { expect } from "chai";
import type { MeshSection } from "../../../operator/api/baseline-mesh.ts";
import { mesh } from "../../../operator/controls/mesh/mesh.ts";
import { OFFLINE } from "../../../operator/facts/index.ts";
import { linkerdPolicy } from "../../../operator/kinds/linkerd-policy.ts";
import { healthView } from "./health-view.ts";

const ISTIO: MeshSection = { provider: "Istio", defaultDeny: false };
const LINKERD: MeshSection = { provider: "Linkerd", defaultDeny: false };

const contextIn = (namespace: string) => ({ namespace, mode: "Enforce" as const, facts: OFFLINE });

const UNVERIFIED = "whether traffic is encrypted is known to Istio's proxies alone and could not be checked";
const OUTSIDE = "the Namespace puts no pod into the mesh, and pods outside of it take what they took: ";

function caveat(section: MeshSection, metadata: object | undefined): string | undefined {
  const seen = metadata === undefined ? [] : ([[linkerdPolicy, { metadata: { name: "payments", ...metadata } }]] as const);
  return mesh.caveat?.(section, healthView({ now: 0, seen }));
}

describe("section mesh", () => {
  it("is refused where its objects would hold for the whole mesh, and makes none there", () => {
    expect(mesh.problem?.(ISTIO, contextIn("istio-system"))).to.deep.equal({
      reason: "ReservedNamespace",
      message: "what Istio reads in istio-system holds for the whole mesh, and a baseline is for one namespace: remove spec.mesh",
    });
    expect(mesh.desired(ISTIO, contextIn("istio-system"))).to.deep.equal([]);
  });

  it("is obeyed everywhere else, and the annotation of Linkerd everywhere", () => {
    expect(mesh.problem?.(ISTIO, contextIn("payments"))).to.equal(undefined);
    expect(mesh.problem?.(LINKERD, contextIn("istio-system"))).to.equal(undefined);
    expect(mesh.desired(LINKERD, contextIn("istio-system"))).to.have.length(1);
  });

  it("always says what could not be checked", () => {
    expect(caveat(ISTIO, { labels: { "istio-injection": "enabled" } })).to.equal(UNVERIFIED);
    expect(caveat(LINKERD, { annotations: { "linkerd.io/inject": "enabled" } })).to.match(
      /^whether traffic is encrypted.*could not be checked; pods obey the policy that stood there when they were created$/,
    );
  });

  it("warns where the Namespace is in no mesh, or in another one, and says how to join", () => {
    const join = `${OUTSIDE}label it istio-injection=enabled, istio.io/rev=<revision> or istio.io/dataplane-mode=ambient`;
    expect(caveat(ISTIO, {})).to.equal(`${UNVERIFIED}; ${join}`);
    expect(caveat(ISTIO, { annotations: { "linkerd.io/inject": "enabled" } })).to.equal(`${UNVERIFIED}; ${join}`);
    expect(caveat(LINKERD, { labels: { "istio-injection": "enabled" } })).to.contain(`${OUTSIDE}annotate it linkerd.io/inject=enabled`);
  });

  it("warns of nothing while the Namespace is not known", () => {
    expect(caveat(ISTIO, undefined)).to.equal(UNVERIFIED);
  });
});

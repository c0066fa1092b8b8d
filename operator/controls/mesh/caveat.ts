/** Says of the section `mesh` what the API cannot tell, and warns where the Namespace puts no pod into the mesh. */
import type { MeshProvider, MeshSection } from "../../api/baseline-mesh.ts";
import { linkerdPolicy } from "../../kinds/linkerd-policy.ts";
import type { HealthView } from "../control.ts";

const UNVERIFIED: Readonly<Record<MeshProvider, string>> = {
  Istio: "whether traffic is encrypted is known to Istio's proxies alone and could not be checked",
  Linkerd:
    "whether traffic is encrypted is known to Linkerd's proxies alone and could not be checked; pods obey the policy that stood there when they were created",
};

const HOW_TO_JOIN: Readonly<Record<MeshProvider, string>> = {
  Istio: "label it istio-injection=enabled, istio.io/rev=<revision> or istio.io/dataplane-mode=ambient",
  Linkerd: "annotate it linkerd.io/inject=enabled",
};

/** One sentence or two. The second one is quiet while the Namespace is not known. */
export function meshCaveat({ provider }: MeshSection, view: HealthView): string {
  const facts = view.facts(linkerdPolicy, view.namespace);
  if (facts === undefined || facts[provider] === true) return UNVERIFIED[provider];
  return `${UNVERIFIED[provider]}; the Namespace puts no pod into the mesh, and pods outside of it take what they took: ${HOW_TO_JOIN[provider]}`;
}

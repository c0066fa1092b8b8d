/** Proves that the API of Istio takes what section `mesh` makes, where a folder with its CRDs is at hand. */
import { describeRealCrds } from "../../support/real-crds.ts";

describeRealCrds({
  projects: ["istio"],
  small: ["istio"],
  section: "mesh",
  unknown: {
    object: {
      apiVersion: "security.istio.io/v1",
      kind: "PeerAuthentication",
      metadata: { name: "x" },
      spec: { mtls: { modus: "STRICT" } },
    },
    field: "modus",
  },
});

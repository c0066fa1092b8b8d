/** Proves that the API of the real backends takes what section `secrets` makes, where a folder with their CRDs is at hand. */
import { BACKENDS } from "../../support/backend-kinds.ts";
import { describeRealCrds } from "../../support/real-crds.ts";

describeRealCrds({
  projects: ["external-secrets", "secrets-store-csi-driver", "sealed-secrets"],
  small: BACKENDS,
  section: "secrets",
  unknown: {
    object: {
      apiVersion: "external-secrets.io/v1",
      kind: "SecretStore",
      metadata: { name: "x" },
      spec: { provider: { vault: { sever: "x" } } },
    },
    field: "sever",
  },
});

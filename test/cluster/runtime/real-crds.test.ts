/** Proves that the API of Tetragon takes what section `runtime` makes, where a folder with its CRDs is at hand. */
import { describeRealCrds } from "../../support/real-crds.ts";

describeRealCrds({
  projects: ["tetragon"],
  small: ["tetragon"],
  section: "runtime",
  unknown: {
    object: {
      apiVersion: "cilium.io/v1alpha1",
      kind: "TracingPolicyNamespaced",
      metadata: { name: "x" },
      spec: { kprobes: [{ call: "security_file_open", function: "security_file_open" }] },
    },
    field: "function",
  },
});

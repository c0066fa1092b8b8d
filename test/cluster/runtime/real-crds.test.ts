/** Proves that the APIs of Tetragon and of the Falco operator take what section `runtime` makes and prints, where a folder with their CRDs is at hand. */
import type { SecurityBaseline } from "../../../operator/api/baseline.ts";
import { effective } from "../../../operator/controls/effective.ts";
import { falcoRulesfile } from "../../../operator/controls/runtime/falco.ts";
import { PRESET_NAMES } from "../../../operator/controls/runtime/presets.ts";
import { describeManifests, describeRealCrds } from "../../support/real-crds.ts";

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

const ofFalco: SecurityBaseline = {
  apiVersion: "securitybaseline.dev/v1alpha1",
  kind: "SecurityBaseline",
  metadata: { name: "baseline", namespace: "payments", generation: 1 },
  spec: { runtime: { backend: "Falco", watch: PRESET_NAMES } },
};
const rulesfile = falcoRulesfile([effective("SecurityBaseline", ofFalco, "unused")], "default");
describeManifests("falco-operator", rulesfile === undefined ? [] : [rulesfile]);

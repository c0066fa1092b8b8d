/** Turns the section `admission` into the mark by which the API server holds workloads of the namespace against it. */
import { RESERVED_NAMESPACES } from "../../api/installation.ts";
import { ADMISSION_LABEL } from "../../api/names.ts";
import { admissionMark } from "../../kinds/admission-mark.ts";
import type { Control } from "../control.ts";

const RESERVED: ReadonlySet<string> = new Set(RESERVED_NAMESPACES);

const NOT_HERE =
  "the policies leave out the namespaces of the cluster itself and of this installation, so that nobody locks the cluster out: remove spec.admission";

/** The section `admission`. What it asks for is judged by policies of the installation, which read it from the baseline itself. */
export const admission: Control<"admission"> = {
  name: "admission",
  condition: "AdmissionReady",
  standards: ["CIS-5.5.1", "NSA-pod-security"],
  owns: [admissionMark],
  reads: () => ["admissionPolicies"],
  desired: (_section, { namespace, mode }) => [
    // In mode Report the policies only warn.
    { kind: admissionMark, name: namespace, body: {}, labels: { [ADMISSION_LABEL]: mode }, tells: true },
  ],
  problem: (_section, { namespace }) => (RESERVED.has(namespace) ? { reason: "ReservedNamespace", message: NOT_HERE } : undefined),
};

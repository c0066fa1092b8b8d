/** Sets the scene for tests of section `admission`: a marked namespace with such a baseline, and what the API server answers to an object there. */

import type { SecurityBaselineSpec } from "../../operator/api/baseline.ts";
import type { AdmissionSection } from "../../operator/api/baseline-admission.ts";
import type { KubernetesObject } from "../../operator/api/object.ts";
import { admin, freshNamespace } from "./cluster.ts";
import { writeBaseline } from "./operator-token.ts";

/** What an administrator, and later the operator, writes on the Namespace. */
export type Mark = "Enforce" | "Report";

/** A namespace with this mark, and a baseline that asks for this section. Answers once the policies judge by it. */
export async function admittingNamespace(
  section: AdmissionSection,
  mark: Mark = "Enforce",
  spec: SecurityBaselineSpec = {},
): Promise<string> {
  const namespace = await freshNamespace("admission", { "securitybaseline.dev/admission": mark });
  await writeBaseline(namespace, { admission: section, ...spec });
  return namespace;
}

/** What the API server made of an object. */
export interface Verdict {
  readonly status: number;
  /** The refusal of a policy without the words around it; of another refusal the whole message; "" where there is none. */
  readonly refusal: string;
  /** Warnings of our policies, as refusals. */
  readonly warnings: readonly string[];
}

const REFUSAL = /ValidatingAdmissionPolicy 'securitybaseline-admission-[a-z-]+' with binding '[a-z-]+' denied request: (.*)$/s;
const WARNING = /^Validation failed for ValidatingAdmissionPolicy 'securitybaseline-admission-[a-z-]+' with binding '[a-z-]+': (.*)$/s;

/** Tries to create an object; nothing is stored. */
export async function tryCreate(object: KubernetesObject): Promise<Verdict> {
  const { apiVersion = "", kind = "", metadata: { namespace = "" } = {} } = object;
  const path = await admin().path({ apiVersion, kind, namespace, name: "" });
  return verdictOf({ method: "POST", path: `${path}?dryRun=All`, body: object });
}

/** Sends a request, which may be refused. */
export async function verdictOf(call: Parameters<ReturnType<typeof admin>["ask"]>[0]): Promise<Verdict> {
  const { status, body, warnings } = await admin().ask(call);
  const message = status < 300 ? "" : String((body as { message?: unknown }).message ?? body);
  return {
    status,
    refusal: REFUSAL.exec(message)?.[1] ?? message,
    warnings: warnings.flatMap((warning) => WARNING.exec(warning)?.[1] ?? []),
  };
}

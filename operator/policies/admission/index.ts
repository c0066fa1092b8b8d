/** Lists the policies by which the API server enforces section `admission`: static, with the namespace's own baseline as their parameter. */
import type { Policy } from "../policy.ts";
import { type AdmissionEngine, besideEngine } from "./engines.ts";
import type { Subject } from "./subject.ts";
import { others, pods } from "./subjects.ts";

/** Two for each kind of objects. Where nothing is asked for they are not even looked at: the Namespace lacks the mark. */
export const admissionPolicies: readonly Policy[] = admissionPoliciesBeside("Native");

/** The policies of an installation in which this engine enforces what it judges: of that they only warn, and the rest they refuse. */
export function admissionPoliciesBeside(engine: AdmissionEngine): readonly Policy[] {
  const policies = <Of>(subject: Subject<Of>): readonly Policy[] => besideEngine(engine, subject);
  return [...policies(pods), ...others.flatMap((subject) => policies(subject))];
}

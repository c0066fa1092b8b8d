/** Lists the policies by which the API server enforces section `admission`: static, with the namespace's own baseline as their parameter. */
import type { Policy } from "../policy.ts";
import { policiesOn } from "./subject.ts";
import { others, pods } from "./subjects.ts";

/** Two for each kind of objects. Where nothing is asked for they are not even looked at: the Namespace lacks the mark. */
export const admissionPolicies: readonly Policy[] = [...policiesOn(pods), ...others.flatMap((subject) => policiesOn(subject))];

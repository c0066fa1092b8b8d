/** Declares the check on the resources that containers state. */
import { quote } from "../cel.ts";
import { type Check, commas, SECTION } from "./check.ts";
import { CONTAINER, type PodTerms } from "./pod.ts";

/** Resources that have a highest limit. */
const LIMITED = ["cpu", "memory", "ephemeral-storage"] as const;

const rule = (field: string): string => `${SECTION}.?resources.?${field}`;

/** CEL: what a container states of a resource, or its whole pod for it (KEP-2837). */
function stated(pod: string, field: string, resource: string): string {
  return `c.?resources.?${field}[?${resource}].or(${pod}.?spec.?resources.?${field}[?${resource}])`;
}

/** CEL: one problem per container that does not state everything of one kind. */
function unstated({ pod, containers }: PodTerms, field: "requests" | "limits"): string {
  // A request that is absent is as high as the limit: the API server fills it in.
  const isStated = (field === "limits" ? ["limits"] : ["requests", "limits"])
    .map((one) => `${stated(pod, one, "r")}.hasValue()`)
    .join(" || ");
  return [
    `${containers}.map(c, [[c.name], variables.${field}.filter(r, !(${isStated}))]).filter(m, m[1].size() > 0)`,
    `.map(m, 'container "' + m[0][0] + '" states no resources.${field} for ' + ${commas("m[1]")})`,
  ].join("");
}

/** CEL: one problem per container that may use more of a resource than the highest limit; one that lacks a limit which must be there is told of that alone. */
function exceeding({ pod, containers }: PodTerms, resource: string): string {
  const limit = stated(pod, "limits", quote(resource));
  const highest = `variables.maximum[${quote(resource)}]`;
  const isMore = `${limit}.hasValue() ? quantity(string(${limit}.value())).isGreaterThan(quantity(${highest})) : !(${quote(resource)} in variables.limits)`;
  return [
    `(!(${quote(resource)} in variables.maximum) ? [] : ${containers}.filter(c, ${isMore})`,
    `.map(c, ${CONTAINER} + ' may use more than ' + ${highest} + ' of ${resource}: set resources.limits to that or less'))`,
  ].join("");
}

export const resources: Check<PodTerms> = {
  name: "resources",
  terms: {
    requests: `${rule("requests")}.orValue([])`,
    limits: `${rule("limits")}.orValue([])`,
    maximum: `${rule("maximum")}.orValue({})`,
  },
  problems: (pod) =>
    [unstated(pod, "requests"), unstated(pod, "limits"), ...LIMITED.map((resource) => exceeding(pod, resource))].join("\n+ "),
};

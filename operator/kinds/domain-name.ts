/** Says how wide a pattern of domain names is, as network policies write them. */
import type { Peer } from "./policy-openings.ts";

/**
 * A star is wide unless at least two whole labels follow it: behind `*`, `*.com` or `*.*.com` is whoever registers a name. Which endings belong to a
 * registry, as `co.uk` does, is not known here.
 */
export function namesPeer(pattern: string): Peer {
  const [last, second = ""] = pattern.replace(/\.$/, "").split(".").toReversed();
  return pattern.includes("*") && (second === "" || `${last}${second}`.includes("*")) ? "Anyone" : "Few";
}

/** Puts a baseline into effect for tests, with what they want to be known of the cluster. */
import type { Posture } from "../../operator/api/postures.ts";
import type { Desired } from "../../operator/controls/control.ts";
import { desiredObjects } from "../../operator/controls/desired.ts";
import { type Effective, effective } from "../../operator/controls/effective.ts";
import type { BreakGlassInstallation } from "../../operator/facts/break-glass.ts";
import { known } from "../../operator/facts/fact.ts";
import { type Facts, OFFLINE } from "../../operator/facts/index.ts";
import type { EndpointSet } from "../../operator/facts/kube-api.ts";

/** Facts with these values; everything else as without a cluster. */
export function factsWith({
  kubeAPI,
  breakGlass,
}: {
  readonly kubeAPI?: readonly EndpointSet[];
  readonly breakGlass?: BreakGlassInstallation;
}): Facts {
  return { ...OFFLINE, ...(kubeAPI && { kubeAPI: known(kubeAPI) }), ...(breakGlass && { breakGlass: known(breakGlass) }) };
}

/** A baseline in effect; one that lives in no namespace speaks of `elsewhere`. */
export function inEffect(baseline: Posture, elsewhere = "elsewhere"): Effective {
  return effective(baseline.kind === "ClusterSecurityBaseline" ? "ClusterSecurityBaseline" : "SecurityBaseline", baseline, elsewhere);
}

/** What a baseline asks for with these endpoints of the API server. */
export function desiredWith(baseline: Posture, kubeAPI: readonly EndpointSet[] = [], elsewhere = "elsewhere"): readonly Desired[] {
  return desiredObjects(inEffect(baseline, elsewhere), factsWith({ kubeAPI }));
}

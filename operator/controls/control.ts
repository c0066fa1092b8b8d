/** Owns the contract between a control and the rest of the house: everything else follows from this declaration. */
import type { SecurityBaselineSpec } from "../api/baseline.ts";
import type { JsonObject } from "../api/json.ts";
import type { OwnedKind } from "../kinds/kind.ts";

/** Sections of the spec that a control turns into objects; a control is named as its section. */
export type SectionName = "access" | "network" | "podSecurity" | "serviceAccounts";

/** One set of API server endpoints: every address listens on every port. */
export interface EndpointSet {
  /** IPv4 or IPv6 addresses without prefix length. */
  readonly addresses: readonly string[];
  readonly ports: readonly { readonly port: number; readonly protocol: "TCP" | "UDP" | "SCTP" }[];
}

/** What a control may know of the cluster besides its section. */
export interface ControlContext {
  readonly namespace: string;
  /** Endpoints of the Service `default/kubernetes`; empty while unknown, and then nothing is opened. */
  readonly kubeAPI: readonly EndpointSet[];
}

/**
 * Order of writes. Lower ranks are applied first, higher ranks are deleted first: restrictions come before grants,
 * grants go before restrictions, allow policies stand before the default-deny that makes them matter and outlive it.
 */
export const Rank = {
  podSecurity: 10,
  serviceAccount: 20,
  networkAllow: 30,
  networkDeny: 40,
  role: 50,
  roleBinding: 60,
} as const;

/** From this rank on an object grants rights: such objects are deleted before anything else is written. */
export const FIRST_GRANT_RANK = Rank.role;

export type Rank = (typeof Rank)[keyof typeof Rank];

/** An object as a control asks for it: without identity metadata, which is the same for all controls. */
export interface Draft {
  readonly kind: OwnedKind;
  readonly name: string;
  readonly rank: Rank;
  /** Everything beside apiVersion, kind and metadata. Explicit wherever security depends on it. */
  readonly body: JsonObject;
  /**
   * Set for an object that exists without us (a Namespace, the `default` ServiceAccount): only these fields are ours,
   * it is never created, labelled, owned or deleted. `labels` are the ones that the control sets on it.
   */
  readonly shared?: { readonly labels?: Readonly<Record<string, string>> };
}

/** One concern of a baseline. PURE: equal input gives equal output, and nothing else is read. */
export interface Control<S extends SectionName = SectionName> {
  readonly name: S;
  /** Type of the condition that tells this section's state, for example `AccessReady`. */
  readonly condition: string;
  /** Controls of public standards that this section serves, shown in status. */
  readonly standards: readonly string[];
  readonly owns: readonly OwnedKind[];
  desired(section: NonNullable<SecurityBaselineSpec[S]>, context: ControlContext): readonly Draft[];
  /** What a reader should know about this section that the objects do not say, one sentence each. */
  warnings?(section: NonNullable<SecurityBaselineSpec[S]>, context: ControlContext): readonly string[];
}

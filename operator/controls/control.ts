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

/** An object as a control asks for it: without identity metadata, which is the same for all controls. */
export interface Draft {
  readonly kind: OwnedKind;
  readonly name: string;
  /** Everything beside apiVersion, kind and metadata. Explicit wherever security depends on it. */
  readonly body: JsonObject;
  /** Labels that decide security: only for an object that is shared (`OwnedKind.shareable`). */
  readonly labels?: Readonly<Record<string, string>>;
}

/** One concern of a baseline. PURE: equal input gives equal output, and nothing else is read. */
export interface Control<S extends SectionName = SectionName> {
  readonly name: S;
  /** Type of the condition that tells this section's state, for example `AccessReady`. */
  readonly condition: string;
  /** Controls of public standards that this section serves, shown in status. */
  readonly standards: readonly string[];
  readonly owns: readonly OwnedKind[];
  /** Facts of the cluster that `desired` reads; the section waits until they are known. */
  readonly reads?: readonly Exclude<keyof ControlContext, "namespace">[];
  desired(section: NonNullable<SecurityBaselineSpec[S]>, context: ControlContext): readonly Draft[];
  /** What a reader should know about this section that the objects do not say, one sentence each. */
  warnings?(section: NonNullable<SecurityBaselineSpec[S]>, context: ControlContext): readonly string[];
}

/** A complete object that a baseline asks for. */
export interface Desired {
  readonly control: SectionName;
  readonly kind: OwnedKind;
  readonly name: string;
  /** True for an object that exists without us; see `OwnedKind.shareable`. */
  readonly shared: boolean;
  /** The sparse object exactly as it is applied. */
  readonly manifest: JsonObject;
}

/** Declares the mesh section of a SecurityBaseline: that pods of the namespace take traffic only from identities of the service mesh. */
import type { DnsLabel, LabelValue, SectionMode } from "./shared-types.ts";

/** The service mesh that the namespace is in. */
export type MeshProvider = "Istio" | "Linkerd";

/** What pods in the mesh take: `Strict` is mutual TLS and nothing else. */
export type MeshTLS = "Strict";

/**
 * Encryption and identity by the service mesh. The section says what pods in the mesh take; it puts no pod into the mesh.
 *
 * @rule self.provider == 'Istio' || !has(self.plaintextPorts) || size(self.plaintextPorts) == 0
 * @message `plaintextPorts` are made by Istio: with Linkerd write its own Server and AuthorizationPolicy for such a port, and remove `plaintextPorts`
 */
export interface MeshSection {
  /** Mode of this section; default: `spec.mode`. */
  readonly mode?: SectionMode;
  /** Which mesh it is. */
  readonly provider: MeshProvider;
  /**
   * What pods in the mesh take: `Strict` refuses whoever does not prove an identity of the mesh.
   * @default "Strict"
   */
  readonly mtls?: MeshTLS;
  /**
   * Ports of some pods that take plain text beside mutual TLS, for clients outside of the mesh. All other ports of these pods stay as `mtls` says.
   * @listType map
   * @listMapKey name
   * @maxItems 16
   */
  readonly plaintextPorts?: readonly PlaintextPort[];
  /**
   * Refuse also who proves an identity, unless a policy of the mesh allows it: with Istio an AuthorizationPolicy, with Linkerd a Server and an
   * AuthorizationPolicy. Those are written beside the baseline.
   * @default false
   */
  readonly defaultDeny?: boolean;
}

/** A port that takes plain text, too. */
export interface PlaintextPort {
  /** Name of the entry. */
  readonly name: DnsLabel;
  /**
   * Labels that all must be on the pod. Istio obeys one such policy for each pod, the oldest: no two entries with different labels may mean the same pod.
   * @mapType atomic
   * @maxProperties 8
   * @rule size(self) > 0
   * @message without a label it would hold for every pod: write the labels that the pods have
   * @rule self.all(k, size(k) <= 317 && k.matches('^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*[/])?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$'))
   * @message not a label key: write a name of at most 63 letters, digits, "-", "_" and ".", after a DNS name and "/" if needed
   */
  readonly matchLabels: Readonly<Record<string, LabelValue>>;
  /**
   * Port of the pod, not of its Service.
   * @format int32
   * @minimum 1
   * @maximum 65535
   */
  readonly port: number;
}

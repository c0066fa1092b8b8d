/** What the installation of emergency access allows, and whether it is in order. Told by the broker, which follows all that it follows from. */

export interface BreakGlassInstallation {
  /** ClusterRoles that may be granted. */
  readonly allowedRoles: readonly string[];
  /** Those of them that exist. */
  readonly presentRoles: readonly string[];
  /** Longest time of one grant, in seconds. */
  readonly maxDuration: number;
  /** Why nothing is granted at present, one sentence; undefined if nothing is in the way. */
  readonly obstacle: string | undefined;
  /** What else is amiss, one sentence; undefined if nothing. */
  readonly caveat: string | undefined;
}

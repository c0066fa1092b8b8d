/** What the installation of emergency access allows, and whether it is in order. Told by the broker, which follows all that it follows from. */
import type { GrantableRoles } from "../api/grantable-roles.ts";

export interface BreakGlassInstallation extends GrantableRoles {
  /** Namespace of grants and ledger: what is asked for there is asked for the whole cluster. */
  readonly namespace: string;
  /** Those of all these roles that exist. */
  readonly presentRoles: readonly string[];
  /** Why a grant could make itself permanent, by role: see `WantedRole.unbounded`. */
  readonly unboundedBecause: Readonly<Record<string, string>>;
  /** Longest time of one grant, in seconds. */
  readonly maxDuration: number;
  /** Why nothing is granted at present, one sentence; undefined if nothing is in the way. */
  readonly obstacle: string | undefined;
  /** What else is amiss, one sentence; undefined if nothing. */
  readonly caveat: string | undefined;
}

/** Words which ClusterRoles an installation grants and which not, for whoever writes a profile, asks, decides or reads afterwards. */

/** What an installation says of ClusterRoles. */
export interface GrantableRoles {
  /** May be granted anywhere. */
  readonly allowedRoles: readonly string[];
  /** May be granted for the whole cluster although such a grant can make itself permanent. */
  readonly unboundedRoles: readonly string[];
}

/** One role that somebody wants to be granted. */
export interface WantedRole {
  readonly name: string;
  /** Why a grant of it could make itself permanent, as a clause that begins with a verb; undefined if it could not, or nobody knows the role. */
  readonly unbounded: string | undefined;
  /** For the whole cluster, not for a namespace. */
  readonly isForCluster: boolean;
}

/** The one sentence by which everybody is told that an end of such a grant need not be its end. It has no full stop. */
export function unboundedNotice(role: string): string {
  return `a grant of the ClusterRole "${role}" can make itself permanent`;
}

/** Why an installation does not grant a role, and what to write instead, one sentence; undefined if it does. */
export function roleRefusal({ name, unbounded, isForCluster }: WantedRole, installation: GrantableRoles): string | undefined {
  const { allowedRoles, unboundedRoles } = installation;
  if (unboundedRoles.includes(name)) return isForCluster ? undefined : `${unboundedNotice(name)}: ${ONLY_FOR_CLUSTER}`;
  if (!allowedRoles.includes(name)) return `this installation does not grant the ClusterRole "${name}": ${instead(name, allowedRoles)}`;
  if (unbounded === undefined) return undefined;
  const others = allowedRoles.filter((other) => other !== name);
  return `${unboundedNotice(name)}, because it ${unbounded}: ${written(others)}have it moved from --break-glass-roles to --break-glass-unbounded-roles`;
}

const ONLY_FOR_CLUSTER = "name it only in profiles of the ClusterSecurityBaseline, and write another role here";

function instead(name: string, allowed: readonly string[]): string {
  return `${written(allowed.filter((other) => other !== name))}have it added to --break-glass-roles`;
}

function written(roles: readonly string[]): string {
  return roles.length === 0 ? "" : `write role: ${roles.toSorted().join(" or ")}, or `;
}

/** Judges which ClusterRoles an installation grants and how: for the state machine, and for the policies and rights that follow from the settings. */
import { roleRefusal } from "../api/grantable-roles.ts";
import { DRILL_ROLE } from "../api/names.ts";
import { scopeOf } from "./grant.ts";
import type { Story } from "./history.ts";
import { isHarmless, type RoleBounds } from "./profiles.ts";
import type { BreakGlassSettings, Snapshot } from "./types.ts";

/** Roles of Kubernetes itself with which a grant could make itself permanent. Of others only their rules tell. */
export const UNBOUNDED_OF_KUBERNETES: readonly string[] = ["admin", "cluster-admin", "edit"];

/** Names of ClusterRoles, by where they may be bound. */
export interface BindableRoles {
  readonly anywhere: readonly string[];
  /** For the whole cluster alone. */
  readonly inCluster: readonly string[];
}

/**
 * Roles that may be bound at all. The rules of a role are judged before a grant; here, where only names are known, what is known by name to be unbounded
 * is left out unless it is listed as that.
 */
export function bindableRoles({ roles, unboundedRoles }: Pick<BreakGlassSettings, "roles" | "unboundedRoles">): BindableRoles {
  const bounded = roles.filter((name) => !unboundedRoles.includes(name) && !UNBOUNDED_OF_KUBERNETES.includes(name));
  return { anywhere: [...bounded, DRILL_ROLE], inCluster: unboundedRoles };
}

/** Whether a role is granted although a grant of it can make itself permanent. */
export function boundsOfRole(name: string | undefined, { unboundedRoles }: Pick<BreakGlassSettings, "unboundedRoles">): RoleBounds {
  return { isUnbounded: name !== undefined && unboundedRoles.includes(name) };
}

/** What was so when the request was made stays so; what was listed since then counts as well. */
export function boundsOf({ story, snapshot }: { readonly story: Story; readonly snapshot: Pick<Snapshot, "settings"> }): RoleBounds {
  return { isUnbounded: story.isUnbounded || boundsOfRole(story.resolved.role, snapshot.settings).isUnbounded };
}

/** Why the role of a request may not be granted, one sentence; undefined if it may. What it became since the request was made is judged elsewhere. */
export function roleObjection({ story, snapshot: { role, settings } }: Judged): string | undefined {
  const { role: name, roleRulesHash } = story.resolved;
  if (name === DRILL_ROLE) return isHarmless({ rulesHash: roleRulesHash }) ? undefined : DRILL_WITH_RIGHTS;
  const { roles: allowedRoles, unboundedRoles } = settings;
  const unbounded = role?.rulesHash === roleRulesHash ? role.unbounded : undefined;
  const isForCluster = scopeOf(story.namespace, settings) === "cluster";
  return roleRefusal({ name, unbounded, isForCluster }, { allowedRoles, unboundedRoles });
}

interface Judged {
  readonly story: Story;
  readonly snapshot: Pick<Snapshot, "role" | "settings">;
}

const DRILL_WITH_RIGHTS = `the ClusterRole "${DRILL_ROLE}" has rules, and drills grant no rights: have its rules removed`;

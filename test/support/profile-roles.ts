/** Gives the groups of a profile their Roles, as the operator would, for tests of what people can do without one. */
import type { BreakGlassProfile } from "../../operator/api/break-glass.ts";
import { type BreakGlassSide, breakGlassRoleName, breakGlassSides } from "../../operator/controls/break-glass/break-glass.ts";
import { admin } from "./cluster.ts";
import { group } from "./operator-token.ts";

const RBAC = "rbac.authorization.k8s.io/v1";

/** Roles and RoleBindings of all sides of a profile; answers a function that takes them away. */
export async function handOut(namespace: string, profile: BreakGlassProfile): Promise<() => Promise<void>> {
  const sides = (Object.keys(breakGlassSides) as readonly BreakGlassSide[]).filter(
    (side) => breakGlassSides[side].groups(profile).length > 0,
  );
  for (const side of sides) {
    const { rules, groups } = breakGlassSides[side];
    const metadata = { namespace, name: breakGlassRoleName(side, profile.name) };
    const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: metadata.name };
    await admin().create({ apiVersion: RBAC, kind: "Role", metadata, rules: rules(profile.name) });
    await admin().create({ apiVersion: RBAC, kind: "RoleBinding", metadata, subjects: groups(profile).map(group), roleRef });
  }
  return async () => {
    for (const side of sides) {
      const ref = { apiVersion: RBAC, namespace, name: breakGlassRoleName(side, profile.name) };
      await admin().delete({ ...ref, kind: "RoleBinding" });
      await admin().delete({ ...ref, kind: "Role" });
    }
  };
}

/** Tells objects of grants of emergency access from those of baselines: they are judged by policies of their own. */
import { GRANT_LABEL, GRANT_LABEL_VALUE, GRANT_NAME_PREFIX } from "../../api/names.ts";
import { role } from "../../kinds/role.ts";
import { roleBinding } from "../../kinds/role-binding.ts";
import { serviceAccount } from "../../kinds/service-account.ts";
import { quote, quoteList } from "../cel.ts";

/** Kinds of the objects of a grant that live in namespaces. */
const GRANT_RESOURCES = quoteList([serviceAccount, role, roleBinding].map(({ resource }) => resource));

/** CEL: an object of a grant of emergency access, by name and label. */
export function isGrant(object: string): string {
  return `(${object}.metadata.name.startsWith(${quote(GRANT_NAME_PREFIX)}) && ${object}.metadata.?labels[?${quote(GRANT_LABEL)}].orValue('') == ${quote(GRANT_LABEL_VALUE)})`;
}

/** CEL: as `isGrant`, for kinds of which a grant may consist. */
export function isNamespacedGrant(object: string): string {
  return `(request.resource.resource in ${GRANT_RESOURCES} && ${isGrant(object)})`;
}

/** Match condition: not an object of a grant, before or after the request. */
export const NOT_A_GRANT: Readonly<Record<string, string>> = {
  "not-a-grant": `!${isNamespacedGrant("(request.operation == 'DELETE' ? oldObject : object)")}`,
};

/** Declares the checks on what a pod says of itself: its labels, its token for the API server, and its classes. */
import { type Check, commas, either, problemIf, quoted, SECTION } from "./check.ts";
import { IS_POD, LABELS_OF_TEMPLATE, type PodTerms } from "./pod.ts";

export const requiredLabels: Check<PodTerms> = {
  name: "requiredLabels",
  problems: ({ pod }) => {
    const value = `${pod}.?metadata.?labels[?l.key]`;
    const wanted = `(has(l.values) ? ' must be one of ' + ${commas("l.values")} : ' is missing')`;
    return [
      `${SECTION}.requiredLabels.filter(l, !${value}.hasValue() || (has(l.values) && !(${value}.value() in l.values)))`,
      `.map(l, 'the label ' + l.key + ${wanted} + ${LABELS_OF_TEMPLATE})`,
    ].join("");
  },
};

/**
 * A projected token is one for the API server if it names no audience or that of the API server itself. In pods it stands among the volumes, wherever the
 * wish for it came from; in templates only a wish of their own is known.
 */
export const tokenAccounts: Check<PodTerms> = {
  name: "tokenAccounts",
  terms: {
    accountsText: `${SECTION}.tokenAccounts.size() == 0 ? '' : ', or run it as ' + ${either(`${SECTION}.tokenAccounts`)}`,
  },
  problems: ({ pod }) => {
    const audience = "s.serviceAccountToken.?audience.orValue('')";
    const isForServer = `has(s.serviceAccountToken) && (${audience} == '' || ${audience}.contains('kubernetes.default'))`;
    const projected = `${pod}.?spec.?volumes.orValue([]).exists(v, v.?projected.?sources.orValue([]).exists(s, ${isForServer}))`;
    const wished = `(!(${IS_POD}) && ${pod}.?spec.?automountServiceAccountToken.orValue(false))`;
    const account = `${pod}.?spec.?serviceAccountName.orValue('')`;
    const known = `(${account} == '' ? 'default' : ${account}) in ${SECTION}.tokenAccounts`;
    const text = "'it mounts a token for the API server: set automountServiceAccountToken: false' + variables.accountsText";
    return problemIf(`!(${known}) && (${projected} || ${wished})`, text);
  },
};

/** A check that a field of the pod has one of the values in a list; "" is an absent field. */
function classes(name: "priorityClasses" | "runtimeClasses", field: string): Check<PodTerms> {
  return {
    name,
    terms: { [`${name}Text`]: quoted(`${SECTION}.${name}`) },
    problems: ({ pod }) => {
      const value = `${pod}.?spec.?${field}.orValue('')`;
      return problemIf(`!(${value} in ${SECTION}.${name})`, `'${field} "' + ${value} + '" is not one of ' + variables.${name}Text`);
    },
  };
}

export const priorityClasses = classes("priorityClasses", "priorityClassName");
export const runtimeClasses = classes("runtimeClasses", "runtimeClassName");

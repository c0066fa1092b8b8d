/** Declares the check on the storage that claims ask for. */
import { type Check, quoted, SECTION } from "./check.ts";

/** Came before the field, and goes before it where both stand. */
export const STORAGE_CLASS_ANNOTATION = "volume.beta.kubernetes.io/storage-class";

/** CEL: the class that a claim asks for, as an optional value. */
const CLASS = `c.?metadata.?annotations[?'${STORAGE_CLASS_ANNOTATION}'].or(c.?spec.?storageClassName)`;

/** Of a template without a class nobody knows yet which one the cluster fills in: its claims are judged. */
export const storageClasses: Check<string> = {
  name: "storageClasses",
  terms: {
    storageClassesText: `${SECTION}.storageClasses.size() == 0 ? 'no claim is allowed' : 'use one of ' + ${quoted(`${SECTION}.storageClasses`)}`,
  },
  problems: (object) => {
    const claims = `(request.kind.kind == 'PersistentVolumeClaim' ? [${object}] : ${object}.?spec.?volumeClaimTemplates.orValue([]).filter(c, ${CLASS}.hasValue()))`;
    return [
      `${claims}.filter(c, !(${CLASS}.orValue('') in ${SECTION}.storageClasses))`,
      `.map(c, 'storageClassName "' + ${CLASS}.orValue('') + '" is not allowed: ' + variables.storageClassesText)`,
    ].join("");
  },
};

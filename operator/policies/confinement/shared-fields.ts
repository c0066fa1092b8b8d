/** Writes the policies on labels and annotations of a Namespace that only a baseline gives: each is what it asks for, and goes where it asks for nothing. */
import { APPLYING_LABEL } from "../../api/names.ts";
import { quote, quoteList } from "../cel.ts";
import type { Validation } from "../policy.ts";
import type { Confinement, Place } from "./confine.ts";
import { IS_APPLIED, WHERE_NAMESPACES_ARE_APPLIED } from "./marks.ts";
import { heldByUsAlone, heldKey, othersStillHold } from "./metadata.ts";

/** A label or annotation that a section of a baseline gives to a Namespace. */
export interface SharedField {
  readonly map: "labels" | "annotations";
  readonly key: string;
  /** All that a baseline may ask for. */
  readonly values: readonly string[];
  /** Field manager that applies it. */
  readonly manager: string;
}

/** What a baseline asks for of such a field. */
export interface AskedField {
  readonly field: SharedField;
  /** CEL: the value, '' for none. `params` is the baseline. */
  readonly value: string;
  /** Ends the message: what the value is. */
  readonly says: string;
}

/** What is said of fields of one section, in a policy that is judged by a baseline. */
export interface SharedFields {
  readonly name: string;
  /** One sentence. */
  readonly about: string;
  readonly asked: readonly AskedField[];
}

/** CEL: the value before and after the request, '' for none. */
function before({ map, key }: SharedField): string {
  return `variables.${map === "labels" ? "oldLabels" : "oldAnnotations"}[?${quote(key)}].orValue('')`;
}

function after({ map, key }: SharedField): string {
  return `variables.${map}[?${quote(key)}].orValue('')`;
}

function title({ map, key }: SharedField): string {
  return `${map === "labels" ? "label" : "annotation"} ${key}`;
}

/** The fields where a baseline is: what it asks for in mode Enforce; otherwise they may only be given up. */
export function sharedFields(place: Place, { name, about, asked }: SharedFields): Confinement {
  return {
    name,
    about,
    ...WHERE_NAMESPACES_ARE_APPLIED,
    by: { place, withoutBaseline: "Allow" },
    variables: {
      labels: "object.metadata.?labels.orValue({})",
      oldLabels: "oldObject.metadata.?labels.orValue({})",
      annotations: "object.metadata.?annotations.orValue({})",
      oldAnnotations: "oldObject.metadata.?annotations.orValue({})",
    },
    validations: asked.map(({ field, value, says }) => ({
      expression: `${after(field)} == ${before(field)}\n|| ${after(field)} == (${value})`,
      message: `refused another value of the ${title(field)}: ${says}`,
    })),
  };
}

/** What holds for such a field on every Namespace. `staysMarked` is CEL. Needs the variables `METADATA`. */
export function sharedFieldAnywhere(field: SharedField, staysMarked: string): readonly Validation[] {
  const [was, is] = [before(field), after(field)];
  const { map, key, values, manager } = field;
  const [old, now] = [map === "labels" ? "variables.oldLabels" : "variables.oldAnnotations", `variables.${map}`];
  const held = heldKey(map, quote(key));
  return [
    {
      expression: `${is} in ['', ${was}]\n|| (${staysMarked} && ${is} in ${quoteList(values)})`,
      message: `refused a value of the ${title(field)} that no baseline asks for, or where none is enforced`,
    },
    {
      expression: `${IS_APPLIED} || ${is} == ${was}`,
      message: `refused to change the ${title(field)} past the baseline: it changes together with the label ${APPLYING_LABEL}`,
    },
    {
      expression: `!(${quote(key)} in ${old}) || ${quote(key)} in ${now} || ${heldByUsAlone(held, manager)}`,
      message: `refused to remove the ${title(field)} that somebody else set`,
    },
    {
      expression: `${staysMarked}\n|| !(${quote(key)} in ${now})\n|| ${othersStillHold(held, manager)}`,
      message: `refused to forget who set the ${title(field)}`,
    },
  ];
}

/** Says what a selector of Calico demands, and whether it matches what is in no namespace. */
import type { Selector } from "./calico-selector.ts";
import { strictest } from "./label-selector.ts";

/**
 * The values of which a selector demands one in a label that is asked for, as `valuesOf` of a selector of Kubernetes; undefined if it matches without.
 * `isNot`: reads the opposite of it.
 */
export function demandedValues(
  selector: Selector,
  isAsked: (label: string) => boolean = () => true,
  isNot = false,
): readonly string[] | undefined {
  switch (selector.is) {
    case "Not":
      return demandedValues(selector.of, isAsked, !isNot);
    case "And":
    case "Or": {
      const each = selector.of.map((one) => demandedValues(one, isAsked, isNot));
      // What is not both is the opposite of one of them.
      return (selector.is === "And") === isNot ? anyOf(each) : strictest(each.filter((values) => values !== undefined));
    }
    // No pod is outside of all namespaces.
    case "All":
    case "Global":
      return (selector.is === "All") === isNot ? [] : undefined;
    case "Value":
      return !isNot && isAsked(selector.label) ? selector.values : undefined;
    case "Has":
      return undefined;
  }
}

function anyOf(lists: readonly (readonly string[] | undefined)[]): readonly string[] | undefined {
  const known = lists.filter((values) => values !== undefined);
  return known.length === lists.length ? known.flat() : undefined;
}

/**
 * Whether a selector of namespaces matches what is in none: `global()`, or what it merely does not exclude. There `all()` means every namespace, and nothing
 * has labels (libcalico-go, updateprocessors).
 */
export function matchesOutside(selector: Selector): boolean {
  switch (selector.is) {
    case "Global":
      return true;
    case "Not":
      return !matchesOutside(selector.of);
    case "And":
      return selector.of.every(matchesOutside);
    case "Or":
      return selector.of.some(matchesOutside);
    default:
      return false;
  }
}

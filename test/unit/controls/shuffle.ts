/** Reverses, in test inputs, everything that may stand in another order without meaning anything else. */

/** Fields of the spec and of the context whose lists are maps by name or sets; all other lists are kept as they are. */
const UNORDERED = new Set([
  ...["roles", "groups", "defaultDeny", "ingress", "egress", "cidrs", "except", "accounts", "kubeAPI", "addresses"],
  ...["profiles", "stores", "externalSecrets", "secretProviderClasses", "sealedSecrets", "secretObjects", "data"],
]);

/** The same value with all map keys and all unordered lists reversed. */
export function shuffled<T>(value: T): T {
  return reversed(value, "") as T;
}

function reversed(value: unknown, field: string): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item) => reversed(item, ""));
    return UNORDERED.has(field) ? items.reverse() : items;
  }
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, item]) => [key, reversed(item, key)]),
  );
}

/** Warns readers of the section `secrets` of what its objects do not say. */
import type { ExternalSecretEntry } from "../../api/baseline-external-secrets.ts";
import type { SecretsSection } from "../../api/baseline-secrets.ts";
import { durationMillis } from "../../kinds/duration.ts";
import { defaulted } from "../defaulted.ts";
import { byText } from "../order.ts";

/** One sentence per external secret that does not follow its store, by name. */
export function secretsWarnings({ externalSecrets = [] }: SecretsSection): readonly string[] {
  return externalSecrets.toSorted((a, b) => byText(a.name, b.name)).flatMap(frozenWarnings);
}

function frozenWarnings({ name, refreshInterval, target }: ExternalSecretEntry): readonly string[] {
  const subject = `secrets.externalSecrets "${name}"`;
  if (target?.immutable === true) return [`${subject}: the Secret is immutable: a value that changes in the store never arrives`];
  const interval = defaulted(refreshInterval, "secrets.externalSecrets.refreshInterval");
  if (durationMillis(interval) !== 0) return [];
  return [`${subject}: refreshInterval 0s fetches once: a value that changes in the store does not arrive`];
}

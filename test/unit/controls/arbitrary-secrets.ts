/** Makes random sections `secrets` that the schema accepts, for properties that hold for all of them. */
import fc from "fast-check";
import type { DataFromEntry, ExternalSecretEntry, RemoteRef, StoreRef } from "../../../operator/api/baseline-external-secrets.ts";
import type { SecretStoreEntry } from "../../../operator/api/baseline-secret-stores.ts";
import type { SealedSecretEntry, SecretProviderClassEntry, SecretsSection } from "../../../operator/api/baseline-secrets.ts";
import type { SecretMetadata } from "../../../operator/api/secret-metadata.ts";

const word = fc.stringMatching(/^[a-z]{1,8}$/);
/** Names of Secrets, which are often those of hosts. */
const host = fc.array(word, { minLength: 1, maxLength: 3 }).map((parts) => parts.join("."));
/** Keys that JavaScript objects would put first, whatever the order in which they were set. */
const key = fc.oneof(
  word,
  fc.nat(99).map((digits) => `${digits}`),
);
const store: fc.Arbitrary<StoreRef> = fc.record({ kind: fc.constantFrom("SecretStore", "ClusterSecretStore"), name: host });

/** The entries' Secrets must not collide, so that each list has a first letter of its own. */
function named<T extends { readonly name: string }>(letter: string, rest: fc.Arbitrary<Omit<T, "name">>): fc.Arbitrary<T[]> {
  const entry = fc.tuple(host, rest).map(([name, fields]) => ({ name: `${letter}${name}`, ...fields }) as T);
  return fc.uniqueArray(entry, { selector: ({ name }) => name, maxLength: 4 });
}

const remoteRef: fc.Arbitrary<RemoteRef> = fc.record({ key: word, property: word, version: word }, { requiredKeys: ["key"] });
const source: fc.Arbitrary<DataFromEntry> = fc.oneof(
  fc.record({ extract: remoteRef }),
  fc.record({
    find: fc.record({ path: word, name: fc.record({ regexp: word }), tags: fc.dictionary(word, word) }, { requiredKeys: ["name"] }),
  }),
);
/** Keys as tools have them, with a domain and without. */
const mark = fc.oneof(
  key,
  fc.tuple(host, word).map(([domain, name]) => `${domain}/${name}`),
);
const metadata: fc.Arbitrary<SecretMetadata> = fc.record(
  {
    labels: fc.dictionary(mark, key, { maxKeys: 3 }),
    annotations: fc.dictionary(mark, fc.constantFrom("", "a: b\n", "{1}"), { maxKeys: 3 }),
  },
  { requiredKeys: [] },
);
const target = fc.record(
  {
    deletionPolicy: fc.constantFrom("Retain", "Delete", "Merge"),
    immutable: fc.boolean(),
    template: fc.record({ type: word, data: fc.dictionary(key, word, { maxKeys: 3 }), metadata }, { requiredKeys: [] }),
  },
  { requiredKeys: [] },
);
const externalSecrets = named<ExternalSecretEntry>(
  "e",
  fc.record(
    {
      store,
      refreshInterval: fc.constantFrom("0s", "90m", "1h", "100s"),
      data: fc.dictionary(key, remoteRef, { minKeys: 1, maxKeys: 3 }),
      dataFrom: fc.array(source, { minLength: 1, maxLength: 2 }),
      target,
    },
    { requiredKeys: ["data"] },
  ),
);

const provider = fc.oneof(
  fc.record({
    vault: fc.record(
      { server: fc.constant("https://vault.example.com"), path: word, version: fc.constantFrom("v1", "v2"), role: word },
      { requiredKeys: ["server", "path", "role"] },
    ),
  }),
  fc.record({ aws: fc.record({ region: word, service: fc.constant("ParameterStore") }, { requiredKeys: ["region"] }) }),
  fc.record({ gcp: fc.record({ projectID: word, clusterLocation: word, clusterName: word }) }),
  fc.record({ azure: fc.record({ vaultUrl: fc.constant("https://a.vault.azure.net") }) }),
);
const stores = named<SecretStoreEntry>(
  "s",
  fc.tuple(word, provider).map(([serviceAccount, one]) => ({ serviceAccount, ...one }) as Omit<SecretStoreEntry, "name">),
);

const classes = named<SecretProviderClassEntry>(
  "c",
  fc.record({ provider: word, parameters: fc.dictionary(key, word, { maxKeys: 3 }) }, { requiredKeys: ["provider"] }),
);

const sealed = named<SealedSecretEntry>(
  "z",
  fc.record(
    {
      encryptedData: fc.dictionary(
        key,
        word.map((text) => `AgB${text}`),
        { minKeys: 1, maxKeys: 3 },
      ),
      scope: fc.constantFrom("Strict", "NamespaceWide", "ClusterWide"),
      type: word,
      template: fc.record({ metadata }, { requiredKeys: [] }),
    },
    { requiredKeys: ["encryptedData"] },
  ),
);

/** Sections with all backends, each list possibly absent or empty. */
export const arbitrarySecrets: fc.Arbitrary<SecretsSection> = fc.record(
  { store, stores, externalSecrets, secretProviderClasses: classes, sealedSecrets: sealed },
  { requiredKeys: ["store"] },
);

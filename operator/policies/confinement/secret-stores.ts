/** Declares the policy on SecretStores: a stolen token turns no store to another server and lets none act as another account. */
import type { SecretStoreEntry } from "../../api/baseline-secrets.ts";
import { secretStore } from "../../kinds/secret-store.ts";
import { confineAsked, texts } from "./asked-secrets.ts";
import type { Confinement, Place } from "./confine.ts";
import { onlyKeys, optionalPath } from "./spec-keys.ts";

/** How one provider of a SecretStore follows from the field of that name in an entry. */
interface Provider {
  readonly field: string;
  /** Paths below the provider, by the path below the entry's field. */
  readonly asked: Readonly<Record<string, string>>;
  /** Path of the ServiceAccount's name. */
  readonly account: string;
  /** CEL literals by path: what is written, or filled in by the API server, whatever the entry says. */
  readonly fixed?: Readonly<Record<string, string>>;
}

type ProviderName = keyof Omit<SecretStoreEntry, "name" | "serviceAccount">;

const PROVIDERS: Readonly<Record<ProviderName, Provider>> = {
  vault: {
    field: "vault",
    asked: {
      server: "server",
      path: "path",
      version: "version",
      "auth.kubernetes.mountPath": "mountPath",
      "auth.kubernetes.role": "role",
    },
    account: "auth.kubernetes.serviceAccountRef.name",
  },
  aws: {
    field: "aws",
    asked: { service: "service", region: "region", role: "role" },
    account: "auth.jwt.serviceAccountRef.name",
    fixed: { sessionTagsPolicy: "'None'" },
  },
  gcp: {
    field: "gcpsm",
    asked: {
      projectID: "projectID",
      "auth.workloadIdentity.clusterLocation": "clusterLocation",
      "auth.workloadIdentity.clusterName": "clusterName",
    },
    account: "auth.workloadIdentity.serviceAccountRef.name",
    fixed: { secretVersionSelectionPolicy: "'LatestOrFail'" },
  },
  azure: {
    field: "azurekv",
    asked: { vaultUrl: "vaultUrl", tenantId: "tenantId" },
    account: "serviceAccountRef.name",
    fixed: { authType: "'WorkloadIdentity'", environmentType: "'PublicCloud'", useAzureSDK: "false" },
  },
};

/** CEL: the provider's values are those of the entry's field, and nothing but them is there. Both are empty for the others. */
function sameProvider([name, { field, asked, account, fixed = {} }]: [string, Provider]): string[] {
  const base = `provider.${field}`;
  const below = (path: string): string => `${base}.${path}`;
  const values = `${texts("variables.spec", Object.keys(asked).map(below))} == ${texts("e", prefixed(name, Object.values(asked)))}`;
  const accounts = `${texts("variables.spec", [below(account)])} == [has(e.${name}) ? e.serviceAccount : '']`;
  const literals = Object.entries(fixed).map(
    ([path, literal]) => `variables.spec${optionalPath(below(path))}.orValue(${literal}) == ${literal}`,
  );
  return [
    `variables.entries.all(e, ${values}\n  && ${accounts})`,
    ...literals,
    ...closed(base, [...Object.keys(asked), account, ...Object.keys(fixed)]),
  ];
}

function prefixed(prefix: string, paths: readonly string[]): string[] {
  return paths.map((path) => `${prefix}.${path}`);
}

/** CEL: at no level below `base` is there another field than those on the way to these paths. */
function closed(base: string, paths: readonly string[]): string[] {
  const levels = new Map<string, Set<string>>();
  for (const path of paths) {
    const parts = path.split(".");
    for (const [depth, part] of parts.entries()) {
      const level = [base, ...parts.slice(0, depth)].join(".");
      levels.set(level, (levels.get(level) ?? new Set()).add(part));
    }
  }
  return [...levels].map(([level, keys]) => onlyKeys(level, [...keys]));
}

/** SecretStores: the provider that the entry describes, as the ServiceAccount that it names. */
export const secretStores = (place: Place): Confinement =>
  confineAsked(place, {
    name: "secret-stores",
    about: "SecretStores that the operator writes ask whom the namespace's baseline says, as the account that it names.",
    kind: secretStore,
    validations: [
      {
        expression: [
          onlyKeys("", ["provider"]),
          onlyKeys(
            "provider",
            Object.values(PROVIDERS).map(({ field }) => field),
          ),
          ...Object.entries(PROVIDERS).flatMap(sameProvider),
        ].join("\n&& "),
        message:
          "refused a SecretStore with another provider: server, role and ServiceAccount must be those of its entry in the namespace's SecurityBaseline",
      },
    ],
  });

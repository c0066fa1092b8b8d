/** Reads for tests what a status says of section `secrets`: how its entries fare, and what its condition says. */
import { expect } from "chai";
import type { EntryStatus } from "../../operator/api/baseline-status.ts";
import type { Condition } from "../../operator/api/shared-types.ts";
import type { ObjectRef } from "./api-client.ts";
import { conditionOf, readBaseline } from "./baselines.ts";
import { eventually } from "./eventually.ts";

const API_VERSIONS = {
  ExternalSecret: "external-secrets.io/v1",
  SecretStore: "external-secrets.io/v1",
  SecretProviderClass: "secrets-store.csi.x-k8s.io/v1",
  SecretProviderClassPodStatus: "secrets-store.csi.x-k8s.io/v1",
  SealedSecret: "bitnami.com/v1alpha1",
} as const;

export type BackendKind = keyof typeof API_VERSIONS;

/** An object of a backend's kind in a namespace. */
export function backendRef(namespace: string, kind: BackendKind, name: string): ObjectRef {
  return { apiVersion: API_VERSIONS[kind], kind, namespace, name };
}

/** All entries of section `secrets` as they are told now. */
export async function secretEntries(namespace: string): Promise<readonly EntryStatus[]> {
  const { status } = await readBaseline(namespace);
  return status?.controls?.find(({ name }) => name === "secrets")?.entries ?? [];
}

/** Waits until exactly these entries are told. */
export function awaitEntries(namespace: string, ...expected: readonly EntryStatus[]): Promise<void> {
  return eventually(`the entries of ${namespace}`, async () => {
    const entries = await secretEntries(namespace);
    expect(entries, JSON.stringify(entries)).to.deep.equal(expected);
  });
}

/** Waits until a condition of the baseline says this, in its present generation. */
export function awaitVerdict(namespace: string, type: string, expected: Partial<Condition>): Promise<void> {
  return eventually(`${type} of ${namespace}`, async () => {
    const baseline = await readBaseline(namespace);
    const condition = conditionOf(baseline, type);
    expect(condition, JSON.stringify(condition)).to.deep.include({ ...expected, observedGeneration: baseline.metadata.generation });
  });
}

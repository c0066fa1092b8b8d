/** Gathers all that the plans of some baselines read of a cluster: each kind once for all of them. */
import type { JsonObject } from "../../api/json.ts";
import type { KubernetesObject } from "../../api/object.ts";
import { clusterPosture, namespacePosture } from "../../api/postures.ts";
import type { Transport } from "../../cluster/types.ts";
import { ownedKinds } from "../../controls/index.ts";
import { externalSecretsAccount } from "../../facts/external-secrets.ts";
import type { Known, ObjectFact } from "../../facts/fact.ts";
import { type FactName, type Facts, OFFLINE } from "../../facts/index.ts";
import { kubeAPI } from "../../facts/kube-api.ts";
import type { OwnedKind } from "../../kinds/kind.ts";
import { role } from "../../kinds/role.ts";
import { traitsOf } from "../../plan/facts.ts";
import type { KnownClusterRoles } from "../../plan/weaknesses.ts";
import { type Reading, type Readings, readNamed, readNamespaced, readSelected } from "./readings.ts";

/** What some baselines need to know. */
export interface Question {
  /** Where their objects live. */
  readonly namespaces: readonly string[];
  /** Facts that their sections depend on. */
  readonly facts: ReadonlySet<FactName>;
  /** The posture of the cluster is among them. */
  readonly cluster: boolean;
}

/** What is known of a cluster. */
export interface Knowledge {
  /** Of every kind that some control owns, by the namespace that is asked about; of the Namespaces themselves by their name. */
  readonly kinds: ReadonlyMap<OwnedKind, Readings>;
  /** Stored SecurityBaselines. */
  readonly baselines: Readings;
  /** The stored ClusterSecurityBaseline. */
  readonly clusterBaselines: Reading | undefined;
  readonly clusterRoles: Reading & KnownClusterRoles;
  readonly facts: Facts;
}

const CLUSTER_ROLES = { apiVersion: role.apiVersion, resource: "clusterroles", namespaced: false };

/** Asks the cluster. @throws ApiError if it does not answer */
export async function askCluster(transport: Transport, { namespaces, facts, cluster }: Question): Promise<Knowledge> {
  const kinds = ownedKinds.map(
    async (kind): Promise<[OwnedKind, Readings]> => [
      kind,
      await (kind.scope === "TheNamespace" ? readNamed : readNamespaced)(transport, kind, namespaces),
    ],
  );
  const [baselines, clusterBaselines, clusterRoles, endpoints, account, ...owned] = await Promise.all([
    readNamespaced(transport, namespacePosture, namespaces),
    cluster ? readSelected(transport, { type: clusterPosture }) : undefined,
    readSelected(transport, { type: CLUSTER_ROLES }),
    facts.has("kubeAPI") ? readFact(transport, kubeAPI) : OFFLINE.kubeAPI,
    facts.has("externalSecretsAccount") ? readFact(transport, externalSecretsAccount) : OFFLINE.externalSecretsAccount,
    ...kinds,
  ]);
  return {
    kinds: new Map(owned),
    baselines,
    clusterBaselines,
    clusterRoles: { ...clusterRoles, ...knownRoles(clusterRoles) },
    // The installation of emergency access is known to the operator alone: nothing that is made depends on it.
    facts: { kubeAPI: endpoints, externalSecretsAccount: account, breakGlass: OFFLINE.breakGlass },
  };
}

async function readFact<Row, T>(transport: Transport, { source, project, combine }: ObjectFact<Row, T>): Promise<Known<T>> {
  const { objects, served, problem } = await readSelected(transport, source);
  if (problem !== undefined) return { value: undefined, problem };
  if (!served) return { value: undefined, problem: { reason: "BackendUnavailable", message: `${source.type.resource} are not served` } };
  return { value: combine(objects.map(project).filter((row) => row !== undefined)) };
}

function knownRoles({ objects, problem }: Reading): KnownClusterRoles {
  const byName = new Map(objects.map((object) => [object.metadata?.name ?? "", object]));
  return { synced: problem === undefined, store: { get: (_namespace, name) => rowOf(byName.get(name)) } };
}

/** A ClusterRole is judged as a Role: it has the same rules. */
function rowOf(object: KubernetesObject | undefined): { readonly traits: string | undefined } | undefined {
  return object && { traits: traitsOf(role, object as unknown as JsonObject) };
}

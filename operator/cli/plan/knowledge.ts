/** Gathers all that the plans of some baselines read of a cluster: each kind once for all of them. */
import type { JsonObject } from "../../api/json.ts";
import type { KubernetesObject } from "../../api/object.ts";
import { clusterPosture, namespacePosture } from "../../api/postures.ts";
import type { Transport } from "../../cluster/types.ts";
import { observedKinds, ownedKinds } from "../../controls/index.ts";
import { externalSecretsAccount } from "../../facts/external-secrets.ts";
import type { Known, ObjectFact } from "../../facts/fact.ts";
import { type FactName, type Facts, OFFLINE } from "../../facts/index.ts";
import { kubeAPI } from "../../facts/kube-api.ts";
import { BINDINGS } from "../../findings/binding.ts";
import { judgedKinds } from "../../findings/index.ts";
import { clusterRole } from "../../kinds/cluster-role.ts";
import { type JudgedKind, type OwnedKind, resourceName } from "../../kinds/kind.ts";
import { roleBinding } from "../../kinds/role-binding.ts";
import { traitsOf } from "../../plan/facts.ts";
import type { KnownClusterRoles } from "../../plan/weaknesses.ts";
import { type Elsewhere, reachesInto, readRoles } from "./elsewhere.ts";
import {
  type NamespacedType,
  type Reading,
  type Readings,
  readEverywhere,
  readJudged,
  readNamed,
  readNamespaced,
  readSelected,
} from "./readings.ts";

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
  /** Of kinds that no control owns and findings judge: by namespace, "" outside of namespaces. */
  readonly judged: ReadonlyMap<JudgedKind, Readings>;
  readonly elsewhere: Elsewhere;
  readonly facts: Facts;
}

/** Kinds that no control owns and findings judge. Those that are only observed may be absent. */
const JUDGED: readonly { readonly kind: JudgedKind; readonly type: NamespacedType }[] = [
  ...judgedKinds.map((kind) => ({ kind, type: kind })),
  ...observedKinds.filter(({ traits }) => traits !== undefined).map((kind) => ({ kind, type: { ...kind, optional: true } })),
];

/** Asks the cluster. @throws ApiError if it does not answer */
export async function askCluster(transport: Transport, { namespaces, facts, cluster }: Question): Promise<Knowledge> {
  const bindings = readEverywhere(transport, roleBinding, { namespaces, isWanted: reachesInto(namespaces) });
  const readOwned = async (kind: OwnedKind): Promise<Readings> => {
    if (kind === roleBinding) return (await bindings).within;
    return (kind.scope === "TheNamespace" ? readNamed : readNamespaced)(transport, kind, namespaces);
  };
  // Aspects of one object are read with it.
  const asked = new Map<string, Promise<Readings>>();
  const readOnce = (kind: OwnedKind): Promise<Readings> => {
    const reading = asked.get(resourceName(kind)) ?? readOwned(kind);
    asked.set(resourceName(kind), reading);
    return reading;
  };
  const kinds = ownedKinds.map(async (kind): Promise<[OwnedKind, Readings]> => [kind, await readOnce(kind)]);
  const judged = new Map<JudgedKind, Promise<Readings>>();
  for (const { kind, type } of JUDGED.filter(
    ({ kind }) => kind.namespaced || cluster || kind.reaches === true || BINDINGS.includes(kind),
  )) {
    const [, same] = [...judged].find(([one]) => one.apiVersion === kind.unlessServed && one.resource === kind.resource) ?? [];
    judged.set(kind, readJudged(transport, type, { namespaces, same }));
  }
  const [baselines, clusterBaselines, clusterRoles, endpoints, account, findable, ...owned] = await Promise.all([
    readNamespaced(transport, namespacePosture, namespaces),
    cluster ? readSelected(transport, { type: clusterPosture }) : undefined,
    readSelected(transport, { type: clusterRole }),
    facts.has("kubeAPI") ? readFact(transport, kubeAPI) : OFFLINE.kubeAPI,
    facts.has("externalSecretsAccount") ? readFact(transport, externalSecretsAccount) : OFFLINE.externalSecretsAccount,
    Promise.all([...judged].map(async ([kind, readings]): Promise<[JudgedKind, Readings]> => [kind, await readings])),
    ...kinds,
  ]);
  const everywhere = await bindings;
  return {
    kinds: new Map(owned),
    judged: new Map(findable),
    elsewhere: { bindings: everywhere.elsewhere, roles: await readRoles(transport, { namespaces, everywhere, kinds: new Map(owned) }) },
    baselines,
    clusterBaselines,
    clusterRoles: { ...clusterRoles, ...knownRoles(clusterRoles) },
    // The installation is known to the operator alone: nothing that is made depends on it.
    facts: { ...OFFLINE, kubeAPI: endpoints, externalSecretsAccount: account },
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

function rowOf(object: KubernetesObject | undefined): { readonly traits: string | undefined } | undefined {
  return object && { traits: traitsOf(clusterRole, object as unknown as JsonObject) };
}

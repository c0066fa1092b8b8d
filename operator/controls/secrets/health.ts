/** Tells the health of the section `secrets`: how each object fares with its backend, and what explains one that does not work. */
import type { StoreRef } from "../../api/baseline-external-secrets.ts";
import type { SecretStoreEntry } from "../../api/baseline-secret-stores.ts";
import type { SecretsSection } from "../../api/baseline-secrets.ts";
import type { JsonObject } from "../../api/json.ts";
import { clusterSecretStore } from "../../kinds/cluster-secret-store.ts";
import { externalSecret } from "../../kinds/external-secret.ts";
import type { ObservedKind, OwnedKind } from "../../kinds/kind.ts";
import { sealedSecret } from "../../kinds/sealed-secret.ts";
import { secretProviderClass } from "../../kinds/secret-provider-class.ts";
import { secretStore } from "../../kinds/secret-store.ts";
import type { EntryHealth, HealthView } from "../control.ts";
import { byText } from "../order.ts";
import { externalVerdict, sealedVerdict, storeVerdict, unavailable, type Verdict, withMessage } from "./backend-verdicts.ts";
import { storeOf } from "./external-secret-spec.ts";
import { classVerdict, mountsByClass } from "./volume-health.ts";

const NOT_FOUND = "NotFound";

const STORE_KINDS: Readonly<Record<StoreRef["kind"], OwnedKind | ObservedKind>> = {
  SecretStore: secretStore,
  ClusterSecretStore: clusterSecretStore,
};

/** One entry per object that a backend acts on, by kind and name; the Role and RoleBinding of the stores are none. */
export function secretsHealth(section: SecretsSection, view: HealthView): readonly EntryHealth[] {
  const { stores = [], externalSecrets = [], secretProviderClasses = [], sealedSecrets = [] } = section;
  const mounts = secretProviderClasses.length === 0 ? undefined : mountsByClass(view);
  const entries = [
    ...externalSecrets.map((entry) => {
      const problem = storeProblem(storeOf(entry, section.store), stores, view);
      return healthOf(externalSecret, entry.name, { view, judge: (facts) => explained(externalVerdict(facts, view.now), problem) });
    }),
    ...stores.map(({ name }) => healthOf(secretStore, name, { view, judge: storeVerdict })),
    ...secretProviderClasses.map(({ name }) =>
      healthOf(secretProviderClass, name, { view, judge: () => classVerdict(mounts?.get(name), view) }),
    ),
    ...sealedSecrets.map(({ name }) => healthOf(sealedSecret, name, { view, judge: sealedVerdict })),
  ];
  return entries.toSorted((a, b) => byText(a.kind, b.kind) || byText(a.name, b.name));
}

interface Judge {
  readonly view: HealthView;
  readonly judge: (facts: JsonObject) => Verdict;
}

function healthOf(kind: OwnedKind, name: string, { view, judge }: Judge): EntryHealth {
  const identity = { kind: kind.kind, name };
  if (!view.isServed(kind)) return { ...identity, ...unavailable(kind, view) };
  const facts = view.facts(kind, name);
  return { ...identity, ...(facts === undefined ? { state: "Pending", reason: "NotCreated" } : judge(facts)) };
}

/** What is wrong with the store of an external secret. */
interface StoreProblem {
  readonly message: string;
  /** It is one of the section's own and not made yet, or told as missing by itself. */
  readonly isToCome: boolean;
}

/** What is wrong with a store, by name and reason; undefined while nothing is known to be. */
function storeProblem({ kind, name }: StoreRef, stores: readonly SecretStoreEntry[], view: HealthView): StoreProblem | undefined {
  const problem = problemWith(STORE_KINDS[kind], name, view);
  if (problem === undefined) return undefined;
  const isOurs = kind === secretStore.kind && stores.some((store) => store.name === name);
  return { message: `store ${kind}/${name}: ${problem}`, isToCome: isOurs && problem === NOT_FOUND };
}

function problemWith(kind: OwnedKind | ObservedKind, name: string, view: HealthView): string | undefined {
  const lack = view.lack(kind);
  if (lack?.absent === true) return lack.message;
  if (!view.isServed(kind)) return undefined;
  const facts = view.facts(kind, name);
  if (facts === undefined) return NOT_FOUND;
  const { state, reason } = storeVerdict(facts);
  return state === "Failed" ? reason : undefined;
}

/**
 * An external secret that does not work often only says that something failed; what failed is the store. One that waits for its controller then waits in
 * vain, and one that works will not when it is refreshed.
 */
function explained(verdict: Verdict, problem: StoreProblem | undefined): Verdict {
  if (problem === undefined) return verdict;
  const told = withMessage(verdict, verdict.message === undefined ? problem.message : `${verdict.message}; ${problem.message}`);
  if (verdict.state !== "Pending" || problem.isToCome) return told;
  return { ...told, state: "Failed", reason: "StoreNotReady" };
}

/** Tells the health of the section `secrets`: how each object fares with its backend, and what explains one that does not work. */
import type { StoreRef } from "../../api/baseline-external-secrets.ts";
import type { SecretsSection } from "../../api/baseline-secrets.ts";
import type { JsonObject } from "../../api/json.ts";
import { clusterSecretStore } from "../../kinds/cluster-secret-store.ts";
import { csiDriver, SECRETS_STORE_DRIVER } from "../../kinds/csi-driver.ts";
import { externalSecret } from "../../kinds/external-secret.ts";
import type { ObservedKind, OwnedKind } from "../../kinds/kind.ts";
import { sealedSecret } from "../../kinds/sealed-secret.ts";
import { secretProviderClass } from "../../kinds/secret-provider-class.ts";
import { secretProviderClassPodStatus } from "../../kinds/secret-provider-class-pod-status.ts";
import { secretStore } from "../../kinds/secret-store.ts";
import type { EntryHealth, HealthView } from "../control.ts";
import { byText } from "../order.ts";
import { externalVerdict, sealedVerdict, storeVerdict, type Verdict } from "./backend-verdicts.ts";
import { storeOf } from "./external-secret-spec.ts";

const UNAVAILABLE: Verdict = { state: "Pending", reason: "BackendUnavailable" };

const NO_ROTATION = "rotation is off in the CSI driver: a changed secret reaches new pods only";

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
      const health = healthOf(externalSecret, entry.name, { view, judge: (facts) => externalVerdict(facts, view.now) });
      return explain(health, storeProblem(storeOf(entry, section.store), view));
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
  if (!view.isServed(kind)) return { ...identity, ...UNAVAILABLE };
  const facts = view.facts(kind, name);
  return { ...identity, ...(facts === undefined ? { state: "Pending", reason: "NotCreated" } : judge(facts)) };
}

/** An external secret that does not work often only says that something failed; what failed is the store. */
function explain(health: EntryHealth, problem: string | undefined): EntryHealth {
  return health.state === "Synced" || problem === undefined ? health : { ...health, message: problem };
}

/** What is wrong with a store, by name and reason; undefined while nothing is known to be. */
function storeProblem({ kind, name }: StoreRef, view: HealthView): string | undefined {
  if (!view.isServed(STORE_KINDS[kind])) return undefined;
  const facts = view.facts(STORE_KINDS[kind], name);
  if (facts === undefined) return `store ${kind}/${name}: NotFound`;
  const { state, reason } = storeVerdict(facts);
  return state === "Failed" ? `store ${kind}/${name}: ${reason}` : undefined;
}

/** A class has no status of its own: what counts is whether the pods that name it have it mounted. */
function classVerdict(mounts: readonly JsonObject[] = [], view: HealthView): Verdict {
  if (!view.isServed(secretProviderClassPodStatus)) return UNAVAILABLE;
  if (mounts.length === 0) return { state: "Unused", reason: "Unused" };
  if (mounts.some((facts) => facts["mounted"] !== true)) return { state: "Failed", reason: "NotMounted" };
  const driver = view.facts(csiDriver, SECRETS_STORE_DRIVER);
  return { state: "Synced", reason: "Mounted", ...(driver?.["republishes"] === false && { message: NO_ROTATION }) };
}

/** What the driver tells of mounts, by the class that is mounted: grouped once for all classes of a namespace. */
function mountsByClass(view: HealthView): ReadonlyMap<unknown, readonly JsonObject[]> {
  return Map.groupBy(view.all(secretProviderClassPodStatus).values(), (facts) => facts["class"]);
}

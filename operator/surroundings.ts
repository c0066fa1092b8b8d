/** Tells emergency access what it needs to know of namespaces and baselines, from the caches of the reconciler: the two rooms do not know each other. */
import type { Surroundings } from "./broker/broker.ts";
import { namespace as namespaceKind } from "./kinds/namespace.ts";
import type { Live } from "./plan/types.ts";
import type { Caches } from "./reconcile/caches.ts";
import { baselineOf } from "./reconcile/gather.ts";

/** Reads the caches. A baseline in a reserved namespace is not obeyed, so nobody asks by it for access either. */
export function surroundingsOf(caches: Caches, isReserved: (namespace: string) => boolean): Surroundings {
  const namespaces = caches.owned.get(namespaceKind);
  const living = (name: string): Live | undefined => {
    const live = namespaces?.store.get("", name);
    return live?.terminating === false ? live : undefined;
  };
  return {
    isKnown: () => {
      const { baselines, clusterBaselines } = caches;
      return namespaces?.synced === true && baselines.synced && (clusterBaselines.synced || !clusterBaselines.served);
    },
    namespaceUID: (name) => living(name)?.uid,
    namespaceCreated: (name) => {
      const seconds = living(name)?.created;
      return seconds === undefined ? undefined : seconds * 1000;
    },
    postureOf: (name) => {
      const entry = living(name) && baselineOf(caches, name);
      if (entry === undefined || isReserved(entry.namespace)) return undefined;
      const { mode, breakGlass } = entry.baseline.spec ?? {};
      return { uid: entry.uid, mode, breakGlass };
    },
  };
}

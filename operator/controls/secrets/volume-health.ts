/** Tells how the classes for volumes of the Secrets Store CSI driver fare: whether pods can mount them, and whether those that the driver told of have. */
import type { JsonObject } from "../../api/json.ts";
import { csiDriver, SECRETS_STORE_DRIVER } from "../../kinds/csi-driver.ts";
import { secretProviderClassPodStatus } from "../../kinds/secret-provider-class-pod-status.ts";
import type { HealthView } from "../control.ts";
import { unavailable, type Verdict, withMessage } from "./backend-verdicts.ts";

const NO_ROTATION = "rotation is off in the CSI driver: a changed secret reaches new pods only";

/** What follows from a driver of which a part is missing; pods that have a volume mounted keep it. */
const NO_MORE_MOUNTS = "no pod that starts now can mount it";

/** What the driver tells of mounts, by the class that is mounted: grouped once for all classes of a namespace. */
export function mountsByClass(view: HealthView): ReadonlyMap<unknown, readonly JsonObject[]> {
  return Map.groupBy(view.all(secretProviderClassPodStatus).values(), (facts) => facts["class"]);
}

/** A class has no status of its own: what counts is what the driver tells of its mounts, and whether the driver is there. */
export function classVerdict(mounts: readonly JsonObject[] = [], view: HealthView): Verdict {
  const missing = missingOfDriver(view);
  if (mounts.some((facts) => facts["mounted"] !== true)) return withMessage({ state: "Failed", reason: "NotMounted" }, missing);
  if (mounts.length > 0) return withMessage({ state: "Synced", reason: "Mounted" }, missing ?? rotationOf(view));
  if (missing !== undefined) return { state: "Failed", reason: "DriverNotInstalled", message: missing };
  if (!view.isServed(secretProviderClassPodStatus)) return unavailable(secretProviderClassPodStatus, view);
  return { state: "Unused", reason: "Unused" };
}

/**
 * What is known to be missing of all that a mount needs. The kubelet asks a driver without a CSIDriver for no volume that stands in a pod, and the driver
 * fails a mount that it cannot record.
 */
function missingOfDriver(view: HealthView): string | undefined {
  if (view.isServed(csiDriver) && view.facts(csiDriver, SECRETS_STORE_DRIVER) === undefined) {
    return `${NO_MORE_MOUNTS}: there is no CSIDriver ${SECRETS_STORE_DRIVER}; install the Secrets Store CSI driver`;
  }
  const lack = view.lack(secretProviderClassPodStatus);
  if (lack?.absent !== true) return undefined;
  return `${NO_MORE_MOUNTS}: ${lack.message}; install all kinds of the Secrets Store CSI driver`;
}

function rotationOf(view: HealthView): string | undefined {
  return view.facts(csiDriver, SECRETS_STORE_DRIVER)?.["republishes"] === false ? NO_ROTATION : undefined;
}

/** Lists the controls; watches, rights, pruning, conditions and reference pages follow from the list. */
import type { ObservedKind, OwnedKind } from "../kinds/kind.ts";
import { access } from "./access/access.ts";
import { admission } from "./admission/admission.ts";
import { breakGlass } from "./break-glass/break-glass.ts";
import type { Control } from "./control.ts";
import { images } from "./images/images.ts";
import { mesh } from "./mesh/mesh.ts";
import { network } from "./network/network.ts";
import { podSecurity } from "./pod-security/pod-security.ts";
import { runtime } from "./runtime/runtime.ts";
import { secrets } from "./secrets/secrets.ts";
import { serviceAccounts } from "./service-accounts/service-accounts.ts";

/** Every control, by name. A new one is one file and one line here. */
export const controls: readonly Control[] = [
  access,
  admission,
  breakGlass,
  images,
  mesh,
  network,
  podSecurity,
  runtime,
  secrets,
  serviceAccounts,
];

/** Every kind that some control owns, each once. */
export const ownedKinds: readonly OwnedKind[] = [...new Set(controls.flatMap((control) => control.owns))];

/** Every kind that some control only reads, each once. */
export const observedKinds: readonly ObservedKind[] = [...new Set(controls.flatMap((control) => control.observes ?? []))];

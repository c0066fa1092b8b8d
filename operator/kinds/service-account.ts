/** Declares the kind ServiceAccount, of which the automatic mounting of tokens is ours, and the pull secrets where a baseline names some. */
import { type OwnedKind, Rank } from "./kind.ts";
import { withDefault } from "./normalise.ts";

/** Every namespace has this account: the controller manager makes it, and makes it again. */
export const DEFAULT_ACCOUNT_NAME = "default";

export const serviceAccount: OwnedKind = {
  apiVersion: "v1",
  kind: "ServiceAccount",
  resource: "serviceaccounts",
  scope: "InNamespace",
  namespaced: true,
  // Pods get a token unless the account says false: admission reads an absent field as true.
  fields: [
    { path: ["automountServiceAccountToken"], normalise: withDefault(true) },
    // Some distributions add a pull secret of their own to every account.
    { path: ["imagePullSecrets"], ifSet: true },
  ],
  rank: () => Rank.serviceAccount,
  traits: ({ automountServiceAccountToken, secrets }) => ({
    mounts: automountServiceAccountToken !== false,
    secrets: Array.isArray(secrets) ? secrets.length : 0,
  }),
  shareable: (name) => name === DEFAULT_ACCOUNT_NAME,
};

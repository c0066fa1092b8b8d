/** Whether the account of the External Secrets controller is there, for the right that `secrets.stores` hands to it. */
import { EXTERNAL_SECRETS_ACCOUNT } from "../api/names.ts";
import type { ObjectFact } from "./fact.ts";

/** The ServiceAccount by its constant name; one that is being deleted is there no more. */
export const externalSecretsAccount: ObjectFact<true, boolean> = {
  source: {
    type: { apiVersion: "v1", resource: "serviceaccounts", namespaced: true },
    namespace: EXTERNAL_SECRETS_ACCOUNT.namespace,
  },
  project: ({ metadata }) =>
    metadata?.name === EXTERNAL_SECRETS_ACCOUNT.name && metadata.deletionTimestamp === undefined ? true : undefined,
  combine: (rows) => rows.length > 0,
};

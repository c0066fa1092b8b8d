/** Declares what the operator reads of ClusterSecretStore of External Secrets, which administrators make. */
import { isJsonObject, type Json, type JsonObject } from "../api/json.ts";
import { conditionFacts, partOf } from "./condition-facts.ts";
import type { ObservedKind } from "./kind.ts";

export const clusterSecretStore: ObservedKind = {
  apiVersion: "external-secrets.io/v1",
  kind: "ClusterSecretStore",
  resource: "clustersecretstores",
  namespaced: false,
  /** `status` and `reason` of Ready. */
  facts: (object) => conditionFacts(object, "Ready"),
  /** Whether every namespace may use it. */
  traits: (object) => ({ open: isOpen(partOf(object, "spec")["conditions"]) }),
};

/** Without conditions it is open to all (External Secrets docs, ClusterSecretStore). One that is met suffices. */
function isOpen(conditions: Json | undefined): boolean {
  const list = Array.isArray(conditions) ? conditions.filter(isJsonObject) : [];
  return list.length === 0 || list.some(meetsAll);
}

function meetsAll({ namespaceSelector, namespaceRegexes }: JsonObject): boolean {
  const isAll =
    isJsonObject(namespaceSelector) && isEmpty(namespaceSelector["matchLabels"]) && isEmpty(namespaceSelector["matchExpressions"]);
  return isAll || (Array.isArray(namespaceRegexes) && namespaceRegexes.some((pattern) => ANYTHING.test(String(pattern))));
}

/** Patterns that every name matches, in the forms that people write; a match anywhere in the name suffices. */
const ANYTHING = /^\^?(\.[*+]|\(\.[*+]\))?\$?$/;

function isEmpty(value: Json | undefined): boolean {
  return value === undefined || value === null || Object.keys(value).length === 0;
}

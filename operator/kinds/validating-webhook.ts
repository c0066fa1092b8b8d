/** Declares what findings read of ValidatingWebhookConfigurations: which webhooks let new pods pass while nobody answers, and which namespaces they leave out. */
import { RESERVED_NAMESPACES } from "../api/installation.ts";
import { isJsonObject, type Json, type JsonObject } from "../api/json.ts";
import { partOf } from "./condition-facts.ts";
import type { JudgedKind } from "./kind.ts";
import { isNarrow, NAMESPACE_NAME, objects, textOf, texts } from "./label-selector.ts";
import { shortened } from "./short-list.ts";

/** A label of Namespaces by which a webhook leaves them out: with this value, or with any. */
export type LabelLeftOut = { readonly key: string; readonly value?: string };

/** What is known of the webhooks of a configuration that judge new pods. */
export interface WebhookTraits {
  /** Those that let pods pass while they do not answer: some names, and how many there are. */
  readonly open?: { readonly names: readonly string[]; readonly count: number };
  /** Namespaces that are left out by their names. */
  readonly names: readonly string[];
  /** Labels of Namespaces that are left out. */
  readonly labels: readonly LabelLeftOut[];
  /** There is more by which namespaces are left out than is kept. */
  readonly isCut?: true;
  /** Namespaces that they are answered from. */
  readonly own: readonly string[];
}

/** Names that are kept of several webhooks. */
const MOST = 3;
/** Characters that are kept of a name, and of each list. */
const LONGEST = { name: 63, names: 300, labels: 250 };

export const validatingWebhookConfiguration: JudgedKind = {
  apiVersion: "admissionregistration.k8s.io/v1",
  kind: "ValidatingWebhookConfiguration",
  resource: "validatingwebhookconfigurations",
  namespaced: false,
  reaches: true,
  traits: (object) => {
    const webhooks = objects(object["webhooks"]).filter(({ rules }) => objects(rules).some(isAboutNewPods));
    const open = webhooks.filter(isOpen).map(({ name }) => cut(textOf(name)));
    const own = distinct(webhooks.map(serviceNamespace).filter((name) => name !== ""));
    const names = shortened(distinct(webhooks.flatMap(namesLeftOut)), LONGEST.names);
    const labels = shortened(distinct(webhooks.flatMap(labelsLeftOut)), LONGEST.labels);
    return {
      ...(open.length > 0 && { open: { names: open.slice(0, MOST), count: open.length } }),
      names: names.kept,
      labels: labels.kept,
      ...((names.isCut || labels.isCut) && { isCut: true }),
      own: own.slice(0, MOST).map(cut),
    };
  },
};

/** Reads what `validatingWebhookConfiguration.traits` wrote. */
export function webhookTraits(traits: JsonObject): WebhookTraits {
  return traits as unknown as WebhookTraits;
}

/** A rule for all resources means no subresources, and `pods/*` means these alone (RuleWithOperations, admissionregistration.k8s.io). */
function isAboutNewPods({ apiGroups, apiVersions, operations, resources, scope }: JsonObject): boolean {
  const hasOne = (list: Json | undefined, ...words: readonly string[]): boolean => texts(list).some((word) => words.includes(word));
  return (
    scope !== "Cluster" &&
    hasOne(apiGroups, "", "*") &&
    hasOne(apiVersions, "v1", "*") &&
    hasOne(operations, "CREATE", "*") &&
    hasOne(resources, "pods", "*", "*/*")
  );
}

/** Where namespaces or pods have to ask for it by a label, it is for them to know what they asked for. */
function isOpen({ failurePolicy, namespaceSelector, objectSelector }: JsonObject): boolean {
  return failurePolicy === "Ignore" && ![namespaceSelector, objectSelector].some(isAskedFor);
}

function isAskedFor(selector: Json | undefined): boolean {
  return isNarrow(selector) || expressionsOf(selector).some(({ operator }) => operator === "Exists");
}

/** Names that are left out. Those of namespaces that no baseline is for are none of its business. */
function namesLeftOut({ namespaceSelector }: JsonObject): readonly string[] {
  return expressionsOf(namespaceSelector)
    .filter(({ key, operator }) => key === NAMESPACE_NAME && operator === "NotIn")
    .flatMap(({ values }) => texts(values))
    .filter((name) => !RESERVED_NAMESPACES.some((reserved) => reserved === name));
}

function labelsLeftOut({ namespaceSelector }: JsonObject): readonly LabelLeftOut[] {
  return expressionsOf(namespaceSelector).flatMap(({ key, operator, values }): readonly LabelLeftOut[] => {
    const label = textOf(key);
    if (label === NAMESPACE_NAME) return [];
    if (operator === "DoesNotExist") return [{ key: label }];
    return operator === "NotIn" ? texts(values).map((value) => ({ key: label, value })) : [];
  });
}

function expressionsOf(selector: Json | undefined): readonly JsonObject[] {
  return isJsonObject(selector) ? objects(selector["matchExpressions"]) : [];
}

function serviceNamespace({ clientConfig }: JsonObject): string {
  return isJsonObject(clientConfig) ? textOf(partOf(clientConfig, "service")["namespace"]) : "";
}

/** Each value once. */
function distinct<T extends Json>(list: readonly T[]): readonly T[] {
  return [...new Map(list.map((one) => [JSON.stringify(one), one])).values()];
}

function cut(name: string): string {
  return name.slice(0, LONGEST.name).toWellFormed();
}

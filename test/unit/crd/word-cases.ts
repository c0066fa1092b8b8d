/** Lists the words of every field of the spec that takes one of few. */
import { type Case, edit, FULL } from "./case.ts";

const MODE = ["Enforce", "Report", "Off"];
const LEVEL = ["privileged", "baseline", "restricted"];
const STORE_KIND = ["SecretStore", "ClusterSecretStore"];
const OPERATOR = ["In", "NotIn"];
/** But `resources`, which stands beside it. */
const CHECKS = [
  "dropCapabilities",
  "hostnames",
  "imageReference",
  "ingressClasses",
  "priorityClasses",
  "readOnlyRootFilesystem",
  "registries",
  "requiredLabels",
  "runtimeClasses",
  "secretEnvironment",
  "services",
  "storageClasses",
  "tokenAccounts",
];

const WORDS: readonly (readonly [at: string, words: readonly string[]])[] = [
  ["mode", MODE],
  ["deletionPolicy", ["Delete", "Retain"]],
  ["access.mode", MODE],
  ["admission.mode", MODE],
  ["admission.workloads", ["Deny", "Warn"]],
  ["admission.imageReference", ["Tag", "Digest"]],
  ["admission.resources.requests[1]", ["memory", "ephemeral-storage"]],
  ["admission.resources.limits[0]", ["cpu", "memory", "ephemeral-storage"]],
  ["admission.services.types[0]", ["ClusterIP", "NodePort", "LoadBalancer", "ExternalName"]],
  ["admission.exemptions[0].checks[0]", CHECKS],
  ["podSecurity.mode", MODE],
  ["podSecurity.enforce", LEVEL],
  ["podSecurity.audit", LEVEL],
  ["podSecurity.warn", LEVEL],
  ["network.mode", MODE],
  ["network.defaultDeny[0]", ["Ingress", "Egress"]],
  ["network.dns.ports[0].protocol", ["TCP", "UDP", "SCTP"]],
  ["network.ingress[0].from[3].preset", ["KubeAPI", "SameNamespace", "Internet"]],
  ["network.egress[0].to[3].preset", ["KubeAPI", "SameNamespace", "Internet"]],
  ["network.egress[0].pods.matchExpressions[0].operator", OPERATOR],
  ["serviceAccounts.mode", MODE],
  ["secrets.mode", MODE],
  ["secrets.store.kind", STORE_KIND],
  ["secrets.externalSecrets[0].store.kind", STORE_KIND],
  ["secrets.stores[0].vault.version", ["v1", "v2"]],
  ["secrets.stores[1].aws.service", ["SecretsManager", "ParameterStore"]],
  ["secrets.externalSecrets[0].target.deletionPolicy", ["Retain", "Delete", "Merge"]],
  ["secrets.sealedSecrets[0].scope", ["Strict", "NamespaceWide", "ClusterWide"]],
  ["images.mode", MODE],
  // The others take no signers, which this spec has.
  ["images.backend", ["Kyverno"]],
  ["images.action", ["Audit", "Deny"]],
  ["images.onViolation", ["Enforce", "Hold"]],
  ["mesh.mode", MODE],
  // The other one takes no ports, which this spec has.
  ["mesh.provider", ["Istio"]],
  ["mesh.mtls", ["Strict"]],
  ["runtime.mode", MODE],
  // The other one kills nothing, which this spec asks for.
  ["runtime.backend", ["Tetragon"]],
  ["runtime.watch[0]", ["SensitiveFileRead", "TemporaryFileExecution", "TokenRead", "UserNamespaceCreation", "UsermodeHelperWrite"]],
  ["runtime.kill[0]", ["SensitiveFileRead", "TemporaryFileExecution", "UserNamespaceCreation"]],
  ["breakGlass.mode", MODE],
];

export const WORD_CASES = wordCases(FULL, WORDS);

/** A row per word: the spec `full` with that word, and with one that is nearly it. */
export function wordCases(full: object, words: readonly (readonly [at: string, words: readonly string[]])[]): readonly Case[] {
  return words.flatMap(([at, list]) =>
    list.map((word) => ({
      reason: `${at}: ${word}, but not ${word}x`,
      bad: edit(full, at, () => `${word}x`),
      good: edit(full, at, () => word),
      at: `spec.${at}`,
      says: "is not allowed: write ",
      server: `spec.${at}: Unsupported value`,
    })),
  );
}

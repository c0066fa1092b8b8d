/** Turns the section `secrets` into the objects of three backends, none of which shows the operator a secret value. */
import type { SealedSecretEntry, SecretProviderClassEntry, SecretsSection } from "../../api/baseline-secrets.ts";
import type { JsonObject } from "../../api/json.ts";
import { REFRESH_ANNOTATION } from "../../api/names.ts";
import { clusterSecretStore } from "../../kinds/cluster-secret-store.ts";
import { csiDriver } from "../../kinds/csi-driver.ts";
import { externalSecret } from "../../kinds/external-secret.ts";
import { role } from "../../kinds/role.ts";
import { roleBinding } from "../../kinds/role-binding.ts";
import { SEALED_SCOPE_ANNOTATIONS, sealedSecret } from "../../kinds/sealed-secret.ts";
import { secretProviderClass } from "../../kinds/secret-provider-class.ts";
import { secretProviderClassPodStatus } from "../../kinds/secret-provider-class-pod-status.ts";
import { secretStore } from "../../kinds/secret-store.ts";
import type { Control, ControlContext, Draft } from "../control.ts";
import { defaulted } from "../defaulted.ts";
import { byText, sortedMap } from "../order.ts";
import { externalSecretSpec } from "./external-secret-spec.ts";
import { secretsHealth } from "./health.ts";
import { metadataBody } from "./secret-metadata.ts";
import { storeDrafts, storeWarnings } from "./stores.ts";
import { secretsWarnings } from "./warnings.ts";

/** The section `secrets`. */
export const secrets: Control<"secrets"> = {
  name: "secrets",
  condition: "SecretsReady",
  standards: ["CIS-5.4.2", "NSA-secrets"],
  owns: [externalSecret, secretStore, secretProviderClass, sealedSecret, role, roleBinding],
  observes: [clusterSecretStore, secretProviderClassPodStatus, csiDriver],
  desired: (section, context) => [
    ...storeDrafts(section.stores ?? [], context),
    ...externalDrafts(section, context),
    ...(section.secretProviderClasses ?? []).map(classDraft),
    ...(section.sealedSecrets ?? []).map((entry) => sealedDraft(entry, context)),
  ],
  reads: ({ stores = [] }) => (stores.length > 0 ? ["externalSecretsAccount"] : []),
  warnings: (section, context) => [...storeWarnings(section.stores ?? [], context), ...secretsWarnings(section)],
  health: secretsHealth,
  caveat: takeoverCaveat,
};

function externalDrafts(section: SecretsSection, context: ControlContext): readonly Draft[] {
  return (section.externalSecrets ?? []).map((entry) => ({
    kind: externalSecret,
    name: entry.name,
    annotations: refreshMark(context),
    body: { spec: externalSecretSpec(entry, section.store) },
  }));
}

/** The controllers of both kinds act once on an annotation that changed; one that stays costs nothing. */
function refreshMark({ refresh }: ControlContext): Readonly<Record<string, string>> {
  return refresh === undefined ? {} : { [REFRESH_ANNOTATION]: refresh };
}

/** An empty list is explicit: a Secret that somebody adds to it is a difference that an apply removes. */
function classDraft({ name, provider, parameters = {}, secretObjects = [] }: SecretProviderClassEntry): Draft {
  const objects = secretObjects.map(({ secretName, type, data }) => ({
    secretName,
    type,
    data: data.map(({ objectName, key }) => ({ objectName, key })).toSorted((a, b) => byText(a.key, b.key)),
  }));
  const secretObjectsByName = objects.toSorted((a, b) => byText(a.secretName, b.secretName));
  return {
    kind: secretProviderClass,
    name,
    body: { spec: { provider, parameters: sortedMap(parameters), secretObjects: secretObjectsByName } },
  };
}

function sealedDraft(entry: SealedSecretEntry, context: ControlContext): Draft {
  const { name, encryptedData, template: { metadata: asked = {} } = {} } = entry;
  const type = defaulted(entry.type, "secrets.sealedSecrets.type");
  const scope = scopeMark(entry);
  const onSecret = metadataBody({ ...asked, annotations: { ...asked.annotations, ...scope } });
  const metadata: JsonObject = { name, namespace: context.namespace, ...onSecret };
  return {
    kind: sealedSecret,
    name,
    annotations: { ...scope, ...refreshMark(context) },
    body: { spec: { encryptedData: sortedMap(encryptedData), template: { type, metadata } } },
  };
}

/** As kubeseal writes it: the controller unseals only with the scope for which the data was sealed. */
function scopeMark(entry: SealedSecretEntry): Readonly<Record<string, string>> {
  const scope = defaulted(entry.scope, "secrets.sealedSecrets.scope");
  return scope === "Strict" ? {} : { [SEALED_SCOPE_ANNOTATIONS[scope]]: "true" };
}

/** Reading Secrets to tell would take the right to read their data: `list` shows it. */
function takeoverCaveat({ externalSecrets = [] }: SecretsSection): string | undefined {
  if (externalSecrets.length === 0) return undefined;
  return "a Secret of an external secret's name that existed before without an owner is taken over by External Secrets; this could not be checked, because the operator may not read Secrets";
}

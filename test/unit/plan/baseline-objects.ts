/** The desired objects that the tests of planning use: one of each form, written out by hand. */
import type { JsonObject } from "../../../operator/api/json.ts";
import type { Desired, SectionName } from "../../../operator/controls/control.ts";
import { admissionMark } from "../../../operator/kinds/admission-mark.ts";
import { imageLabels } from "../../../operator/kinds/image-labels.ts";
import { imageValidatingPolicy } from "../../../operator/kinds/image-validating-policy.ts";
import type { OwnedKind } from "../../../operator/kinds/kind.ts";
import { linkerdPolicy } from "../../../operator/kinds/linkerd-policy.ts";
import { namespace } from "../../../operator/kinds/namespace.ts";
import { networkPolicy } from "../../../operator/kinds/network-policy.ts";
import { peerAuthentication } from "../../../operator/kinds/peer-authentication.ts";
import { role } from "../../../operator/kinds/role.ts";
import { roleBinding } from "../../../operator/kinds/role-binding.ts";
import { sealedSecret } from "../../../operator/kinds/sealed-secret.ts";
import { serviceAccount } from "../../../operator/kinds/service-account.ts";
import { tracingPolicy } from "../../../operator/kinds/tracing-policy.ts";
import type { PlanInput, RetiredSection, SectionInput } from "../../../operator/plan/input.ts";
import { EMPTY_INVENTORY, Inventory } from "../../../operator/plan/inventory.ts";
import { objectKey } from "../../../operator/plan/object-key.ts";

export const OWNER = {
  apiVersion: "securitybaseline.dev/v1alpha1",
  kind: "SecurityBaseline",
  name: "baseline",
  uid: "baseline-uid",
  controller: true,
};

/** Whether generated objects are owned by the baseline, and what shared ones are annotated with. */
export type Policy = "Delete" | "Retain";

function generated(control: SectionName, object: { kind: OwnedKind; name: string; body: JsonObject }, policy: Policy): Desired {
  const { kind, name, body } = object;
  const metadata = {
    name,
    namespace: "payments",
    labels: { "app.kubernetes.io/managed-by": "securitybaseline", "securitybaseline.dev/control": control },
    ...(policy === "Delete" ? { ownerReferences: [OWNER] } : {}),
  };
  return { control, kind, name, shared: false, manifest: { apiVersion: kind.apiVersion, kind: kind.kind, metadata, ...body } };
}

export function logReader(verbs: readonly string[] = ["get"], policy: Policy = "Delete"): Desired {
  const body = { rules: [{ apiGroups: [""], resources: ["pods/log"], verbs }] };
  return generated("access", { kind: role, name: "log-reader", body }, policy);
}

export function logReaderBinding(groups: readonly string[] = ["support"]): Desired {
  const body = {
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "log-reader" },
    subjects: groups.map((name) => ({ apiGroup: "rbac.authorization.k8s.io", kind: "Group", name })),
  };
  return generated("access", { kind: roleBinding, name: "log-reader", body }, "Delete");
}

export function defaultDeny(policyTypes: readonly string[] = ["Egress", "Ingress"], policy: Policy = "Delete"): Desired {
  const body = { spec: { podSelector: {}, ingress: [], egress: [], policyTypes } };
  return generated("network", { kind: networkPolicy, name: "default-deny", body }, policy);
}

export function allowDNS(): Desired {
  const egress = [{ to: [{ ipBlock: { cidr: "169.254.20.10/32" } }], ports: [{ port: 53, protocol: "UDP" }] }];
  const body = { spec: { podSelector: {}, ingress: [], egress, policyTypes: ["Egress"] } };
  return generated("network", { kind: networkPolicy, name: "allow-dns", body }, "Delete");
}

export function apiAccount(): Desired {
  return generated("serviceAccounts", { kind: serviceAccount, name: "api", body: { automountServiceAccountToken: false } }, "Delete");
}

export function defaultAccount(automount = false, policy: Policy = "Delete"): Desired {
  const manifest = {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { name: "default", namespace: "payments", annotations: { "securitybaseline.dev/deletion-policy": policy } },
    automountServiceAccountToken: automount,
  };
  return { control: "serviceAccounts", kind: serviceAccount, name: "default", shared: true, manifest };
}

export function paymentsNamespace(level = "restricted"): Desired {
  const labels = Object.fromEntries(
    ["enforce", "audit", "warn"].flatMap((mode) => [
      [`pod-security.kubernetes.io/${mode}`, level],
      [`pod-security.kubernetes.io/${mode}-version`, "latest"],
    ]),
  );
  const metadata = { name: "payments", labels, annotations: { "securitybaseline.dev/deletion-policy": "Delete" } };
  return {
    control: "podSecurity",
    kind: namespace,
    name: "payments",
    shared: true,
    manifest: { apiVersion: "v1", kind: "Namespace", metadata },
  };
}

export function smtpSecret(encryptedData: JsonObject = { password: "AgB1" }, policy: Policy = "Delete"): Desired {
  const template = { type: "Opaque", metadata: { name: "smtp", namespace: "payments" } };
  return generated("secrets", { kind: sealedSecret, name: "smtp", body: { spec: { encryptedData, template } } }, policy);
}

export function tokenRole(accounts: readonly string[] = ["vault"]): Desired {
  const body = { rules: [{ apiGroups: [""], resources: ["serviceaccounts/token"], verbs: ["create"], resourceNames: accounts }] };
  return generated("secrets", { kind: role, name: "external-secrets-token", body }, "Delete");
}

export function onCallRole(profile = "incident"): Desired {
  const rules = [{ apiGroups: ["securitybaseline.dev"], resources: ["breakglassprofiles"], resourceNames: [profile], verbs: ["use"] }];
  return generated("breakGlass", { kind: role, name: "break-glass-request-incident", body: { rules } }, "Delete");
}

export function paymentsMark(mode = "Enforce"): Desired {
  const metadata = { name: "payments", labels: { "securitybaseline.dev/admission": mode } };
  const manifest = { apiVersion: "v1", kind: "Namespace", metadata };
  return { control: "admission", kind: admissionMark, name: "payments", shared: true, tells: true, manifest };
}

export function paymentsMesh(value = "all-authenticated", policy: Policy = "Delete"): Desired {
  const annotations = { "config.linkerd.io/default-inbound-policy": value, "securitybaseline.dev/deletion-policy": policy };
  const manifest = { apiVersion: "v1", kind: "Namespace", metadata: { name: "payments", annotations } };
  return { control: "mesh", kind: linkerdPolicy, name: "payments", shared: true, manifest };
}

export function strictPeers(mode = "STRICT", policy: Policy = "Delete"): Desired {
  return generated("mesh", { kind: peerAuthentication, name: "default", body: { spec: { mtls: { mode } } } }, policy);
}

export function tokenWatch(action = "Post", policy: Policy = "Delete"): Desired {
  const body = { spec: { kprobes: [{ call: "security_file_open", selectors: [{ matchActions: [{ action }] }] }] } };
  return generated("runtime", { kind: tracingPolicy, name: "baseline-token-read", body }, policy);
}

export function paymentsImages(value = "true", policy: Policy = "Delete"): Desired {
  const labels = { "policy.sigstore.dev/include": value };
  const metadata = { name: "payments", labels, annotations: { "securitybaseline.dev/deletion-policy": policy } };
  return {
    control: "images",
    kind: imageLabels,
    name: "payments",
    shared: true,
    manifest: { apiVersion: "v1", kind: "Namespace", metadata },
  };
}

export function signedImages(action = "Deny", policy: Policy = "Delete"): Desired {
  const body = { spec: { failurePolicy: "Fail", validationActions: [action], matchImageReferences: [{ glob: "ghcr.io/acme/*" }] } };
  return generated("images", { kind: imageValidatingPolicy, name: "signed-by-ci", body }, policy);
}

const OWNS: Readonly<Record<SectionName, readonly OwnedKind[]>> = {
  access: [role, roleBinding],
  admission: [admissionMark],
  breakGlass: [role, roleBinding],
  images: [imageLabels, imageValidatingPolicy],
  mesh: [linkerdPolicy, peerAuthentication],
  network: [networkPolicy],
  podSecurity: [namespace],
  runtime: [tracingPolicy],
  secrets: [sealedSecret, role],
  serviceAccounts: [serviceAccount],
};

export function section(control: SectionName, desired: readonly Desired[], mode: SectionInput["mode"] = "Enforce"): SectionInput {
  return { control, mode, owns: OWNS[control], desired };
}

export function retired(control: SectionName): RetiredSection {
  return { control, owns: OWNS[control] };
}

/** An inventory of a baseline that had these objects in place, as this process has seen. */
export function had(...objects: readonly Desired[]): Inventory {
  return new Inventory(new Map(objects.map(({ kind, name }) => [objectKey(kind, name), { uid: "before", seen: true }])), undefined);
}

/** An input with the defaults of a baseline and nothing in it. */
export function input(fields: Partial<PlanInput>): PlanInput {
  return {
    sections: [],
    retired: [],
    blocked: [],
    withheld: [],
    marks: false,
    adoptExisting: false,
    deletionPolicy: "Delete",
    live: [],
    inventory: EMPTY_INVENTORY,
    ...fields,
  };
}

/** Reads an object of a file as the API server reads it before a policy sees it, as far as policies of section `admission` look at it. PURE. */
import type { AdmissionSection } from "../api/baseline-admission.ts";
import type { KubernetesObject } from "../api/object.ts";
import { INGRESS_CLASS_ANNOTATION } from "../policies/admission/host-checks.ts";
import { STORAGE_CLASS_ANNOTATION } from "../policies/admission/storage-check.ts";

/** The object as a policy would see it; undefined for what is no object of Kubernetes, such as values of a Helm chart. */
export function sentObject(value: unknown): KubernetesObject | undefined {
  if (!isMap(value)) return undefined;
  const { apiVersion, kind, metadata = {} } = value;
  if (typeof apiVersion !== "string" || typeof kind !== "string" || !isMap(metadata)) return undefined;
  const object = withoutNulls({ ...value, metadata }) as KubernetesObject;
  return kind === "Pod" ? withToken(object) : object;
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A field without a value is absent. Without recursion: aliases of YAML make an object as deep as they like, or lead in circles. */
function withoutNulls(object: object): object {
  const copies = new Map<object, object>();
  const waiting: object[] = [];
  const copyOf = (value: unknown): unknown => {
    if (typeof value !== "object" || value === null) return value;
    const copy = copies.get(value) ?? (Array.isArray(value) ? [] : {});
    if (!copies.has(value)) waiting.push(value);
    copies.set(value, copy);
    return copy;
  };
  const copied = copyOf(object) as object;
  for (const value of waiting) {
    for (const [key, field] of Object.entries(value)) {
      // A key may be `__proto__`, which an assignment would obey.
      const property = { value: copyOf(field), writable: true, enumerable: true, configurable: true };
      if (field !== null || Array.isArray(value)) Object.defineProperty(copyOf(value), key, property);
    }
  }
  return copied;
}

/**
 * A pod that asks for a token gets a volume with it, whatever its ServiceAccount says. One that says nothing gets what its account says, which no file tells.
 * https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#serviceaccount
 */
function withToken(pod: KubernetesObject): KubernetesObject {
  const spec = pod["spec"];
  if (!isMap(spec) || spec["automountServiceAccountToken"] !== true) return pod;
  const { volumes = [], serviceAccountName = spec["serviceAccount"] } = spec;
  const token = { name: "kube-api-access", projected: { sources: [{ serviceAccountToken: { path: "token" } }] } };
  const mounted = Array.isArray(volumes) ? [...volumes, token] : volumes;
  return {
    ...pod,
    spec: { ...spec, volumes: mounted, ...(serviceAccountName !== undefined && { serviceAccountName }) },
  } as KubernetesObject;
}

/** A class that a cluster may give to objects which name none. */
interface DefaultClass {
  readonly kind: string;
  readonly field: string;
  /** Came before the field, and still counts. */
  readonly annotation?: string;
  readonly allowed: "storageClasses" | "ingressClasses" | "priorityClasses";
}

/** https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers: DefaultStorageClass, DefaultIngressClass, Priority. */
const DEFAULT_CLASSES: readonly DefaultClass[] = [
  {
    kind: "PersistentVolumeClaim",
    field: "storageClassName",
    annotation: STORAGE_CLASS_ANNOTATION,
    allowed: "storageClasses",
  },
  { kind: "Ingress", field: "ingressClassName", annotation: INGRESS_CLASS_ANNOTATION, allowed: "ingressClasses" },
  { kind: "Pod", field: "priorityClassName", allowed: "priorityClasses" },
];

/** The object with a class where a cluster may have a default one: which one it is no file tells, so it is taken to be one that the section admits. */
export function withDefaultClass(object: KubernetesObject, section: AdmissionSection): KubernetesObject {
  const found = DEFAULT_CLASSES.find(({ kind }) => kind === object.kind);
  const spec = object["spec"] ?? {};
  if (found === undefined || !isMap(spec)) return object;
  const { field, annotation = "", allowed } = found;
  const [admitted] = section[allowed] ?? [];
  const isNamed = spec[field] !== undefined || object.metadata?.annotations?.[annotation] !== undefined;
  return isNamed || admitted === undefined ? object : ({ ...object, spec: { ...spec, [field]: admitted } } as KubernetesObject);
}

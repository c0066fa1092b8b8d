/** Lists sections other than `STRICT`, each with objects that show what one of its fields means. */
import type { AdmissionSection } from "../../../../operator/api/baseline-admission.ts";
import type { KubernetesObject } from "../../../../operator/api/object.ts";
import { objectWith, podOf, withWeb } from "./objects.ts";

/** What a section admits, and what it says of the rest. */
export interface SectionRow {
  readonly reason: string;
  readonly section: AdmissionSection;
  readonly objects: readonly (readonly [object: KubernetesObject, says?: string])[];
}

const pod = (fields: object): KubernetesObject => objectWith("Pod", withWeb(fields), "");
const image = (name: string): KubernetesObject => pod({ image: name });
const service = (spec: object): KubernetesObject => ({ apiVersion: "v1", kind: "Service", spec: { ports: [{ port: 80 }], ...spec } });
const ingress = (host: string): KubernetesObject => {
  const backend = { service: { name: "web", port: { number: 80 } } };
  const rules = [{ host, http: { paths: [{ path: "/", pathType: "Prefix", backend }] } }];
  return { apiVersion: "networking.k8s.io/v1", kind: "Ingress", spec: { rules } };
};
const claim = (storageClassName: string): KubernetesObject => ({
  apiVersion: "v1",
  kind: "PersistentVolumeClaim",
  spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } }, storageClassName },
});
const statefulSet = (storageClassName?: string): KubernetesObject => {
  const object = objectWith("StatefulSet", podOf(), "");
  const claims = [
    {
      metadata: { name: "data" },
      spec: {
        accessModes: ["ReadWriteOnce"],
        resources: { requests: { storage: "1Gi" } },
        ...(storageClassName !== undefined && { storageClassName }),
      },
    },
  ];
  return { ...object, spec: { ...(object["spec"] as object), volumeClaimTemplates: claims } } as KubernetesObject;
};

const HUB = "which is not from docker.io/library or docker.io/acme";
const MANY = Array.from({ length: 6 }, (_, index) => `registry-${index}.example.com`);
const DIGEST = `sha256:${"b".repeat(64)}`;

export const SECTION_ROWS: readonly SectionRow[] = [
  {
    reason: "nothing is asked for",
    section: {},
    objects: [[image("nginx")], [service({ type: "NodePort" })], [ingress("evil.example.org")], [claim("fast")]],
  },
  {
    reason: "Docker Hub by all its names",
    section: { registries: ["docker.io/library", "docker.io/acme"] },
    objects: [
      [image("nginx")],
      [image("library/nginx")],
      [image("docker.io/nginx:1")],
      [image("index.docker.io/nginx:1")],
      [image("index.docker.io/library/nginx:1")],
      [image("acme/web@sha256:1")],
      [image("docker.io/acme/web:1")],
      [image("evil/web:1"), `container "web" uses evil/web:1, ${HUB}`],
      [image("docker.io/evil/web:1"), `container "web" uses docker.io/evil/web:1, ${HUB}`],
      [image("localhost/acme/web:1"), `container "web" uses localhost/acme/web:1, ${HUB}`],
      [image("docker.io.evil.org/acme/web:1"), `container "web" uses docker.io.evil.org/acme/web:1, ${HUB}`],
      [image("acme.evil.org/web:1"), `container "web" uses acme.evil.org/web:1, ${HUB}`],
    ],
  },
  {
    reason: "a registry on the machine itself",
    section: { registries: ["localhost", "[fd00::1]:5000/acme"] },
    objects: [
      [image("localhost/acme/web:1")],
      [image("[fd00::1]:5000/acme/web:1")],
      [image("localhost:5000/web:1"), 'container "web" uses localhost:5000/web:1, which is not from localhost or [fd00::1]:5000/acme'],
      [image("localhost"), 'container "web" uses localhost, which is not from localhost or [fd00::1]:5000/acme'],
    ],
  },
  {
    reason: "of many registries three are named",
    section: { registries: MANY },
    objects: [
      [image("registry-5.example.com/web:1")],
      [
        image("nginx:1"),
        'container "web" uses nginx:1, which is not from registry-0.example.com or registry-1.example.com or registry-2.example.com and 3 more',
      ],
    ],
  },
  {
    reason: "digests alone",
    section: { imageReference: "Digest" },
    objects: [
      [image(`nginx@${DIGEST}`)],
      [image(`nginx:1.27@${DIGEST}`)],
      [image("nginx:1.27"), 'container "web" uses nginx:1.27, which may be another image tomorrow: write a digest'],
      [image("nginx@sha256:abc"), 'container "web" uses nginx@sha256:abc, which may be another image tomorrow: write a digest'],
    ],
  },
  {
    reason: "every capability",
    section: { dropCapabilities: ["ALL"] },
    objects: [
      [pod({ securityContext: { capabilities: { drop: ["ALL"] } } })],
      [pod({}), 'container "web" must drop the capabilities ALL and add none of them'],
      [
        pod({ securityContext: { capabilities: { drop: ["ALL"], add: ["NET_BIND_SERVICE"] } } }),
        'container "web" must drop the capabilities ALL and add none of them',
      ],
    ],
  },
  {
    reason: "nobody has a token",
    section: { tokenAccounts: [] },
    objects: [
      [objectWith("Pod", podOf(), "")],
      [
        objectWith("Pod", podOf({ automountServiceAccountToken: true }), ""),
        "it mounts a token for the API server: set automountServiceAccountToken: false",
      ],
    ],
  },
  {
    reason: "the account default may, too, without being named in the pod",
    section: { tokenAccounts: ["default", "a", "b", "c", "d"] },
    objects: [[objectWith("Pod", podOf({ automountServiceAccountToken: undefined }), "")]],
  },
  {
    reason: "false and true ask for nothing where they only say what is so anyway",
    section: { readOnlyRootFilesystem: false, secretEnvironment: true, services: { externalIPs: true } },
    objects: [[pod({ securityContext: {}, envFrom: [{ secretRef: { name: "db" } }] })], [service({ externalIPs: ["203.0.113.7"] })]],
  },
  {
    reason: "no Service, host or claim at all",
    section: { services: { types: [] }, hostnames: [], storageClasses: [] },
    objects: [
      [service({}), "a Service of type ClusterIP is not allowed: remove it"],
      [ingress("pay.example.com"), 'the host "pay.example.com" is not allowed: name none'],
      [claim("standard"), 'storageClassName "standard" is not allowed: no claim is allowed'],
    ],
  },
  {
    reason: "two types of Services",
    section: { services: { types: ["ClusterIP", "LoadBalancer"] } },
    objects: [
      [service({ type: "LoadBalancer" })],
      [service({ type: "NodePort" }), "a Service of type NodePort is not allowed: use ClusterIP or LoadBalancer"],
      [service({ externalIPs: ["203.0.113.7"] })],
    ],
  },
  {
    reason: "claims that a StatefulSet will make",
    section: { storageClasses: ["standard"] },
    objects: [
      [statefulSet("standard")],
      [statefulSet()],
      [statefulSet("fast"), 'storageClassName "fast" is not allowed: use one of "standard"'],
    ],
  },
  {
    reason: "storage of the disk of the node",
    section: { resources: { limits: ["ephemeral-storage"], maximum: { "ephemeral-storage": "1Gi" } } },
    objects: [
      [pod({ resources: { limits: { "ephemeral-storage": "1Gi" } } })],
      [pod({ resources: {} }), 'container "web" states no resources.limits for ephemeral-storage'],
      [
        pod({ resources: { limits: { "ephemeral-storage": "1025Mi" } } }),
        'container "web" may use more than 1Gi of ephemeral-storage: set resources.limits to that or less',
      ],
    ],
  },
];

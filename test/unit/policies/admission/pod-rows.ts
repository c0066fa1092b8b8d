/** Lists pods at the edge of what the section `STRICT` admits, each beside what the API server says of it. */
import type { AdmissionCheck } from "../../../../operator/api/baseline-admission.ts";
import { podOf, type Template, web, withWeb } from "./objects.ts";

/** A pod, and the workloads that make such pods. */
export interface PodRow {
  readonly reason: string;
  readonly check: AdmissionCheck;
  readonly pod: Template;
  /** The one problem; undefined where there is none. */
  readonly says?: string;
  /** The same of a template, where it differs. */
  readonly ofTemplate?: string | undefined;
  /** Another check has something to say, too. */
  readonly isOfSeveral?: true;
}

const DIGEST = `sha256:${"a".repeat(64)}`;
const NOT_FROM = "which is not from registry.example.com:5000/payments or ghcr.io/acme";
const BECOMES = "which may be another image tomorrow: write a tag other than latest, or a digest";
const DROP = "must drop the capabilities NET_RAW, SYS_ADMIN and add none of them";
const WRITES = "may write to its own file system: set securityContext.readOnlyRootFilesystem: true, and mount volumes where it writes";
const TAKES = "takes environment variables from a Secret: mount it as a volume";
const TOKEN = "it mounts a token for the API server: set automountServiceAccountToken: false, or run it as controller";

type Line = readonly [reason: string, pod: Template, says?: string];

function rows(check: AdmissionCheck, lines: readonly Line[]): readonly PodRow[] {
  return lines.map(([reason, pod, says]) => ({ reason, check, pod, ...(says !== undefined && { says }) }));
}

const image = (name: string): Template => withWeb({ image: name });
const from = (name: string): string => `container "web" uses ${name}, ${NOT_FROM}`;
const sidecar = (fields: object) => podOf({ initContainers: [web({ name: "proxy", restartPolicy: "Always", ...fields })] });
const init = (fields: object) => podOf({ initContainers: [web({ name: "setup", ...fields })] });
const imageVolume = (reference: string) => podOf({ volumes: [{ name: "model", image: { reference } }] });

const REGISTRIES = rows("registries", [
  ["a path below an entry", image("ghcr.io/acme/team/web:1.2")],
  ["an entry itself", image("ghcr.io/acme:1.2")],
  ["an entry with a port", image("registry.example.com:5000/payments/api:1")],
  ["with tag and digest", image(`ghcr.io/acme/web:1.2@${DIGEST}`)],
  ["a short name is on Docker Hub", image("nginx:1.27"), from("nginx:1.27")],
  ["a name that begins like an entry", image("ghcr.io/acme-evil/web:1.2"), from("ghcr.io/acme-evil/web:1.2")],
  ["the host alone", image("ghcr.io/other/web:1.2"), from("ghcr.io/other/web:1.2")],
  ["the host without its port", image("registry.example.com/payments/api:1"), from("registry.example.com/payments/api:1")],
  ["another port", image("registry.example.com:5001/payments/api:1"), from("registry.example.com:5001/payments/api:1")],
  ["a host in upper case", image("GHCR.io/acme/web:1.2"), from("GHCR.io/acme/web:1.2")],
  ["an entry in the path", image("evil.example.com/ghcr.io/acme/web:1.2"), from("evil.example.com/ghcr.io/acme/web:1.2")],
  ["an entry in the tag", image("nginx:ghcr.io-acme"), from("nginx:ghcr.io-acme")],
  ["a blank in the path", image("ghcr.io/acme /web:1.2"), from("ghcr.io/acme /web:1.2")],
  ["an init container", init({ image: "docker.io/busybox:1" }), `container "setup" uses docker.io/busybox:1, ${NOT_FROM}`],
  ["a sidecar", sidecar({ image: "envoy:1" }), `container "proxy" uses envoy:1, ${NOT_FROM}`],
  [
    "a second container",
    podOf({ containers: [web(), web({ name: "log", image: "fluentd:1" })] }),
    `container "log" uses fluentd:1, ${NOT_FROM}`,
  ],
  ["a volume from an entry", imageVolume("ghcr.io/acme/model:3")],
  ["a volume that is an image", imageVolume("models:3"), `volume "model" uses models:3, ${NOT_FROM}`],
]);

const REFERENCES = rows("imageReference", [
  ["a digest alone", image(`ghcr.io/acme/web@${DIGEST}`)],
  ["latest with a digest", image(`ghcr.io/acme/web:latest@${DIGEST}`)],
  ["a tag that begins like latest", image("ghcr.io/acme/web:latest-1")],
  ["no tag", image("ghcr.io/acme/web"), `container "web" uses ghcr.io/acme/web, ${BECOMES}`],
  ["latest", image("ghcr.io/acme/web:latest"), `container "web" uses ghcr.io/acme/web:latest, ${BECOMES}`],
  [
    "a port is no tag",
    image("registry.example.com:5000/payments/api"),
    `container "web" uses registry.example.com:5000/payments/api, ${BECOMES}`,
  ],
  ["a digest that is none", image("ghcr.io/acme/web@latest"), `container "web" uses ghcr.io/acme/web@latest, ${BECOMES}`],
  ["a tag before a digest that is none", image("ghcr.io/acme/web:1@latest"), `container "web" uses ghcr.io/acme/web:1@latest, ${BECOMES}`],
  ["a sidecar", sidecar({ image: "ghcr.io/acme/proxy" }), `container "proxy" uses ghcr.io/acme/proxy, ${BECOMES}`],
  ["a volume", imageVolume("ghcr.io/acme/model"), `volume "model" uses ghcr.io/acme/model, ${BECOMES}`],
]);

const IN_TEMPLATE = " in the labels of its pod template";

const LABELS: readonly PodRow[] = [
  { reason: "another of the values", check: "requiredLabels", pod: podOf({}, { team: "ledger" }) },
  ...[
    {
      reason: "a label is missing",
      pod: podOf({}, { "app.kubernetes.io/name": undefined }),
      says: "the label app.kubernetes.io/name is missing",
    },
    {
      reason: "a label with values is missing",
      pod: podOf({}, { team: undefined }),
      says: "the label team must be one of payments, ledger",
    },
    { reason: "another value", pod: podOf({}, { team: "Payments" }), says: "the label team must be one of payments, ledger" },
    { reason: "an empty value", pod: podOf({}, { team: "" }), says: "the label team must be one of payments, ledger" },
  ].map((row) => ({ ...row, check: "requiredLabels" as const, ofTemplate: row.says + IN_TEMPLATE })),
];

const RESOURCES = rows("resources", [
  ["limits are requests, too", withWeb({ resources: { limits: { cpu: "1", memory: "1Gi" } } })],
  ["the highest limit", withWeb({ resources: { requests: { cpu: "1" }, limits: { cpu: "2000m", memory: "8192Mi" } } })],
  ["no requests", withWeb({ resources: { limits: { memory: "1Gi", cpu: "1" }, requests: {} } })],
  [
    "a request is missing",
    withWeb({ resources: { requests: { memory: "1Gi" }, limits: { memory: "1Gi" } } }),
    'container "web" states no resources.requests for cpu; container "web" may use more than 2 of cpu: set resources.limits to that or less',
  ],
  [
    "nothing at all",
    withWeb({ resources: undefined }),
    'container "web" states no resources.requests for cpu, memory; container "web" states no resources.limits for memory; container "web" may use more than 2 of cpu: set resources.limits to that or less',
  ],
  [
    "too much memory",
    withWeb({ resources: { limits: { cpu: "1", memory: "8193Mi" } } }),
    'container "web" may use more than 8Gi of memory: set resources.limits to that or less',
  ],
  [
    "too much in another unit",
    withWeb({ resources: { limits: { cpu: "2001m", memory: "9G" } } }),
    'container "web" may use more than 2 of cpu: set resources.limits to that or less; container "web" may use more than 8Gi of memory: set resources.limits to that or less',
  ],
  [
    "an init container",
    init({ resources: { limits: { cpu: "1" }, requests: { memory: "1Gi" } } }),
    'container "setup" states no resources.limits for memory',
  ],
  [
    "the whole pod states it",
    podOf({
      resources: { requests: { cpu: "1", memory: "1Gi" }, limits: { cpu: "2", memory: "2Gi" } },
      containers: [web({ resources: {} })],
    }),
  ],
  [
    "the whole pod may use too much",
    podOf({ resources: { limits: { cpu: "2", memory: "9Gi" } }, containers: [web({ resources: {} })] }),
    'container "web" may use more than 8Gi of memory: set resources.limits to that or less',
  ],
]);

const capabilities = (fields: object) => withWeb({ securityContext: { readOnlyRootFilesystem: true, capabilities: fields } });

const CAPABILITIES = rows("dropCapabilities", [
  ["all are dropped", capabilities({ drop: ["ALL"] })],
  ["others are added", capabilities({ drop: ["ALL"], add: ["NET_BIND_SERVICE"] })],
  ["one is not dropped", capabilities({ drop: ["NET_RAW"] }), `container "web" ${DROP}`],
  ["nothing is dropped", withWeb({ securityContext: { readOnlyRootFilesystem: true } }), `container "web" ${DROP}`],
  ["dropped in lower case", capabilities({ drop: ["net_raw", "sys_admin"] }), `container "web" ${DROP}`],
  ["dropped and added", capabilities({ drop: ["ALL"], add: ["NET_RAW"] }), `container "web" ${DROP}`],
  ["added in lower case", capabilities({ drop: ["ALL"], add: ["net_raw"] }), `container "web" ${DROP}`],
  ["added with a prefix", capabilities({ drop: ["ALL"], add: ["CAP_SYS_ADMIN"] }), `container "web" ${DROP}`],
  ["all are added", capabilities({ drop: ["NET_RAW", "SYS_ADMIN"], add: ["all"] }), `container "web" ${DROP}`],
  ["a sidecar", sidecar({ securityContext: { readOnlyRootFilesystem: true } }), `container "proxy" ${DROP}`],
]);

const DROPS = { capabilities: { drop: ["ALL"] } };

const FILESYSTEMS = rows("readOnlyRootFilesystem", [
  ["nothing is said", withWeb({ securityContext: DROPS }), `container "web" ${WRITES}`],
  ["false", withWeb({ securityContext: { ...DROPS, readOnlyRootFilesystem: false } }), `container "web" ${WRITES}`],
  ["an init container", init({ securityContext: DROPS }), `container "setup" ${WRITES}`],
  ["Windows has neither", podOf({ os: { name: "windows" }, containers: [web({ securityContext: undefined })] })],
  ["Linux has both", podOf({ os: { name: "linux" }, containers: [web({ securityContext: DROPS })] }), `container "web" ${WRITES}`],
]);

const SECRET_KEY = { name: "A", valueFrom: { secretKeyRef: { name: "db", key: "password" } } };

const ENVIRONMENTS = rows("secretEnvironment", [
  ["a value", withWeb({ env: [{ name: "A", value: "b" }] })],
  ["a ConfigMap", withWeb({ envFrom: [{ configMapRef: { name: "settings" } }] })],
  ["a field", withWeb({ env: [{ name: "A", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } }] })],
  ["a Secret as a volume", podOf({ volumes: [{ name: "db", secret: { secretName: "db" } }] })],
  ["a key of a Secret", withWeb({ env: [{ name: "B", value: "c" }, SECRET_KEY] }), `container "web" ${TAKES}`],
  ["a whole Secret", withWeb({ envFrom: [{ secretRef: { name: "db" } }] }), `container "web" ${TAKES}`],
  ["even if it may be absent", withWeb({ envFrom: [{ secretRef: { name: "db", optional: true } }] }), `container "web" ${TAKES}`],
  ["a sidecar", sidecar({ env: [SECRET_KEY] }), `container "proxy" ${TAKES}`],
]);

const tokenVolume = (token: object) =>
  podOf({ volumes: [{ name: "token", projected: { sources: [{ serviceAccountToken: { path: "token", ...token } }] } }] });

const TOKENS: readonly PodRow[] = [
  ...rows("tokenAccounts", [
    ["wished for", podOf({ automountServiceAccountToken: true }), TOKEN],
    ["projected", tokenVolume({}), TOKEN],
    ["projected for the API server by its name", tokenVolume({ audience: "https://kubernetes.default.svc" }), TOKEN],
    ["projected for somebody else", tokenVolume({ audience: "vault" })],
  ]),
  {
    reason: "nothing is said: a pod gets one, a template may not",
    check: "tokenAccounts",
    pod: podOf({ automountServiceAccountToken: undefined }),
    says: TOKEN,
    ofTemplate: undefined,
  },
  {
    reason: "of an account that may",
    check: "tokenAccounts",
    pod: podOf({ automountServiceAccountToken: true, serviceAccountName: "controller" }),
  },
];

const CLASSES: readonly PodRow[] = [
  ...rows("priorityClasses", [
    ["one of the classes", podOf({ priorityClassName: "payments-high" })],
    [
      "another",
      podOf({ priorityClassName: "system-node-critical" }),
      'priorityClassName "system-node-critical" is not one of "", "payments-high"',
    ],
  ]),
  ...rows("runtimeClasses", [
    ["one of the classes", podOf({ runtimeClassName: "gvisor" })],
    ["another", podOf({ runtimeClassName: "kata" }), 'runtimeClassName "kata" is not one of "", "gvisor"'],
  ]),
];

const SEVERAL: readonly PodRow[] = [
  {
    reason: "an image that some tool fills in",
    isOfSeveral: true,
    check: "registries",
    pod: image("auto"),
    says: `container "web" uses auto, ${NOT_FROM}; container "web" uses auto, ${BECOMES}`,
    ofTemplate: undefined,
  },
  {
    reason: "eight problems are told",
    check: "dropCapabilities",
    pod: podOf({ containers: "abcdefgh".split("").map((name) => web({ name, securityContext: { readOnlyRootFilesystem: true } })) }),
    says: "abcdefgh"
      .split("")
      .map((name) => `container "${name}" ${DROP}`)
      .join("; "),
  },
  {
    reason: "of nine problems three and their number",
    check: "dropCapabilities",
    pod: podOf({ containers: "abcdefghi".split("").map((name) => web({ name, securityContext: { readOnlyRootFilesystem: true } })) }),
    says: `container "a" ${DROP}; container "b" ${DROP}; container "c" ${DROP}; and 6 more`,
  },
];

export const POD_ROWS: readonly PodRow[] = [
  { reason: "what every check admits", check: "registries", pod: podOf() },
  ...REGISTRIES,
  ...REFERENCES,
  ...LABELS,
  ...RESOURCES,
  ...CAPABILITIES,
  ...FILESYSTEMS,
  ...ENVIRONMENTS,
  ...TOKENS,
  ...CLASSES,
  ...SEVERAL,
];

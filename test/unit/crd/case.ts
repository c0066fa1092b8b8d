/** Describes one row in the tables of specs that lint and a real API server must judge alike, and makes the objects for it. */

/** A refused spec beside the nearest one that is fine: together they show where the line is. */
export interface Case {
  /** Why the line is there. */
  readonly reason: string;
  readonly bad: object;
  readonly good: object;
  /** Path that lint names. */
  readonly at: string;
  /** What lint says; for a CEL rule the API server says the same. */
  readonly says: string;
  /** Words that the API server's refusal must hold where they are not `says`. */
  readonly server?: string;
}

/** A SecurityBaseline with this spec. */
export function baseline(spec: object): object {
  return { apiVersion: "securitybaseline.dev/v1alpha1", kind: "SecurityBaseline", metadata: { name: "baseline" }, spec };
}

const SELECTOR = { matchLabels: { app: "api" }, matchExpressions: [{ key: "tier", operator: "In", values: ["web"] }] };
const PORTS = [{ port: 8080, protocol: "TCP" }, { port: 1, endPort: 65535 }, { port: "metrics" }];
const PEERS = [
  { namespace: "db", pods: SELECTOR },
  { namespaceSelector: SELECTOR },
  { cidr: "10.0.0.0/8", except: ["10.20.0.0/24"] },
  { preset: "KubeAPI" },
];
const STORES = [
  {
    name: "vault",
    serviceAccount: "reader",
    vault: { server: "https://vault.example.com:8200/", path: "secret", version: "v1", mountPath: "k8s", role: "payments" },
  },
  {
    name: "aws",
    serviceAccount: "reader",
    aws: { service: "ParameterStore", region: "eu-central-1", role: "arn:aws:iam::123456789012:role/payments" },
  },
  { name: "gcp", serviceAccount: "reader", gcp: { projectID: "payments", clusterLocation: "europe-west1", clusterName: "main" } },
  {
    name: "azure",
    serviceAccount: "reader",
    azure: { vaultUrl: "https://payments.vault.azure.net", tenantId: "8a5c1d6e-0000-4000-8000-0123456789ab" },
  },
];
/** Of a pair that was made for this and thrown away. */
export const PUBLIC_KEY = [
  "-----BEGIN PUBLIC KEY-----",
  "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEzMCXLwMpitUq4RNqSEVH1H5Kd2pV",
  "aALSa8d523KLBH4U1i76XL9aIbdIXophDsub9w6dQg2HS9S0oa/9Y7as6A==",
  "-----END PUBLIC KEY-----",
  "",
].join("\n");
const METADATA = { labels: { team: "payments" }, annotations: { note: "rotated by hand" } };
const SECRETS = {
  mode: "Enforce",
  store: { kind: "ClusterSecretStore", name: "vault" },
  stores: STORES,
  externalSecrets: [
    {
      name: "db",
      store: { kind: "SecretStore", name: "vault" },
      refreshInterval: "1h30m",
      data: { password: { key: "payments/db", property: "password", version: "3" } },
      dataFrom: [
        { extract: { key: "payments/common", property: "all", version: "1" } },
        { find: { path: "payments", name: { regexp: "^db-" }, tags: { team: "payments" } } },
      ],
      target: {
        deletionPolicy: "Merge",
        immutable: true,
        template: { type: "Opaque", data: { url: "db://{{ .password }}" }, metadata: METADATA },
      },
    },
  ],
  secretProviderClasses: [
    { name: "files", provider: "vault", parameters: { roleName: "payments" } },
    {
      name: "tls",
      provider: "vault",
      secretObjects: [{ secretName: "tls", type: "kubernetes.io/tls", data: [{ objectName: "cert", key: "tls.crt" }] }],
    },
  ],
  sealedSecrets: [
    { name: "smtp", encryptedData: { password: "AgByc2VhbGVk" }, scope: "NamespaceWide", type: "Opaque", template: { metadata: METADATA } },
  ],
};

const ADMISSION = {
  mode: "Report",
  workloads: "Warn",
  registries: ["registry.example.com:5000/payments", "ghcr.io/acme"],
  imageReference: "Digest",
  requiredLabels: [{ key: "app.kubernetes.io/name" }, { key: "team", values: ["payments", "ledger"] }],
  resources: { requests: ["cpu", "memory"], limits: ["memory"], maximum: { memory: "8Gi" } },
  dropCapabilities: ["NET_RAW"],
  readOnlyRootFilesystem: true,
  secretEnvironment: false,
  tokenAccounts: ["controller"],
  priorityClasses: ["", "payments-high"],
  runtimeClasses: ["", "gvisor"],
  storageClasses: ["standard"],
  services: { types: ["ClusterIP"], externalIPs: false },
  hostnames: ["*.payments.example.com"],
  ingressClasses: ["nginx"],
  exemptions: [
    {
      name: "legacy-batch",
      checks: ["registries", "resources"],
      matchLabels: { app: "legacy-batch" },
      expires: "2027-03-31T00:00:00Z",
      reason: "the vendor is on Docker Hub only",
      owner: "payments-leads",
    },
  ],
};

/** A spec in which every field stands. */
export const FULL: object = {
  mode: "Enforce",
  adoptExisting: true,
  deletionPolicy: "Retain",
  access: {
    mode: "Report",
    roles: [{ name: "custom", groups: ["devs"], rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["get"], resourceNames: ["a"] }] }],
  },
  admission: ADMISSION,
  podSecurity: {
    mode: "Enforce",
    enforce: "baseline",
    audit: "restricted",
    warn: "restricted",
    version: "v1.36",
    auditVersion: "v1.37",
    warnVersion: "latest",
    onViolation: "Hold",
  },
  network: {
    mode: "Enforce",
    defaultDeny: ["Ingress"],
    allowDNS: false,
    dns: { namespace: "dns", pods: SELECTOR, cidrs: ["169.254.20.10/32"], ports: PORTS },
    ingress: [{ name: "in", pods: SELECTOR, from: PEERS, ports: PORTS }],
    egress: [{ name: "out", pods: SELECTOR, to: PEERS, ports: PORTS }],
  },
  serviceAccounts: {
    mode: "Enforce",
    automountDefaultToken: true,
    accounts: [{ name: "api", automountToken: true, annotations: { role: "api" }, imagePullSecrets: [{ name: "registry" }] }],
  },
  secrets: SECRETS,
  images: {
    mode: "Report",
    backend: "Kyverno",
    action: "Deny",
    onViolation: "Hold",
    signers: [
      {
        name: "ci",
        images: ["ghcr.io/acme/*", "docker.io/library/nginx"],
        keyless: {
          issuer: "https://token.actions.githubusercontent.com",
          subject: "https://github.com/acme/pay/release.yaml@refs/heads/main",
        },
      },
      { name: "vendor", images: ["registry.example.com:5000/vendor/app"], publicKey: PUBLIC_KEY },
    ],
  },
  mesh: {
    mode: "Report",
    provider: "Istio",
    mtls: "Strict",
    plaintextPorts: [{ name: "metrics", matchLabels: { app: "api" }, port: 9090 }],
    defaultDeny: true,
  },
  runtime: { mode: "Report", backend: "Tetragon", watch: ["TokenRead"], kill: ["SensitiveFileRead"] },
  breakGlass: {
    mode: "Enforce",
    profiles: [
      {
        name: "incident",
        role: "sb-incident-admin",
        requesters: { groups: ["oncall"] },
        approvers: { groups: ["leads"], required: 2, escalation: { after: "10m", groups: ["managers"] } },
        maxDuration: "1h",
        approvalTimeout: "30m",
        ticketPattern: "^INC-[0-9]+$",
        bypass: { allowed: true, groups: ["oncall"], maxDuration: "30m" },
        blockNextUntilReviewed: true,
      },
    ],
  },
};

/** A copy of an object in which the value at a printed path is another, or absent if that is undefined. */
export function edit(object: object, at: string, change: (value: unknown) => unknown): object {
  // Not structuredClone: that keeps shared parts shared, and an edit would show in all of them.
  const copy = JSON.parse(JSON.stringify(object));
  const path = at.replaceAll("[", ".").replaceAll("]", "").split(".");
  const last = path.pop() ?? "";
  const parent = path.reduce((value, segment) => (value as Record<string, Record<string, unknown>>)[segment] ?? {}, copy);
  parent[last] = change(parent[last]);
  return JSON.parse(JSON.stringify(copy));
}

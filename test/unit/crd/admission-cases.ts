/** Lists the sections `admission` at the edge of what the CRD allows. */
import type { Case } from "./case.ts";

const EXEMPTION = {
  name: "legacy-batch",
  checks: ["registries", "resources"],
  matchLabels: { app: "legacy-batch" },
  expires: "2027-03-31T00:00:00Z",
  reason: "the vendor is on Docker Hub only",
  owner: "payments-leads",
};

const admission = (fields: object) => ({ admission: fields });
const exempt = (fields: object) => admission({ exemptions: [{ ...EXEMPTION, ...fields }] });
const without = (field: keyof typeof EXEMPTION) => {
  const { [field]: _left, ...rest } = EXEMPTION;
  return admission({ exemptions: [rest] });
};

const TWICE = "an entry stands twice: write it once";
const NO_HOST = "without a host it is not known which registry is meant: write docker.io/acme, or registry.example.com:5000";
const NO_PREFIX = "not the beginning of an image's name: write a host and a path in lower case, without blanks, tag or digest";
const NO_NAME = "not a host name: write it in lower case, without protocol, port, path and blanks";
const NO_AMOUNT = "not an amount: write digits and a unit, such as 500m, 2 (with quotes), 512Mi or 8Gi";

/** One entry of a list, or one value: why, what is refused and what is not, and what is said. */
type Row = readonly [reason: string, bad: string, good: string, says: string];

const REGISTRIES: readonly Row[] = [
  ["a registry has no protocol", "https://ghcr.io", "ghcr.io", "no protocol is part of the name of an image: begin with the host"],
  ["what is below is meant already", "ghcr.io/acme/*", "ghcr.io/acme", "everything below an entry is meant already: leave out `*`"],
  ["a host may not be any", "*.azurecr.io", "acme.azurecr.io", "everything below an entry is meant already: leave out `*`"],
  ["a slash at the end", "ghcr.io/acme/", "ghcr.io/acme", 'an entry ends without "/": write ghcr.io/acme'],
  ["a path alone", "acme/app", "docker.io/acme/app", NO_HOST],
  ["the short name of an image", "nginx", "docker.io/library/nginx", NO_HOST],
  ["a path at the root", "/acme", "localhost/acme", NO_HOST],
  [
    "docker.io by its former name",
    "index.docker.io/acme",
    "docker.io/acme",
    "this is the registry docker.io under another name: write docker.io",
  ],
  ["docker.io by the name of its machine", "registry-1.docker.io", "docker.io", "this is the registry docker.io under another name"],
  ["a blank in it", "ghcr.io/ac me", "ghcr.io/ac-me", NO_PREFIX],
  ["a blank behind it", "ghcr.io/acme ", "ghcr.io/acme", NO_PREFIX],
  ["a line break behind it", "ghcr.io/acme\n", "ghcr.io/acme", NO_PREFIX],
  ["a blank before it", " ghcr.io", "ghcr.io", NO_PREFIX],
  ["a tag", "ghcr.io/acme/app:1.2", "ghcr.io/acme/app", NO_PREFIX],
  ["a digest", "ghcr.io/acme/app@sha256", "ghcr.io/acme/app", NO_PREFIX],
  ["a host in upper case", "GHCR.io/acme", "ghcr.io/acme", NO_PREFIX],
  ["a path in upper case", "ghcr.io/Acme", "ghcr.io/acme", NO_PREFIX],
  ["an empty part of the path", "ghcr.io//acme", "ghcr.io/acme", NO_PREFIX],
  ["a way up", "ghcr.io/acme/../evil", "ghcr.io/acme/a.b__c--d/evil", NO_PREFIX],
  ["a port that is no number", "registry.example.com:http/acme", "registry.example.com:5000/acme", NO_PREFIX],
  ["an address without brackets", "fd00::1/acme", "[fd00::1]:5000/acme", NO_PREFIX],
];

const HOSTNAMES: readonly Row[] = [
  ["a star in the middle", "api.*.example.com", "*.example.com", "`*` stands for the whole beginning of a name, once"],
  ["a star for a part", "api-*.example.com", "*.example.com", "`*` stands for the whole beginning of a name, once"],
  ["every host", "*", "*.com", "`*` stands for the whole beginning of a name, once"],
  ["two stars", "*.*.example.com", "*.example.com", "`*` stands for the whole beginning of a name, once"],
  ["a protocol", "https://a.example.com", "a.example.com", NO_NAME],
  ["a port", "a.example.com:443", "a.example.com", NO_NAME],
  ["a path", "a.example.com/pay", "a.example.com", NO_NAME],
  ["upper case", "A.example.com", "a.example.com", NO_NAME],
  ["a dot at the end", "a.example.com.", "a.example.com", NO_NAME],
  ["a blank", "a.example.com ", "a.example.com", NO_NAME],
  ["two names", "a.example.com,b.example.com", "a.example.com", NO_NAME],
  ["an underscore", "a_b.example.com", "a-b.example.com", NO_NAME],
];

const CAPABILITIES: readonly Row[] = [
  ["the kernel's prefix", "CAP_NET_RAW", "NET_RAW", "Kubernetes names capabilities without the prefix: write NET_RAW, not CAP_NET_RAW"],
  ["lower case", "net_raw", "NET_RAW", "capabilities have upper-case letters: write NET_RAW, or ALL for each"],
  ["a star", "*", "ALL", "capabilities have upper-case letters: write NET_RAW, or ALL for each"],
  ["a blank", "NET_RAW ", "NET_RAW", "capabilities have upper-case letters: write NET_RAW, or ALL for each"],
];

const AMOUNTS: readonly Row[] = [
  ["another unit", "8GB", "8G", NO_AMOUNT],
  ["a blank before the unit", "8 Gi", "8Gi", NO_AMOUNT],
  ["less than nothing", "-1Gi", "1Gi", NO_AMOUNT],
  ["a unit alone", "Gi", "1Gi", NO_AMOUNT],
  ["a unit in lower case", "8gi", "8Gi", NO_AMOUNT],
  ["an exponent", "1e3", "1000", NO_AMOUNT],
  ["digits on one side of the point only", "1.", "1.5", NO_AMOUNT],
  ["nothing", "0", "1m", "with a highest limit of nothing no container could run: write more than 0"],
  ["nothing, with a unit", "0.0Gi", "0.1Gi", "with a highest limit of nothing no container could run: write more than 0"],
];

function rows(table: readonly Row[], at: string, spec: (value: string) => object): readonly Case[] {
  return table.map(([reason, bad, good, says]) => ({
    reason: `${at}: ${reason}`,
    bad: admission(spec(bad)),
    good: admission(spec(good)),
    at: `spec.admission.${at}`,
    says,
  }));
}

/** Lists of plain values, with two that are fine. */
const LISTS: readonly (readonly [at: string, one: string, other: string, wrap: (list: readonly string[]) => object])[] = [
  ["registries", "ghcr.io", "docker.io", (registries) => ({ registries })],
  ["dropCapabilities", "NET_RAW", "MKNOD", (dropCapabilities) => ({ dropCapabilities })],
  ["tokenAccounts", "controller", "reader", (tokenAccounts) => ({ tokenAccounts })],
  ["priorityClasses", "", "high", (priorityClasses) => ({ priorityClasses })],
  ["runtimeClasses", "", "gvisor", (runtimeClasses) => ({ runtimeClasses })],
  ["storageClasses", "", "standard", (storageClasses) => ({ storageClasses })],
  ["ingressClasses", "", "nginx", (ingressClasses) => ({ ingressClasses })],
  ["hostnames", "a.example.com", "*.a.example.com", (hostnames) => ({ hostnames })],
  ["services.types", "ClusterIP", "NodePort", (types) => ({ services: { types } })],
  ["resources.requests", "cpu", "memory", (requests) => ({ resources: { requests } })],
  ["resources.limits", "cpu", "ephemeral-storage", (limits) => ({ resources: { limits } })],
  ["requiredLabels[0].values", "a", "b", (values) => ({ requiredLabels: [{ key: "team", values }] })],
  ["exemptions[0].checks", "registries", "services", (checks) => ({ exemptions: [{ ...EXEMPTION, checks }] })],
];

const DUPLICATES: readonly Case[] = LISTS.map(([at, one, other, wrap]) => ({
  reason: `${at}: the same twice`,
  bad: admission(wrap([one, other, one])),
  good: admission(wrap([one, other])),
  at: `spec.admission.${at}`,
  says: TWICE,
}));

/** Empty, these would stop every pod; of other lists an empty one is nobody's. */
const NEVER_EMPTY = ["registries", "dropCapabilities", "priorityClasses", "runtimeClasses", "resources.requests", "resources.limits"];

const EMPTY: readonly Case[] = LISTS.filter(([at]) => NEVER_EMPTY.includes(at)).map(([at, one, , wrap]) => ({
  reason: `${at}: nothing is no list of it`,
  bad: admission(wrap([])),
  good: admission(wrap([one])),
  at: `spec.admission.${at}`,
  says: "too few entries: write at least 1, or leave the list out",
  server: `spec.admission.${at}`,
}));

const REQUIRED: readonly Case[] = (["name", "checks", "matchLabels", "expires", "reason", "owner"] as const).map((field) => ({
  reason: `nothing is exempt without ${field}`,
  bad: without(field),
  good: exempt({}),
  at: `spec.admission.exemptions[0].${field}`,
  says: "required",
  server: `spec.admission.exemptions[0]`,
}));

const TIMES = [
  "2027-03-31",
  "2027-03-31T00:00Z",
  "2027-03-31t00:00:00z",
  "2027-03-31 00:00:00Z",
  "2027-03-31T00:00:00",
  "0000-03-31T00:00:00Z",
];

const EXPIRIES: readonly Case[] = [...TIMES, "2027-13-31T00:00:00Z", "2027-03-31T00:00:00+24:00", "never"].map((expires) => ({
  reason: `an end is a time: ${JSON.stringify(expires)}`,
  bad: exempt({ expires }),
  good: exempt({ expires: "2027-03-31T02:00:00.5+02:00" }),
  at: "spec.admission.exemptions[0].expires",
  says: `${JSON.stringify(expires)} `,
  server: "spec.admission.exemptions[0].expires",
}));

const OTHERS: readonly Case[] = [
  {
    reason: "an exemption is from checks that there are",
    bad: exempt({ checks: ["registry"] }),
    good: exempt({ checks: ["registries"] }),
    at: "spec.admission.exemptions[0].checks[0]",
    says: '"registry" is not allowed: write dropCapabilities',
    server: "spec.admission.exemptions[0].checks[0]: Unsupported value",
  },
  {
    reason: "an exemption for everything is none",
    bad: exempt({ matchLabels: {} }),
    good: exempt({ matchLabels: { app: "" } }),
    at: "spec.admission.exemptions[0].matchLabels",
    says: "without a label it would hold for everything: write the labels that the objects have",
  },
  {
    reason: "labels of an exemption are labels",
    bad: exempt({ matchLabels: { "a b": "c" } }),
    good: exempt({ matchLabels: { "example.com/a-b": "c" } }),
    at: "spec.admission.exemptions[0].matchLabels",
    says: "not a label key: write a name of at most 63 letters",
  },
  {
    reason: "two exemptions have two names",
    bad: admission({ exemptions: [EXEMPTION, EXEMPTION] }),
    good: admission({ exemptions: [EXEMPTION, { ...EXEMPTION, name: "other" }] }),
    at: "spec.admission.exemptions[1]",
    says: 'duplicate name "legacy-batch": write it once',
    server: "spec.admission.exemptions[1]: Duplicate value",
  },
  {
    reason: "a label is asked for once",
    bad: admission({ requiredLabels: [{ key: "team" }, { key: "team", values: ["a"] }] }),
    good: admission({ requiredLabels: [{ key: "team" }, { key: "app", values: ["a", ""] }] }),
    at: "spec.admission.requiredLabels[1]",
    says: 'duplicate key "team": write it once',
    server: "spec.admission.requiredLabels[1]: Duplicate value",
  },
  {
    reason: "a label that cannot be is asked of nobody",
    bad: admission({ requiredLabels: [{ key: "team name" }] }),
    good: admission({ requiredLabels: [{ key: "example.com/team_name" }] }),
    at: "spec.admission.requiredLabels[0].key",
    says: '"team name" does not fit: Which label. At most 63 letters',
    server: "spec.admission.requiredLabels[0].key",
  },
  {
    reason: "resources without a rule",
    bad: admission({ resources: {} }),
    good: admission({ resources: { maximum: { cpu: "2" } } }),
    at: "spec.admission.resources",
    says: "a section without a rule does nothing: write `requests`, `limits` or `maximum`",
  },
  {
    reason: "Services without a rule",
    bad: admission({ services: {} }),
    good: admission({ services: { externalIPs: false } }),
    at: "spec.admission.services",
    says: "a section without a rule does nothing: write `types` or `externalIPs`",
  },
  {
    reason: "a highest limit of what has none",
    bad: admission({ resources: { maximum: { "nvidia.com/gpu": "1" } } }),
    good: admission({ resources: { maximum: { "ephemeral-storage": "1Gi" } } }),
    at: "spec.admission.resources.maximum",
    says: "only cpu, memory and ephemeral-storage have a highest limit: remove the others",
  },
  {
    reason: "an amount without quotes is a number",
    bad: admission({ resources: { maximum: { cpu: 2 } } }),
    good: admission({ resources: { maximum: { cpu: "2" } } }),
    at: "spec.admission.resources.maximum.cpu",
    says: "must be a string, not a number: write it with quotes",
    server: "spec.admission.resources.maximum.cpu",
  },
  {
    reason: "a class has the name of an object",
    bad: admission({ priorityClasses: ["Payments"] }),
    good: admission({ priorityClasses: ["", "system-cluster-critical"] }),
    at: "spec.admission.priorityClasses[0]",
    says: '"Payments" does not fit: Name of a class',
    server: "spec.admission.priorityClasses[0]",
  },
  {
    reason: "an account has the name of an object",
    bad: admission({ tokenAccounts: ["payments:controller"] }),
    good: admission({ tokenAccounts: [] }),
    at: "spec.admission.tokenAccounts[0]",
    says: '"payments:controller" does not fit',
    server: "spec.admission.tokenAccounts[0]",
  },
  {
    reason: "a misspelt check would check nothing",
    bad: admission({ registry: ["ghcr.io"] }),
    good: admission({}),
    at: "spec.admission.registry",
    says: 'unknown field "registry": known are mode',
    server: 'unknown field "spec.admission.registry"',
  },
  {
    reason: "as long as a capability's name is",
    bad: admission({ dropCapabilities: ["A".repeat(64)] }),
    good: admission({ dropCapabilities: ["A".repeat(63)] }),
    at: "spec.admission.dropCapabilities[0]",
    says: "too long: write at most 63 characters",
    server: "spec.admission.dropCapabilities[0]",
  },
  {
    reason: "as long as an amount is",
    bad: admission({ resources: { maximum: { cpu: "1".repeat(33) } } }),
    good: admission({ resources: { maximum: { cpu: "1".repeat(32) } } }),
    at: "spec.admission.resources.maximum.cpu",
    says: "too long: write at most 32 characters",
    server: "spec.admission.resources.maximum.cpu",
  },
];

export const ADMISSION_CASES: readonly Case[] = [
  ...rows(REGISTRIES, "registries[0]", (entry) => ({ registries: [entry] })),
  ...rows(HOSTNAMES, "hostnames[0]", (entry) => ({ hostnames: [entry] })),
  ...rows(CAPABILITIES, "dropCapabilities[0]", (entry) => ({ dropCapabilities: [entry] })),
  ...rows(AMOUNTS, "resources.maximum.cpu", (cpu) => ({ resources: { maximum: { cpu } } })),
  ...DUPLICATES,
  ...EMPTY,
  ...REQUIRED,
  ...EXPIRIES,
  ...OTHERS,
];

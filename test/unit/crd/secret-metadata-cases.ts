/** Lists the labels and annotations at the edge of what section `secrets` allows on the Secrets that it has made. */
import type { Case } from "./case.ts";

type Maps = Readonly<Record<string, unknown>>;

/** One of the places at which labels and annotations are asked for. */
interface Place {
  readonly of: string;
  readonly at: string;
  readonly spec: (metadata: Maps) => object;
}

const EXTERNAL: Place = {
  of: "of an external secret",
  at: "spec.secrets.externalSecrets[0].target.template.metadata",
  spec: (metadata) => ({
    secrets: {
      store: { kind: "ClusterSecretStore", name: "vault" },
      externalSecrets: [{ name: "db", data: { password: { key: "payments/db" } }, target: { template: { metadata } } }],
    },
  }),
};

const SEALED: Place = {
  of: "of a sealed secret",
  at: "spec.secrets.sealedSecrets[0].template.metadata",
  spec: (metadata) => ({
    secrets: { sealedSecrets: [{ name: "smtp", encryptedData: { password: "AgByc2VhbGVk" }, template: { metadata } }] },
  }),
};

const PLACES = [EXTERNAL, SEALED];
const MAPS = ["labels", "annotations"] as const;

const NOT_A_KEY =
  'not a key of a label or annotation: write a name of at most 63 letters, digits, "-", "_" and ".", after a DNS name and "/" if needed, with at most 253 characters in all';
const OF_OTHERS =
  "keys of kubernetes.io, k8s.io, securitybaseline.dev, external-secrets.io and sealedsecrets.bitnami.com tell controllers what to do: write keys of another domain, or of app.kubernetes.io apart from managed-by";
const NO_TEMPLATE = 'an annotation is shown where values of a Secret are not, so no template is filled in: write plain text without "{{"';
const NOT_A_VALUE = "Letters, digits, `-`, `_` and `.`, beginning and ending with a letter or digit; or empty.";

/** Rows on a key, for labels and annotations of both kinds. */
const KEY_CASES: readonly Case[] = PLACES.flatMap(({ of, at, spec }) =>
  MAPS.flatMap((map) =>
    [...notKeys().map((row) => [...row, NOT_A_KEY] as const), ...notOurs().map((row) => [...row, OF_OTHERS] as const)].map(
      ([bad, good, reason, says]): Case => ({
        reason: `${map} ${of}: ${reason}`,
        bad: spec({ [map]: { [bad]: "x" } }),
        good: spec({ [map]: { [good]: "x" } }),
        at: `${at}.${map}`,
        says,
      }),
    ),
  ),
);

const VALUE_CASES: readonly Case[] = PLACES.flatMap(({ of, at, spec }): readonly Case[] => [
  ...[
    ["{{ .password }}", "password", "a template would show a value"],
    ["two words", "two-words", "a space"],
    ["-a", "a", "a hyphen in front"],
  ].map(([bad, good, reason]) => ({
    reason: `the value of a label ${of}: ${reason}`,
    bad: spec({ labels: { team: bad } }),
    good: spec({ labels: { team: good } }),
    at: `${at}.labels.team`,
    says: NOT_A_VALUE,
    server: `${at}.labels.team`,
  })),
  ...[
    ["{{ .password }}", "{ .password }", "a template would show a value"],
    ["for {{upper .user}}", "for all\nof us {}}", "a template within text"],
  ].map(([bad, good, reason]) => ({
    reason: `the value of an annotation ${of}: ${reason}`,
    bad: spec({ annotations: { note: bad } }),
    good: spec({ annotations: { note: good } }),
    at: `${at}.annotations.note`,
    says: NO_TEMPLATE,
  })),
  {
    reason: `a finalizer ${of} would keep the Secret from ever going`,
    bad: spec({ finalizers: ["example.com/keep"] }),
    good: spec({}),
    at: `${at}.finalizers`,
    says: 'unknown field "finalizers": known are labels, annotations',
    server: `unknown field "${at}.finalizers"`,
  },
]);

export const SECRET_METADATA_CASES: readonly Case[] = [...KEY_CASES, ...VALUE_CASES];

/** Each: refused, nearest allowed, reason. */
function notKeys(): [string, string, string][] {
  return [
    ["", "a", "an empty key"],
    ["example.com/", "example.com/a", "a domain without a name"],
    ["/team", "a/team", "a name without the domain before the slash"],
    ["example.com/a/b", "example.com/a.b", "two slashes"],
    ["Example.com/team", "example.com/Team", "a capital letter in the domain"],
    ["example..com/team", "example.com/team", "an empty part of the domain"],
    ["-example.com/team", "e-xample.com/team", "a domain that begins with a hyphen"],
    ["example-.com/team", "example--a.com/team", "a part of the domain that ends with a hyphen"],
    ["te am", "te_am", "a space"],
    ["team\n", "team", "a line break at the end"],
    ["_team", "t_eam", "an underscore in front"],
    ["n".repeat(64), "n".repeat(63), "a name too long"],
    [`${"d".repeat(250)}/abc`, `${"d".repeat(250)}/ab`, "a key too long"],
  ];
}

/** Each: refused, nearest allowed, reason. */
function notOurs(): [string, string, string][] {
  return [
    ["kubernetes.io/service-account.name", "service-account.name", "a Secret that stands for an account"],
    ["kubectl.kubernetes.io/last-applied-configuration", "kubernetes.example.com/last-applied", "a domain below that of Kubernetes"],
    ["app.kubernetes.io/managed-by", "app.kubernetes.io/managed", "the tool that manages an object"],
    ["x.app.kubernetes.io/name", "app.kubernetes.io/name", "a domain below that of applications"],
    ["k8s.io/x", "strimzi.io/cluster", "the short domain of Kubernetes"],
    ["secrets-store.csi.k8s.io/managed", "cluster.x-k8s.io/cluster-name", "a Secret of another controller"],
    ["a.k8s.io/x", "reflector.v1.k8s.emberstack.com/reflection-allowed", "a domain below that, however it begins"],
    ["securitybaseline.dev/control", "mysecuritybaseline.dev/control", "an object of a baseline"],
    ["x.securitybaseline.dev/control", "securitybaseline.dev.example.com/control", "a domain below ours"],
    ["external-secrets.io/x", "argocd.argoproj.io/secret-type", "the domain of External Secrets"],
    ["reconcile.external-secrets.io/managed", "external-secrets.example.com/managed", "a Secret that External Secrets looks after"],
    ["sealedsecrets.bitnami.com/managed", "bitnami.com/managed", "a Secret that Sealed Secrets may overwrite"],
    ["x.sealedsecrets.bitnami.com/patch", "x.bitnami.com/patch", "a domain below that of Sealed Secrets"],
  ];
}

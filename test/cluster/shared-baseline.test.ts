/** Proves that what one applies is what counts, also where somebody else has edited the same baseline; and what becomes of entries that others add. */
import { expect } from "chai";
import type { SecurityBaselineSpec } from "../../operator/api/baseline.ts";
import { baselineRef } from "../support/baselines.ts";
import { admin, freshNamespace } from "../support/cluster.ts";
import { installOperatorManifests } from "../support/installation.ts";

/** Field manager of a GitOps tool, and of a person at a user interface. */
const GITOPS = "argocd-controller";
const PERSON = "dashboard";

interface Edited {
  readonly what: string;
  /** What GitOps applies. */
  readonly applied: SecurityBaselineSpec;
  /** What a person makes of it, by a merge patch. */
  readonly edit: object;
  /** What GitOps applies next; default: the same. */
  readonly next?: SecurityBaselineSpec;
  /** What its section says in the end. */
  readonly result: object;
}

const viewers = (...groups: string[]): SecurityBaselineSpec => ({ access: { roles: [{ name: "app-viewer", groups }] } });
const flow = (app: string) => ({ name: "in", pods: { matchLabels: { app } }, from: [{ preset: "SameNamespace" as const }] });
const secret = {
  name: "db",
  refreshInterval: "1h",
  store: { kind: "SecretStore" as const, name: "vault" },
  target: { deletionPolicy: "Retain" as const, immutable: false },
};

const EDITS: readonly Edited[] = [
  {
    what: "a group that somebody added to a role goes",
    applied: viewers("support"),
    edit: { access: { roles: [{ name: "app-viewer", groups: ["support", "everybody"] }] } },
    result: viewers("support"),
  },
  {
    what: "a group that was taken out of a role goes, also where somebody else wrote the same list",
    applied: viewers("support", "leavers"),
    edit: { access: { roles: [{ name: "app-viewer", groups: ["leavers", "support"] }] } },
    next: viewers("support"),
    result: viewers("support"),
  },
  {
    what: "directions that the API server filled in give way to those that are written",
    applied: { network: {} },
    edit: {},
    next: { network: { defaultDeny: ["Ingress"] } },
    result: { network: { allowDNS: true, defaultDeny: ["Ingress"] } },
  },
  {
    what: "addresses that somebody added go",
    applied: { network: { dns: { cidrs: ["169.254.20.10/32"] } } },
    edit: { network: { dns: { cidrs: ["169.254.20.10/32", "203.0.113.7/32"] } } },
    result: { network: { allowDNS: true, defaultDeny: ["Ingress", "Egress"], dns: { cidrs: ["169.254.20.10/32"] } } },
  },
  {
    what: "a label that somebody added to a selector goes",
    applied: { network: { ingress: [flow("api")] } },
    edit: { network: { ingress: [{ ...flow("api"), pods: { matchLabels: { app: "api", tier: "web" } } }] } },
    result: { network: { allowDNS: true, defaultDeny: ["Ingress", "Egress"], ingress: [flow("api")] } },
  },
  {
    what: "a key that somebody added to a secret goes",
    applied: { secrets: { externalSecrets: [{ ...secret, data: { password: { key: "db" } } }] } },
    edit: { secrets: { externalSecrets: [{ ...secret, data: { password: { key: "db" }, more: { key: "everything" } } }] } },
    result: { secrets: { externalSecrets: [{ ...secret, data: { password: { key: "db" } } }] } },
  },
  {
    what: "an entry of another name stays: it is its author's, until they take it away",
    applied: viewers("support"),
    edit: {
      access: {
        roles: [
          { name: "app-viewer", groups: ["support"] },
          { name: "app-deployer", groups: ["everybody"] },
        ],
      },
    },
    result: {
      access: {
        roles: [
          { name: "app-viewer", groups: ["support"] },
          { name: "app-deployer", groups: ["everybody"] },
        ],
      },
    },
  },
];

describe("a baseline that somebody else edits, too", () => {
  before(installOperatorManifests);

  for (const { what, applied, edit, next = applied, result } of EDITS) {
    it(what, async () => {
      const namespace = await freshNamespace("shared");
      const apply = (spec: SecurityBaselineSpec) => {
        const { apiVersion, kind, name } = baselineRef(namespace);
        return admin().apply({ apiVersion, kind, metadata: { namespace, name }, spec }, { manager: GITOPS, force: true });
      };
      await apply(applied);
      await admin().mergePatch(baselineRef(namespace), { spec: edit }, { manager: PERSON });
      await apply(next);
      const { spec } = await admin().get<{ spec: Readonly<Record<string, unknown>> }>(baselineRef(namespace));
      for (const [section, value] of Object.entries(result)) expect(spec[section], section).to.deep.equal(value);
    });
  }
});

/** Proves what waits for which kind: readiness, looks at namespaces, and the sections that ask for kinds of other projects. */
import { expect } from "chai";
import type { SecurityBaseline, SecurityBaselineSpec } from "../../../operator/api/baseline.ts";
import { namespacePosture } from "../../../operator/api/postures.ts";
import type { BreakGlassStanding } from "../../../operator/controls/control.ts";
import { type Caches, createCaches, notSynced } from "../../../operator/reconcile/caches.ts";
import { sectionsOf, withoutKind } from "../../../operator/reconcile/snapshot.ts";
import { settle } from "../../support/manual-clock.ts";
import { PretendCluster } from "../../support/pretend-cluster.ts";

const EXTERNAL_SECRETS = { apiVersion: "external-secrets.io/v1" };
const SEALED_SECRETS = { apiVersion: "bitnami.com/v1alpha1" };

const SPEC = {
  access: { roles: [{ name: "app-viewer", groups: ["devs"] }] },
  secrets: {
    store: { kind: "SecretStore", name: "vault" },
    externalSecrets: [{ name: "db", data: { password: { key: "payments/db" } } }],
    sealedSecrets: [{ name: "smtp", encryptedData: { password: "AgB1" } }],
  },
} as const satisfies SecurityBaselineSpec;

const NOT_SERVED = (kind: string): string => `${kind} is not served by this cluster: install its operator, or remove it from spec.secrets`;

describe("the caches", () => {
  let cluster: PretendCluster;
  let caches: Caches;
  let stop: AbortController;
  let running: Promise<void>;
  let changes: string[];

  const start = async (): Promise<void> => {
    const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
    caches = createCaches(cluster, log, {
      changed: (namespace, priority) => changes.push(`${namespace} ${priority}`),
      changedForAll: () => changes.push("all"),
    });
    running = caches.run(stop.signal);
    await settle();
  };

  beforeEach(() => {
    cluster = new PretendCluster();
    stop = new AbortController();
    changes = [];
  });

  afterEach(async () => {
    stop.abort();
    await running;
  });

  const sections = (mode: "Enforce" | "Report" = "Enforce", asked: SecurityBaselineSpec = SPEC, breakGlass?: BreakGlassStanding) => {
    const metadata = { name: "baseline", namespace: "payments", uid: "b" };
    const baseline: SecurityBaseline = {
      apiVersion: "securitybaseline.dev/v1alpha1",
      kind: "SecurityBaseline",
      metadata,
      spec: { ...asked, mode },
    };
    const entry = { namespace: "payments", name: "baseline", uid: "b", resourceVersion: "1", posture: namespacePosture, home: "payments" };
    return sectionsOf({ caches, breakGlass }, { ...entry, baseline, generation: 1 }).used;
  };
  const told = (): unknown =>
    sections().map(({ control, desired, present, lacking, blocked }) => ({
      control: control.name,
      desired: desired.length,
      present: present.map(({ kind }) => kind.kind),
      lacking: lacking?.message,
      blocked: blocked?.message,
    }));
  const ACCESS = { control: "access", desired: 2, present: ["Role", "RoleBinding"], lacking: undefined, blocked: undefined };

  it("are ready without the kinds of other projects, and do not ask for them", async () => {
    await start();
    expect(notSynced(caches)).to.equal(undefined);
    expect(cluster.asked.toSorted((a, b) => (a < b ? -1 : 1))).to.deep.equal([
      "apiservices",
      "clustersecuritybaselines",
      "endpointslices",
      "namespaces",
      "networkpolicies",
      "rolebindings",
      "roles",
      "securitybaselines",
      "serviceaccounts",
    ]);
  });

  it("are not ready before the kinds are known that may be absent", async () => {
    cluster.silent.add("apiservices");
    await start();
    expect(notSynced(caches)).to.equal("apiservices are not listed yet");
  });

  it("are not ready while a kind is there and not listed", async () => {
    cluster.silent.add("sealedsecrets");
    cluster.serve(SEALED_SECRETS);
    await start();
    expect(notSynced(caches)).to.equal("sealedsecrets are not listed yet");
  });

  it("do not wait for a kind that its group does not have", async () => {
    cluster.absent.add("externalsecrets");
    cluster.serve(EXTERNAL_SECRETS);
    await start();
    expect(notSynced(caches)).to.equal(undefined);
    expect(cluster.watched).to.include("secretstores");
  });

  it("let emergency access wait until it is known how the installation of it stands, and nothing else", async () => {
    await start();
    const asked: SecurityBaselineSpec = { access: { roles: [] }, breakGlass: {} };
    const blocked = (standing?: BreakGlassStanding): unknown => sections("Enforce", asked, standing).map((one) => one.blocked?.message);
    expect(blocked()).to.deep.equal([undefined, "it is not known yet how the installation of emergency access stands"]);
    expect(blocked({ allowedRoles: [], presentRoles: [], maxDuration: 3600, obstacle: undefined })).to.deep.equal([undefined, undefined]);
  });

  describe("let a section ask for kinds of other projects", () => {
    it("that are absent: each is told, and nothing else of the baseline waits", async () => {
      await start();
      expect(told()).to.deep.equal([
        ACCESS,
        {
          control: "secrets",
          desired: 2,
          present: [],
          lacking: `${NOT_SERVED("ExternalSecret (external-secrets.io/v1)")}; ${NOT_SERVED("SealedSecret (bitnami.com/v1alpha1)")}`,
          blocked: undefined,
        },
      ]);
    });

    it("of which one is there: the other alone is told", async () => {
      cluster.serve(SEALED_SECRETS);
      await start();
      expect(told()).to.deep.equal([
        ACCESS,
        {
          control: "secrets",
          desired: 2,
          present: ["SealedSecret"],
          lacking: NOT_SERVED("ExternalSecret (external-secrets.io/v1)"),
          blocked: undefined,
        },
      ]);
    });

    it("of which the objects are those that went with their kind", async () => {
      cluster.serve(SEALED_SECRETS);
      await start();
      expect(withoutKind({ used: sections(), retired: [] }).map(({ kind, name }) => `${kind.kind} ${name}`)).to.deep.equal([
        "ExternalSecret db",
      ]);
    });

    it("that are all there: nothing is lacking, though others that nobody asks for are absent", async () => {
      cluster.serve(SEALED_SECRETS);
      cluster.serve(EXTERNAL_SECRETS);
      await start();
      expect(sections().map(({ lacking }) => lacking)).to.deep.equal([undefined, undefined]);
    });

    it("that are there and not listed: that is told, and not that they are absent", async () => {
      cluster.silent.add("sealedsecrets");
      cluster.serve(SEALED_SECRETS);
      cluster.serve(EXTERNAL_SECRETS);
      await start();
      expect(sections()[1]?.lacking?.message).to.equal("SealedSecret (bitnami.com/v1alpha1) cannot be looked at: it is not listed yet");
    });

    it("while nobody knows what is there: that is told", async () => {
      cluster.silent.add("apiservices");
      await start();
      expect(sections()[1]?.lacking?.message).to.match(
        /^ExternalSecret \(external-secrets.io\/v1\) cannot be looked at: it is not listed yet; /,
      );
    });

    it("and block it only for kinds that every cluster has", async () => {
      cluster.silent.add("roles");
      cluster.serve(SEALED_SECRETS);
      await start();
      expect(sections().map(({ blocked }) => blocked?.reason)).to.deep.equal(["BackendUnavailable", "BackendUnavailable"]);
    });
  });

  describe("ask for a look", () => {
    const baseline = (annotations: Record<string, string>) => ({
      metadata: { namespace: "payments", name: "baseline", generation: 1, annotations },
      spec: {},
    });

    beforeEach(async () => {
      cluster.serve(SEALED_SECRETS);
      cluster.serve(EXTERNAL_SECRETS);
      cluster.put("securitybaselines", baseline({ "securitybaseline.dev/refresh": "1" }));
      cluster.put("sealedsecrets", { metadata: { namespace: "payments", name: "smtp" }, spec: { encryptedData: {} } });
      cluster.put("clustersecretstores", { metadata: { name: "vault" } });
      await start();
      changes = [];
    });

    const synced = { conditions: [{ type: "Synced", status: "True" }] };
    const ready = { conditions: [{ type: "Ready", status: "True", reason: "Valid" }] };
    const cases: readonly { readonly reason: string; readonly act: () => void; readonly want: readonly string[] }[] = [
      {
        reason: "at the namespace when the baseline's refresh annotation changes",
        act: () => void cluster.put("securitybaselines", baseline({ "securitybaseline.dev/refresh": "2" })),
        want: ["payments user"],
      },
      {
        reason: "at nothing when another annotation changes",
        act: () => void cluster.put("securitybaselines", baseline({ "securitybaseline.dev/refresh": "1", team: "a" })),
        want: [],
      },
      {
        reason: "at the namespace when a backend tells something new",
        act: () => void cluster.put("sealedsecrets", { metadata: { namespace: "payments", name: "smtp" }, status: synced }),
        want: ["payments resync"],
      },
      {
        reason: "at nothing when it tells the same",
        act: () => void cluster.put("sealedsecrets", { metadata: { namespace: "payments", name: "smtp" }, status: {} }),
        want: [],
      },
      {
        reason: "at everything when a store of the whole cluster tells something new",
        act: () => void cluster.put("clustersecretstores", { metadata: { name: "vault" }, status: ready }),
        want: ["all"],
      },
      {
        reason: "at nothing when a store of the whole cluster tells the same",
        act: () => void cluster.put("clustersecretstores", { metadata: { name: "vault", labels: { a: "b" } } }),
        want: [],
      },
      { reason: "at everything when a kind went", act: () => cluster.withdraw(SEALED_SECRETS), want: ["all"] },
    ];
    for (const { reason, act, want } of cases) {
      it(reason, async () => {
        act();
        await settle();
        expect(changes).to.deep.equal(want);
      });
    }
  });
});

/** Proves what waits for which kind: readiness, looks at namespaces, and the sections that ask for kinds of other projects. */
import { expect } from "chai";
import type { SecurityBaseline, SecurityBaselineSpec } from "../../../operator/api/baseline.ts";
import type { JsonObject } from "../../../operator/api/json.ts";
import { namespacePosture } from "../../../operator/api/postures.ts";
import { systemClock } from "../../../operator/cluster/clock.ts";
import { OFFLINE } from "../../../operator/facts/index.ts";
import { EMPTY_INVENTORY } from "../../../operator/plan/inventory.ts";
import { type Section, type Snapshot, sectionsOf, withoutKind } from "../../../operator/plan/snapshot.ts";
import { type Caches, createCaches } from "../../../operator/reconcile/caches.ts";
import { snapshotOf } from "../../../operator/reconcile/gather.ts";
import { notReady } from "../../../operator/reconcile/readiness.ts";
import { inEffect } from "../../support/in-effect.ts";
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
  let baselines: string[];

  const start = async (): Promise<void> => {
    const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
    caches = createCaches(cluster, log, {
      changed: (namespace, priority) => changes.push(`${namespace} ${priority}`),
      changedForAll: () => changes.push("all"),
      clusterChanged: () => changes.push("cluster"),
      surroundingsChanged: () => changes.push("surroundings"),
      baselineChanged: ({ namespace }) => baselines.push(namespace),
      statusTaken: ({ home }, ours) => changes.push(`${home} lost ${JSON.stringify(ours)}`),
      isExpected: () => false,
    });
    running = caches.run(stop.signal);
    await settle();
  };

  beforeEach(() => {
    cluster = new PretendCluster();
    stop = new AbortController();
    changes = [];
    baselines = [];
  });

  afterEach(async () => {
    stop.abort();
    await running;
  });

  const snapshot = (asked: SecurityBaselineSpec = SPEC): Snapshot => {
    const metadata = { name: "baseline", namespace: "payments", uid: "b" };
    const baseline: SecurityBaseline = { apiVersion: "securitybaseline.dev/v1alpha1", kind: "SecurityBaseline", metadata, spec: asked };
    const entry = { namespace: "payments", name: "baseline", uid: "b", resourceVersion: "1", posture: namespacePosture, home: "payments" };
    const gathered = { baseline: inEffect(baseline), facts: OFFLINE, inventory: EMPTY_INVENTORY, now: systemClock.now() };
    return snapshotOf(caches, { ...entry, baseline, generation: 1 }, gathered);
  };
  const sections = (): readonly Section[] => sectionsOf(snapshot());
  const told = (): unknown =>
    sections().map(({ control, desired, present, problems, blocked }) => ({
      control: control.name,
      desired: desired.length,
      present: present.map(({ kind }) => kind.kind),
      problems: problems.map(({ message }) => message),
      blocked: blocked?.message,
    }));
  const ACCESS = { control: "access", desired: 2, present: ["Role", "RoleBinding"], problems: [], blocked: undefined };

  it("are ready without the kinds of other projects, and do not ask for them", async () => {
    await start();
    expect(notReady(caches.followed, systemClock.now())).to.equal(undefined);
    expect(cluster.asked.toSorted((a, b) => (a < b ? -1 : 1))).to.deep.equal([
      "apiservices",
      "clusterrolebindings",
      "clusterroles",
      "clustersecuritybaselines",
      "endpointslices",
      "namespaces",
      "networkpolicies",
      "rolebindings",
      "roles",
      "securitybaselines",
      "serviceaccounts",
      // Once more, of the account of External Secrets.
      "serviceaccounts",
      "validatingwebhookconfigurations",
    ]);
  });

  it("are not ready before the kinds are known that may be absent", async () => {
    cluster.silent.add("apiservices");
    await start();
    expect(notReady(caches.followed, systemClock.now())).to.equal("apiservices are not listed yet");
  });

  it("are not ready while a kind is there and not listed", async () => {
    cluster.silent.add("sealedsecrets");
    cluster.serve(SEALED_SECRETS);
    await start();
    expect(notReady(caches.followed, systemClock.now())).to.equal("sealedsecrets are not listed yet");
  });

  it("do not wait for a kind that its group does not have", async () => {
    cluster.absent.add("externalsecrets");
    cluster.serve(EXTERNAL_SECRETS);
    await start();
    expect(notReady(caches.followed, systemClock.now())).to.equal(undefined);
    expect(cluster.watched).to.include("secretstores");
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
          problems: [`${NOT_SERVED("ExternalSecret (external-secrets.io/v1)")}; ${NOT_SERVED("SealedSecret (bitnami.com/v1alpha1)")}`],
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
          problems: [NOT_SERVED("ExternalSecret (external-secrets.io/v1)")],
          blocked: undefined,
        },
      ]);
    });

    it("of which the objects are those that went with their kind", async () => {
      cluster.serve(SEALED_SECRETS);
      await start();
      expect(withoutKind(sections(), snapshot().kinds).map(({ kind, name }) => `${kind.kind} ${name}`)).to.deep.equal([
        "ExternalSecret db",
      ]);
    });

    it("that are all there: nothing is lacking, though others that nobody asks for are absent", async () => {
      cluster.serve(SEALED_SECRETS);
      cluster.serve(EXTERNAL_SECRETS);
      await start();
      expect(sections().map(({ problems }) => problems)).to.deep.equal([[], []]);
    });

    it("that are there and not listed: that is told, and not that they are absent", async () => {
      cluster.silent.add("sealedsecrets");
      cluster.serve(SEALED_SECRETS);
      cluster.serve(EXTERNAL_SECRETS);
      await start();
      expect(sections()[1]?.problems[0]?.message).to.equal("SealedSecret (bitnami.com/v1alpha1) cannot be looked at: it is not listed yet");
    });

    it("while nobody knows what is there: that is told", async () => {
      cluster.silent.add("apiservices");
      await start();
      expect(sections()[1]?.problems[0]?.message).to.match(
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
      cluster.put("clusterroles", clusterRole("reader", "get"));
      cluster.put("validatingwebhookconfigurations", webhooks("old", "billing"));
      cluster.put("roles", { metadata: { namespace: "billing", name: "reader" }, rules: rules("get") });
      cluster.put("clusterrolebindings", binding("readers", ["ClusterRole", "reader"], ["payments/worker", "shop/worker"]));
      cluster.put("rolebindings", binding("readers", ["Role", "reader"], ["payments/worker", "billing/own"], "billing"));
      await start();
      changes = [];
    });

    const webhooks = (caBundle: string, spared: string) => ({
      metadata: { name: "engine" },
      webhooks: [
        {
          name: "engine.example.com",
          clientConfig: { caBundle },
          namespaceSelector: { matchExpressions: [{ key: "kubernetes.io/metadata.name", operator: "NotIn", values: [spared] }] },
          rules: [{ apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["pods"] }],
        },
      ],
    });
    const rules = (verb: string) => [{ apiGroups: [""], resources: ["secrets"], verbs: [verb] }];
    const clusterRole = (name: string, verb: string) => ({ metadata: { name }, rules: rules(verb) });
    const binding = (name: string, [kind, role]: readonly [string, string], accounts: readonly string[], namespace?: string) => ({
      metadata: { name, ...(namespace !== undefined && { namespace }) },
      roleRef: { kind, name: role },
      subjects: accounts.map((path) => {
        const [home = "", account = ""] = path.split("/");
        return { kind: "ServiceAccount", namespace: home, name: account };
      }),
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
      {
        reason: "at the cluster when such a store opens or closes",
        act: () => void cluster.put("clustersecretstores", { metadata: { name: "vault" }, spec: { conditions: [{ namespaces: ["a"] }] } }),
        want: ["cluster"],
      },
      {
        reason: "at the cluster, and where the accounts are that it names now or named before, when a binding for all of it changes",
        act: () => void cluster.put("clusterrolebindings", binding("readers", ["ClusterRole", "reader"], ["payments/worker", "web/a"])),
        want: ["payments resync", "shop resync", "web resync", "cluster"],
      },
      {
        reason: "at the cluster alone when it names people",
        act: () =>
          void cluster.put("clusterrolebindings", {
            ...binding("bob", ["ClusterRole", "reader"], []),
            subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name: "bob" }],
          }),
        want: ["cluster"],
      },
      {
        reason: "at nothing when it gets another label",
        act: () => {
          const { metadata, ...body } = binding("readers", ["ClusterRole", "reader"], ["payments/worker", "shop/worker"]);
          cluster.put("clusterrolebindings", { metadata: { ...metadata, labels: { team: "a" } }, ...body });
        },
        want: [],
      },
      {
        reason: "at the same when its role becomes another, as the rules of an aggregated one do",
        act: () => void cluster.put("clusterroles", clusterRole("reader", "delete")),
        want: ["payments resync", "shop resync", "cluster"],
      },
      {
        reason: "at the namespace of a binding, and where accounts are that are not its own, when it goes",
        act: () => cluster.remove("rolebindings", "readers", "billing"),
        want: ["payments resync", "billing drift"],
      },
      {
        reason: "at the same when its Role becomes another",
        act: () => void cluster.put("roles", { metadata: { namespace: "billing", name: "reader" }, rules: rules("delete") }),
        want: ["payments resync", "billing drift"],
      },
      {
        reason: "at everything when a webhook leaves out another namespace",
        act: () => void cluster.put("validatingwebhookconfigurations", webhooks("old", "payments")),
        want: ["all"],
      },
      {
        reason: "at nothing when it gets another certificate",
        act: () => void cluster.put("validatingwebhookconfigurations", webhooks("new", "billing")),
        want: [],
      },
      { reason: "at the surroundings when a kind went", act: () => cluster.withdraw(SEALED_SECRETS), want: ["surroundings"] },
      {
        reason: "at the namespace when somebody else wrote the status of its baseline, and says what stood there",
        act: () => {
          cluster.put("securitybaselines", { ...baseline({ "securitybaseline.dev/refresh": "1" }), status: { observedGeneration: 9 } });
        },
        want: ["payments lost undefined", "payments resync"],
      },
      {
        reason: "at the namespace when its baseline begins to be deleted and something holds that up",
        act: () => {
          const { metadata, spec } = baseline({ "securitybaseline.dev/refresh": "1" });
          cluster.put("securitybaselines", { metadata: { ...metadata, deletionTimestamp: "2026-11-23T10:00:00Z" }, spec });
        },
        want: ["payments user"],
      },
    ];
    for (const { reason, act, want } of cases) {
      it(reason, async () => {
        act();
        await settle();
        expect(changes).to.deep.equal(want);
      });
    }

    it("at nothing when its baseline gets a label, and says all the same that it is another one", async () => {
      baselines.length = 0;
      const before = cluster.find("securitybaselines", "baseline", "payments") ?? baseline({});
      cluster.put("securitybaselines", { ...before, metadata: { ...(before["metadata"] as JsonObject), labels: { team: "a" } } });
      await settle();
      expect([changes, baselines]).to.deep.equal([[], ["payments"]]);
    });
  });
});

/** Proves what `plan` says about a baseline: what would become of each object, and when the exit code tells of a difference. */
import { expect } from "chai";
import type { SecurityBaselineSpec } from "../../../../operator/api/baseline.ts";
import type { KubernetesObject } from "../../../../operator/api/object.ts";
import { externalSecret } from "../../../../operator/kinds/external-secret.ts";
import { namespace } from "../../../../operator/kinds/namespace.ts";
import { networkPolicy } from "../../../../operator/kinds/network-policy.ts";
import { role } from "../../../../operator/kinds/role.ts";
import { roleBinding } from "../../../../operator/kinds/role-binding.ts";
import type { ModelCluster } from "../../plan/model-cluster.ts";
import { ListedCluster, type Placed } from "./listed-cluster.ts";
import { baselineText, CLUSTER_ROLES, emptyNamespace, foreignBinding, plan } from "./stage.ts";
import { ACCESS, BOB, EVERYTHING, operated, READER, stranger, told } from "./told.ts";

describe("what plan says of a baseline", () => {
  it("is nothing, with exit code 0, where the operator has done it all", async () => {
    const { code, changes, findings, problems, unknown, notes } = await told(EVERYTHING, operated(EVERYTHING));
    expect({ code, changes, findings, problems, unknown, notes }).to.deep.equal({
      code: 0,
      changes: [],
      findings: [],
      problems: [],
      unknown: [],
      notes: [],
    });
  });

  it("is that everything is created in a namespace that is not there, and what Kubernetes makes there is changed", async () => {
    const { code, changes, notes } = await told(EVERYTHING, []);
    expect(code).to.equal(1);
    expect(changes).to.deep.equal([
      "Create NetworkPolicy allow-dns",
      "Create NetworkPolicy default-deny",
      "Create Role log-reader",
      "Create RoleBinding log-reader",
      "Create ServiceAccount api",
      "Change Namespace payments",
      "Change ServiceAccount default",
    ]);
    expect(notes).to.deep.equal(["namespace payments is not there: create it first"]);
  });

  it("marks the Namespace although no section asks for its labels, also where it is not there yet", async () => {
    const isMarked = [{ path: 'metadata.labels["securitybaseline.dev/enforced"]', to: '"true"' }];
    for (const objects of [[], emptyNamespace("payments")]) {
      const { changes, fields } = await told(ACCESS, objects);
      expect(changes).to.deep.equal(["Create Role log-reader", "Create RoleBinding log-reader", "Change Namespace payments"]);
      expect(fields).to.deep.equal(isMarked);
    }
  });

  it("is who changed a field, and none where the baseline was edited", async () => {
    const edited = { access: { roles: [{ ...READER, groups: ["ops"] }] } };
    const { fields } = await told(
      edited,
      operated(ACCESS, (model) =>
        model.set(role, "log-reader", { path: ["rules"], value: [{ apiGroups: ["*"], resources: ["*"], verbs: ["*"] }] }),
      ),
    );
    expect(fields).to.deep.equal([
      {
        path: "rules",
        from: '[{"apiGroups":["*"],"resources":["*"],"verbs":["*"]}]',
        to: '[{"apiGroups":[""],"resources":["pods/log"],"verbs":["get"]}]',
        manager: "kubectl-edit",
      },
      {
        path: "subjects",
        from: '[{"apiGroup":"rbac.authorization.k8s.io","kind":"Group","name":"support"}]',
        to: '[{"apiGroup":"rbac.authorization.k8s.io","kind":"Group","name":"ops"}]',
      },
    ]);
  });

  it("is who changed which of the fields of one object", async () => {
    const before: SecurityBaselineSpec = { podSecurity: { enforce: "restricted", warn: "restricted" } };
    const label = (mode: string) => `pod-security.kubernetes.io/${mode}`;
    const objects = operated(before, (model) =>
      model.set(namespace, "payments", { path: ["metadata", "labels", label("enforce")], value: "privileged" }),
    );
    const { fields } = await told({ podSecurity: { enforce: "restricted", warn: "baseline" } }, objects);
    expect(fields).to.deep.equal([
      { path: `metadata.labels["${label("enforce")}"]`, from: '"privileged"', to: '"restricted"', manager: "kubectl-edit" },
      { path: `metadata.labels["${label("warn")}"]`, from: '"restricted"', to: '"baseline"' },
    ]);
  });

  it("keeps what is asked for by an annotation that stands in the cluster alone", async () => {
    const spec: SecurityBaselineSpec = {
      secrets: {
        store: { kind: "ClusterSecretStore", name: "vault" },
        externalSecrets: [{ name: "db", data: { password: { key: "payments/db" } } }],
      },
    };
    const annotations = { "securitybaseline.dev/refresh": "today" };
    const objects = operated(spec).map(
      ([resource, object]): Placed => [
        resource,
        resource === "securitybaselines" ? { ...object, metadata: { ...object.metadata, annotations } } : object,
      ],
    );
    const { changes, fields } = await told(spec, objects);
    expect(changes).to.deep.equal(["Change ExternalSecret db"]);
    expect(fields).to.deep.equal([{ path: 'metadata.annotations["securitybaseline.dev/refresh"]', hidden: true }]);
  });

  it("is a binding that is deleted and made anew where somebody gave it another role", async () => {
    const other = { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "view" };
    const objects = operated(ACCESS, (model) => model.set(roleBinding, "log-reader", { path: ["roleRef"], value: other }));
    const cluster = new ListedCluster([...CLUSTER_ROLES, ...objects]);
    const { out } = await plan({ "b.json": baselineText("payments", ACCESS) }, cluster);
    expect(out).to.contain("  ~ RoleBinding log-reader  (deleted and made anew: roleRef cannot be changed)\n      roleRef: ");
  });

  it("is a removal of what is no longer asked for, and of what a section made that is gone or Off", async () => {
    expect((await told({ access: { roles: [{ ...READER, name: "other" }] } }, operated(ACCESS))).changes).to.deep.equal([
      "Create Role other",
      "Create RoleBinding other",
      "Remove Role log-reader",
      "Remove RoleBinding log-reader",
    ]);
    for (const spec of [
      { network: {} },
      { network: {}, access: { ...ACCESS.access, mode: "Off" as const } },
    ] satisfies SecurityBaselineSpec[]) {
      expect((await told(spec, operated({ ...ACCESS, network: {} }))).changes).to.deep.equal([
        "Remove Role log-reader",
        "Remove RoleBinding log-reader",
      ]);
    }
  });

  it("is that what is retained loses the owner by which it would go, and stays", async () => {
    const spec: SecurityBaselineSpec = { network: {}, deletionPolicy: "Retain" };
    const { changes, fields } = await told(spec, operated({ ...ACCESS, network: {} }));
    expect(changes.slice(-2)).to.deep.equal(["Change Role log-reader", "Change RoleBinding log-reader"]);
    expect(fields.map(({ path, to }) => [path, to])).to.deep.include.members([["metadata.ownerReferences", undefined]]);
  });

  it("is which fields of the Namespace and of the ServiceAccount default are given back", async () => {
    const audit = "pod-security.kubernetes.io/audit";
    const taken = (model: ModelCluster): void =>
      model.set(namespace, "payments", { path: ["metadata", "labels", audit], value: "baseline" });
    const { fields } = await told(ACCESS, operated(EVERYTHING, taken));
    const given = fields.filter(({ to }) => to === undefined).map(({ path }) => path);
    expect(given).to.include.members(["automountServiceAccountToken", 'metadata.labels["pod-security.kubernetes.io/enforce"]']);
    // Of others by now.
    expect(given).not.to.include(`metadata.labels["${audit}"]`);
    expect(given).not.to.include('metadata.labels["securitybaseline.dev/enforced"]');
  });

  it("is a conflict where somebody else made an object of the name, and that it is adopted if the baseline says so", async () => {
    const objects = [...emptyNamespace("payments"), stranger("roles", "log-reader", { rules: [] })];
    const refused = await told(ACCESS, objects);
    // The binding would hand out whatever the other's Role says.
    expect(refused.changes).to.deep.equal(["Change Namespace payments", "Conflict Role log-reader"]);
    expect(refused.notes).to.deep.equal(["RoleBinding log-reader is not made before the conflict about its name is settled"]);
    const { changes, fields } = await told({ ...ACCESS, adoptExisting: true }, objects);
    expect(changes).to.deep.equal(["Create RoleBinding log-reader", "Change Namespace payments", "Adopt Role log-reader"]);
    expect(fields).to.deep.include({ path: "rules", from: "[]", to: '[{"apiGroups":[""],"resources":["pods/log"],"verbs":["get"]}]' });
  });

  it("is a conflict with what belongs to another controller, although it may adopt and is not stored yet", async () => {
    const owner = { apiVersion: "apps/v1", kind: "Deployment", name: "web", uid: "u", controller: true };
    const objects = [...emptyNamespace("payments"), stranger("serviceaccounts", "api", {}, { ownerReferences: [owner] })];
    const { changes } = await told({ adoptExisting: true, serviceAccounts: { accounts: [{ name: "api" }] } }, objects);
    expect(changes).to.include("Conflict ServiceAccount api");
  });

  it("is that what stood in the inventory is put back, although it lost every mark", async () => {
    const stolen = (model: ModelCluster): void => {
      model.delete(networkPolicy, "default-deny");
      model.set(networkPolicy, "default-deny", { path: ["spec", "ingress"], value: [{}] });
    };
    const objects = operated({ network: {} }, stolen).map(([resource, object]): Placed => {
      const metadata = { ...object.metadata, creationTimestamp: "2026-11-10T00:00:00Z" };
      return metadata.name === "default-deny" ? [resource, { ...object, metadata }] : [resource, object];
    });
    expect((await told({ network: {} }, objects)).changes).to.deep.equal(["Change NetworkPolicy default-deny"]);
  });

  it("is the difference that a section in mode Report would mend, and no difference for the exit code", async () => {
    const spec: SecurityBaselineSpec = { ...ACCESS, mode: "Report" };
    const { code, changes } = await told(spec, emptyNamespace("payments"));
    expect([code, changes]).to.deep.equal([0, ["Create Role log-reader*", "Create RoleBinding log-reader*"]]);
    const adoptable = await told({ ...spec, adoptExisting: true }, [
      ...emptyNamespace("payments"),
      stranger("roles", "log-reader", { rules: [] }),
    ]);
    expect(adoptable.changes).to.deep.equal(["Create RoleBinding log-reader*", "Adopt Role log-reader*"]);
  });

  it("is one mode per section where they have modes of their own", async () => {
    const spec: SecurityBaselineSpec = { access: { ...ACCESS.access, mode: "Report" }, network: { defaultDeny: ["Ingress"] } };
    const { code, changes } = await told(spec, emptyNamespace("payments"));
    expect(changes).to.deep.equal([
      "Create NetworkPolicy default-deny",
      "Change Namespace payments",
      "Create Role log-reader*",
      "Create RoleBinding log-reader*",
    ]);
    expect(code).to.equal(1);
  });

  it("is what weakens the namespace, and an accepted finding is no difference", async () => {
    const objects = [...operated(ACCESS), foreignBinding("payments", "bob-views", "view", BOB)];
    const open = await told(ACCESS, objects);
    expect([open.code, open.changes, open.findings]).to.deep.equal([1, [], ["UserSubject RoleBinding/bob-views"]]);
    const ref = { kind: "RoleBinding", name: "bob-views" } as const;
    const exception = { rule: "UserSubject", ref, reason: "looks after it", owner: "payments" } as const;
    const accepted = await told({ ...ACCESS, exceptions: [{ ...exception, expires: "2026-11-23T10:00:01Z" }] }, objects);
    expect([accepted.code, accepted.findings]).to.deep.equal([0, ["UserSubject RoleBinding/bob-views"]]);
    const over = await told({ ...ACCESS, exceptions: [{ ...exception, expires: "2026-11-23T10:00:00Z" }] }, objects);
    expect([over.code, over.findings]).to.deep.equal([1, ["UserSubject RoleBinding/bob-views", "ExceptionExpired RoleBinding/bob-views"]]);
    const idle = await told({ ...ACCESS, exceptions: [{ ...exception, expires: "2027-01-01T00:00:00Z" }] }, operated(ACCESS));
    expect(idle.notes).to.deep.equal([
      "the exception for RoleBinding bob-views (UserSubject) is about nothing that is found: remove it from spec.exceptions",
    ]);
  });

  it("judges what is there once the plan is carried out", async () => {
    // Taken over, changed and removed by the plan itself.
    const taken = await told({ ...ACCESS, adoptExisting: true }, [
      ...emptyNamespace("payments"),
      stranger("rolebindings", "log-reader", {
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "log-reader" },
        subjects: [BOB],
      }),
    ]);
    expect([taken.changes.at(-1), taken.findings]).to.deep.equal(["Adopt RoleBinding log-reader", []]);
    const admin = { access: { roles: [{ name: "namespace-admin", groups: ["ops"] }] } } as const;
    expect((await told({ network: { defaultDeny: ["Ingress"] } }, operated(admin))).findings).to.deep.equal([]);
    // A Role that the plan makes gives rights by a binding that is there.
    const secrets = { access: { roles: [{ name: "secret-manager", groups: ["ops"] }] } } as const;
    const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "secret-manager" };
    const waiting = stranger("rolebindings", "waiting", {
      roleRef,
      subjects: [{ apiGroup: roleRef.apiGroup, kind: "Group", name: "devs" }],
    });
    expect((await told(secrets, [...emptyNamespace("payments"), waiting])).findings).to.deep.equal(["SecretAccess RoleBinding/waiting"]);
    // Where nothing is written, it stays as it is.
    expect(
      (
        await told({ ...ACCESS, mode: "Report", adoptExisting: true }, [
          ...emptyNamespace("payments"),
          foreignBinding("payments", "log-reader", "view", BOB),
        ])
      ).findings,
    ).to.deep.equal(["UserSubject RoleBinding/log-reader"]);
  });

  it("keeps in sight what an apply leaves to others", async () => {
    const spec: SecurityBaselineSpec = { serviceAccounts: { automountDefaultToken: false } };
    const objects = emptyNamespace("payments").map(
      ([resource, object]): Placed => [
        resource,
        resource === "serviceaccounts" ? ({ ...object, secrets: [{ name: "token" }] } as KubernetesObject) : object,
      ],
    );
    const { changes, findings } = await told(spec, objects);
    expect(changes).to.include("Change ServiceAccount default");
    expect(findings).to.deep.equal(["LegacyServiceAccountToken ServiceAccount/default"]);
  });

  it("tells of an object with the operator's label that nobody asks for and somebody else made", async () => {
    const labels = { "securitybaseline.dev/control": "access" };
    const { code, changes, problems } = await told(ACCESS, [...operated(ACCESS), stranger("roles", "forged", { rules: [] }, { labels })]);
    expect([code, changes]).to.deep.equal([1, []]);
    expect(problems).to.deep.equal([
      "Role forged carries the operator's label, and no baseline asks for it: it is left alone, because somebody else made it",
    ]);
  });

  it("never shows a value of an object into which somebody may have written a secret", async () => {
    const spec: SecurityBaselineSpec = {
      secrets: {
        store: { kind: "ClusterSecretStore", name: "vault" },
        externalSecrets: [{ name: "db", data: { password: { key: "payments/db" } } }],
      },
    };
    const objects = operated(spec, (model) =>
      model.set(externalSecret, "db", { path: ["spec", "target"], value: { template: { data: { password: "hunter2" } } } }),
    );
    for (const output of ["text", "json", "markdown", "sarif"] as const) {
      const { out } = await plan({ "b.json": baselineText("payments", spec) }, new ListedCluster([...CLUSTER_ROLES, ...objects]), {
        output,
      });
      expect(out, output).to.contain("spec.target").and.not.contain("hunter2");
    }
  });
});

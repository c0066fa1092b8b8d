/** Proves that nobody else binds identities of grants, and what gives rights in the break-glass namespace. */
import { expect } from "chai";
import type { KubernetesObject } from "../../../operator/api/object.ts";
import type { GrantInput } from "../../../operator/breakglass/grant.ts";
import type { GrantPart } from "../../../operator/breakglass/types.ts";
import type { ApiClient } from "../../support/api-client.ts";
import { admin, asServiceAccount } from "../../support/cluster.ts";
import { asItIs, type Change, grantFor, RBAC_VERSION, user, withFields } from "../../support/grant-by-hand.ts";
import { installOperatorManifests } from "../../support/installation.ts";
import { RBAC } from "../../support/operator-token.ts";
import { attempt, BG, mighty, OPERATOR, policedNamespace, policyRefusal } from "../../support/policed.ts";

/** What Pod Security has nothing against. */
const RESTRICTED = { securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } } };
const CONTAINER = { name: "x", image: "x", securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } } };

describe("policies on bindings", () => {
  let namespace: string;
  let operator: ApiClient;
  const grant = (input?: Partial<GrantInput>) => grantFor(namespace, input);

  before(async () => {
    await installOperatorManifests();
    namespace = await policedNamespace();
    operator = await asServiceAccount("securitybaseline-system", "securitybaseline-operator");
  });

  describe("bindings of identities, by anybody else", () => {
    const subjects = {
      account: { kind: "ServiceAccount", namespace: BG, name: "bg-abcdef0123-1900000000" },
      "account, under its name as a user": user(`system:serviceaccount:${BG}:bg-abcdef0123-1900000000`),
      "group of all of them": { apiGroup: RBAC, kind: "Group", name: `system:serviceaccounts:${BG}` },
    };
    const bindingOf = (kind: "RoleBinding" | "ClusterRoleBinding", ...list: object[]): KubernetesObject => ({
      apiVersion: RBAC_VERSION,
      kind,
      metadata: { ...(kind === "RoleBinding" && { namespace }), name: "mine" },
      roleRef: { apiGroup: RBAC, kind: "ClusterRole", name: "view" },
      subjects: list,
    });
    for (const [what, subject] of Object.entries(subjects)) {
      for (const kind of ["RoleBinding", "ClusterRoleBinding"] as const) {
        it(`refused: a ${kind} of the ${what}`, async () => {
          const message = await policyRefusal(attempt(admin(), bindingOf(kind, user("jo"), subject)));
          expect(message).to.contain("only the operator and custodians bind identities of grants");
        });
      }
    }

    it("refused: adding an identity to a binding that is there", async () => {
      await admin().create(bindingOf("RoleBinding", user("jo")));
      const ref = { apiVersion: RBAC_VERSION, kind: "RoleBinding", namespace, name: "mine" };
      const patch = admin().mergePatch(ref, { subjects: [user("jo"), subjects.account] });
      expect(await policyRefusal(patch)).to.contain("a binding of a grant cannot be changed");
      await admin().mergePatch(ref, { subjects: [user("joe")] });
    });

    it("refused: taking the identity out of a grant's binding, or its label", async () => {
      const { binding } = grant({ requestUID: "4f1c2a9e-0000-0000-0000-000000000005" });
      await operator.create(binding);
      const ref = { apiVersion: RBAC_VERSION, kind: "RoleBinding", namespace, name: binding.metadata?.name ?? "" };
      for (const patch of [{ subjects: [user("jo")] }, { metadata: { labels: null } }]) {
        expect(await policyRefusal(admin().mergePatch(ref, patch))).to.contain("a binding of a grant cannot be changed");
      }
      await admin().delete(ref);
    });

    it("not judged: the allowed roles for others, by an administrator", async () => {
      const roleRef = { apiGroup: RBAC, kind: "ClusterRole", name: "sb-incident-admin" };
      await attempt(admin(), { ...bindingOf("ClusterRoleBinding", user("jo")), roleRef });
    });
  });

  describe("in the break-glass namespace", () => {
    const binding = (roleRef: object, name = "mine"): KubernetesObject => ({
      apiVersion: RBAC_VERSION,
      kind: "RoleBinding",
      metadata: { namespace: BG, name },
      roleRef: { apiGroup: RBAC, ...roleRef },
      subjects: [user("jo")],
    });
    for (const name of ["edit", "admin", "cluster-admin"]) {
      it(`refused: binding the ClusterRole ${name}, whose holders may act as the identities`, async () => {
        const message = await policyRefusal(attempt(admin(), binding({ kind: "ClusterRole", name })));
        expect(message).to.contain("refused a binding to a general ClusterRole in the break-glass namespace");
      });
    }

    for (const roleRef of [
      { kind: "Role", name: "readers" },
      { kind: "ClusterRole", name: "securitybaseline-viewer" },
    ]) {
      it(`allowed: binding the ${roleRef.kind} ${roleRef.name}`, () => attempt(admin(), binding(roleRef)));
    }

    const minters: { reason: string; part: GrantPart; change?: Change; client?: string; message: string }[] = [
      {
        reason: "a minter by anybody else",
        part: "minter",
        client: "admin",
        message: "only the operator and custodians let people mint tokens",
      },
      {
        reason: "its binding by anybody else",
        part: "minterBinding",
        client: "admin",
        message: "only the operator and custodians let people mint tokens",
      },
      {
        reason: "a minter of another identity",
        part: "minter",
        change: withFields({
          rules: [{ apiGroups: [""], resources: ["serviceaccounts/token"], verbs: ["create", "mint"], resourceNames: ["other"] }],
        }),
        message: "refused a Role of a grant with another form",
      },
      {
        reason: "a minter of every identity",
        part: "minter",
        change: withFields({ rules: [{ apiGroups: [""], resources: ["serviceaccounts/token"], verbs: ["create", "mint"] }] }),
        message: "refused a Role of a grant with another form",
      },
      {
        reason: "a second rule",
        part: "minter",
        change: (object) => ({
          ...object,
          rules: [...(object["rules"] as object[]), { apiGroups: [""], resources: ["pods"], verbs: ["get"] }],
        }),
        message: "refused a Role of a grant with another form",
      },
      {
        reason: "a minter for a group",
        part: "minterBinding",
        change: withFields({ subjects: [{ apiGroup: RBAC, kind: "Group", name: "oncall" }] }),
        message: "refused a RoleBinding of a grant with another form",
      },
      {
        reason: "a minter for two people",
        part: "minterBinding",
        change: withFields({ subjects: [user("jane"), user("jo")] }),
        message: "refused a RoleBinding of a grant with another form",
      },
      {
        reason: "a minter for a user of the system",
        part: "minterBinding",
        change: withFields({ subjects: [user("system:anonymous")] }),
        message: "refused a RoleBinding of a grant with another form",
      },
      {
        reason: "a minter of another name",
        part: "minterBinding",
        change: withFields({ roleRef: { apiGroup: RBAC, kind: "Role", name: "securitybaseline-break-glass" } }),
        message: "refused a RoleBinding of a grant with another form",
      },
    ];
    for (const { reason, part, change = asItIs, client = OPERATOR, message } of minters) {
      it(`refused: ${reason}`, async () => {
        expect(await policyRefusal(attempt(mighty(client), change(grant()[part])))).to.contain(message);
      });
    }

    it("refused: changing who may mint, by anybody", async () => {
      const { minter, minterBinding } = grant({ requestUID: "4f1c2a9e-0000-0000-0000-000000000006" });
      await operator.create(minter);
      await operator.create(minterBinding);
      const ref = { apiVersion: RBAC_VERSION, namespace: BG, name: minter.metadata?.name ?? "" };
      const rebind = admin().mergePatch({ ...ref, kind: "RoleBinding" }, { subjects: [user("mallory")] });
      expect(await policyRefusal(rebind)).to.contain("a binding of a grant cannot be changed");
      expect(await policyRefusal(admin().mergePatch({ ...ref, kind: "Role" }, { rules: [] }))).to.contain(
        "a Role of a grant cannot be changed",
      );
    });

    const sealed = [
      { apiVersion: "v1", kind: "Pod", metadata: { namespace: BG, name: "x" }, spec: { ...RESTRICTED, containers: [CONTAINER] } },
      { apiVersion: "v1", kind: "Secret", metadata: { namespace: BG, name: "x" } },
    ];
    for (const object of sealed) {
      it(`refused: a ${object.kind}, by anybody`, async () => {
        const message = await policyRefusal(attempt(admin(), object));
        expect(message).to.contain("nothing runs in securitybaseline-breakglass and no Secret is kept there");
      });
    }
  });
});

/** Proves what the operator may make of grants with a token of its own, and that identities end in time. */
import { expect } from "chai";
import type { GrantInput } from "../../../operator/breakglass/grant.ts";
import type { GrantPart } from "../../../operator/breakglass/types.ts";
import type { ApiClient } from "../../support/api-client.ts";
import { admin, asServiceAccount } from "../../support/cluster.ts";
import { eventually } from "../../support/eventually.ts";
import { asItIs, type Change, grantFor, inSeconds, RBAC_VERSION, user, withFields, withMetadata } from "../../support/grant-by-hand.ts";
import { installOperatorManifests } from "../../support/installation.ts";
import { RBAC } from "../../support/operator-token.ts";
import {
  API_VERSION,
  attempt,
  BG,
  grantNameIn,
  mighty,
  OPERATOR,
  PROFILES,
  policedNamespace,
  policyRefusal,
} from "../../support/policed.ts";
import { policiesKnow } from "../../support/server-caches.ts";

describe("policies on grants", () => {
  let namespace: string;
  let operator: ApiClient;
  const elsewhere: Change = (object) => withMetadata({ namespace })(object);

  const grant = (input?: Partial<GrantInput>) => grantFor(namespace, input);

  before(async () => {
    await installOperatorManifests();
    namespace = await policedNamespace();
    operator = await asServiceAccount("securitybaseline-system", "securitybaseline-operator");
  });

  describe("by the operator, with the rights of its installation", () => {
    for (const part of ["identity", "binding", "minter"] as const) {
      it(`allowed: the ${part}`, async () => {
        expect((await attempt(operator, grant()[part])).metadata?.name).to.match(/^bg-/);
      });
    }

    it("allowed: a drill", async () => {
      await attempt(operator, grant({ role: "sb-drill" }).binding);
    });

    it("allowed: all of it, and taking it back", async () => {
      const objects = Object.values(grant({ requestUID: "4f1c2a9e-0000-0000-0000-000000000002" }));
      for (const object of objects) await operator.create(object);
      for (const { apiVersion = "", kind = "", metadata = {} } of objects) {
        await operator.delete({ apiVersion, kind, namespace: metadata.namespace ?? "", name: metadata.name ?? "" });
      }
    });

    const OUTSIDE = "refused an object of a grant outside securitybaseline-breakglass";
    const refused: { reason: string; part: GrantPart; input?: Partial<GrantInput>; change?: Change; message: RegExp | string }[] = [
      {
        reason: "access to the cluster without a ClusterSecurityBaseline",
        part: "binding",
        input: { scope: "cluster" },
        message: "no params found",
      },
      {
        reason: "a role that neither installation nor profile names",
        part: "binding",
        input: { role: "cluster-admin" },
        message: /refused a binding of an identity to another role|refused a grant that no profile offers/,
      },
      {
        reason: "an allowed role to a person instead of its identity",
        part: "binding",
        change: withFields({ subjects: [user("mallory")] }),
        message: /refused a binding to others|refused an object of a grant outside/,
      },
      {
        reason: "another role to a person",
        part: "binding",
        change: withFields({ subjects: [user("mallory")], roleRef: { apiGroup: RBAC, kind: "Role", name: "theirs" } }),
        message: /refused an object of a grant outside|refused a grant that no profile offers/,
      },
      { reason: "an identity outside the break-glass namespace", part: "identity", change: elsewhere, message: OUTSIDE },
      { reason: "a Role outside the break-glass namespace", part: "minter", change: elsewhere, message: OUTSIDE },
      {
        reason: "the label of objects made for a baseline beside that of grants",
        part: "identity",
        change: withMetadata({
          labels: { "securitybaseline.dev/control": "access", "securitybaseline.dev/break-glass": "grant" },
        }),
        message: "refused an object of a grant with the label securitybaseline.dev/control",
      },
      {
        reason: "a name of the wrong form",
        part: "minter",
        change: withMetadata({ name: "bg-short-1" }),
        message: "refused a Role of a grant with another form",
      },
    ];
    for (const { reason, part, input, change = asItIs, message } of refused) {
      it(`refused: ${reason}`, async () => {
        expect(await policyRefusal(attempt(mighty(OPERATOR), change(grant(input)[part])))).to.match(new RegExp(message));
      });
    }

    it("allowed: as long as the longest profile with the role, and not longer", async () => {
      const lasting = (seconds: number, role = "sb-incident-admin") =>
        attempt(operator, grant({ role, deadline: inSeconds(seconds) }).binding);
      for (const role of ["sb-incident-admin", "sb-drill"]) {
        await lasting(3600, role);
        expect(await policyRefusal(lasting(3600 + 60, role))).to.contain("refused a grant that lasts longer than any profile offers");
      }
      const short = PROFILES.filter(({ name }) => name === "database");
      const scope = { namespace: await policedNamespace({ profiles: short }) };
      await attempt(operator, grant({ scope, deadline: inSeconds(1800) }).binding);
      const longer = attempt(operator, grant({ scope, deadline: inSeconds(3600) }).binding);
      expect(await policyRefusal(longer)).to.contain("refused a grant that lasts longer than any profile offers");
    });

    it("refused: a role that a profile names but the installation does not allow", async () => {
      const [profile] = PROFILES;
      const tempting = await policedNamespace({ profiles: profile ? [{ ...profile, role: "cluster-admin" }] : [] });
      const { binding } = grant({ role: "cluster-admin", scope: { namespace: tempting } });
      const message = await policyRefusal(attempt(mighty(OPERATOR), binding));
      expect(message).to.contain(
        "refused a binding of an identity to another role: the installation allows sb-cluster-admin, sb-incident-admin, sb-drill",
      );
    });

    const foreign = [
      {
        kind: "ClusterRole",
        name: "sb-incident-admin",
        message: /refused to change an object of a grant|a binding of a grant cannot be changed/,
      },
      { kind: "Role", name: "theirs", message: /refused to change an object of a grant/ },
    ];
    for (const [index, { kind, name: role, message }] of foreign.entries()) {
      it(`refused: making a binding of somebody else part of a grant, here of a ${kind}`, async () => {
        await admin().apply({ apiVersion: RBAC_VERSION, kind: "Role", metadata: { namespace, name: "theirs" }, rules: [] });
        const ref = { apiVersion: RBAC_VERSION, kind: "RoleBinding", namespace, name: grantNameIn(900, `foreign00${index}`) };
        const roleRef = { apiGroup: RBAC, kind, name: role };
        const metadata = { namespace, name: ref.name };
        await admin().create({ apiVersion: RBAC_VERSION, kind: ref.kind, metadata, roleRef, subjects: [user("jo")] });
        const patch = { metadata: { labels: { "securitybaseline.dev/break-glass": "grant" } }, subjects: [user("mallory")] };
        expect(await policyRefusal(operator.mergePatch(ref, patch))).to.match(message);
      });
    }

    for (const part of ["identity", "binding", "minter", "minterBinding"] as const) {
      it(`refused: the ${part} with a finalizer`, async () => {
        const object = withMetadata({ finalizers: ["x.io/stay"] })(grant()[part]);
        expect(await policyRefusal(attempt(mighty(OPERATOR), object))).to.contain("refused finalizers and owners");
      });
    }

    it("refused: minting a token, though it hands out the right to", async () => {
      const identity = grant({ requestUID: "4f1c2a9e-0000-0000-0000-000000000003" }).identity;
      await operator.create(identity);
      const message = await policyRefusal(operator.createToken(BG, identity.metadata?.name ?? "", 600));
      expect(message).to.contain("neither the operator nor emergency access itself may mint any");
    });

    it("refused: a role that the profiles of the namespace do not name", async () => {
      const { binding } = grant({ scope: { namespace: await policedNamespace({ profiles: [] }) } });
      expect(await policyRefusal(attempt(operator, binding))).to.contain("refused a grant that no profile offers");
    });
  });

  describe("by the operator, for the whole cluster", () => {
    const ref = { apiVersion: API_VERSION, kind: "ClusterSecurityBaseline", name: "cluster" };
    const access = (role: string) => attempt(operator, grant({ scope: "cluster", role }).binding);

    before(async () => {
      const [profile] = PROFILES;
      const profiles = [{ ...profile, approvers: { groups: ["leads"], required: 2 } }];
      await admin().create({ apiVersion: API_VERSION, kind: ref.kind, metadata: { name: ref.name }, spec: { breakGlass: { profiles } } });
      await policiesKnow(ref);
    });

    after(async () => {
      await admin().delete(ref);
      await policiesKnow(ref);
    });

    it("allowed: a role that a profile names, and a drill", async () => {
      for (const role of ["sb-incident-admin", "sb-drill"]) expect(await access(role)).to.have.nested.property("roleRef.name", role);
    });

    it("refused: longer than the profile offers", async () => {
      const { binding } = grant({ scope: "cluster", deadline: inSeconds(2 * 3600) });
      expect(await policyRefusal(attempt(operator, binding))).to.contain("refused a grant that lasts longer than any profile offers");
    });

    it("refused: no profile, once the section is off", async () => {
      await admin().mergePatch(ref, { spec: { breakGlass: { mode: "Off" } } });
      await policiesKnow(ref);
      expect(await policyRefusal(access("sb-incident-admin"))).to.contain("refused a grant that no profile offers");
    });
  });

  describe("identities", () => {
    const refused: { reason: string; seconds?: number; change?: Change; client?: string; message: string }[] = [
      { reason: "by anybody else", client: "admin", message: "only the operator and custodians make identities of grants" },
      { reason: "a deadline that has passed", seconds: -5, message: "refused an identity whose deadline has passed" },
      {
        reason: "a deadline beyond what the installation allows",
        seconds: 4 * 3600 + 60,
        message: "refused an identity that lasts too long",
      },
      {
        reason: "a creation time by the client that would make it shorter",
        seconds: 5 * 3600,
        change: withMetadata({ creationTimestamp: "2040-01-01T00:00:00Z" }),
        message: "refused an identity that lasts too long",
      },
      {
        reason: "a token that pods mount",
        change: withFields({ automountServiceAccountToken: true }),
        message: "set automountServiceAccountToken to false",
      },
      {
        reason: "nothing said of mounting",
        change: withFields({ automountServiceAccountToken: undefined }),
        message: "set automountServiceAccountToken to false",
      },
      { reason: "secrets", change: withFields({ secrets: [{ name: "x" }] }), message: "remove secrets and imagePullSecrets" },
      { reason: "image pull secrets", change: withFields({ imagePullSecrets: [{ name: "x" }] }), message: "remove secrets" },
    ];
    for (const { reason, seconds = 900, change = asItIs, client = OPERATOR, message } of refused) {
      it(`refused: ${reason}`, async () => {
        const object = change(grant({ deadline: inSeconds(seconds) }).identity);
        expect(await policyRefusal(attempt(mighty(client), object))).to.contain(message);
      });
    }

    it("refused: another name, by anybody", async () => {
      const helper = withMetadata({ name: "helper" })(grant().identity);
      for (const client of [admin(), mighty(OPERATOR)]) {
        expect(await policyRefusal(attempt(client, helper))).to.match(
          / identit|another name|no part of emergency access|without the label/,
        );
      }
    });

    it("allowed: the longest that the installation allows", async () => {
      await attempt(operator, grant({ deadline: inSeconds(4 * 3600) }).identity);
    });

    it("refused: changing one, by anybody", async () => {
      const identity = grant({ requestUID: "4f1c2a9e-0000-0000-0000-000000000004" }).identity;
      await operator.create(identity);
      const ref = { apiVersion: "v1", kind: "ServiceAccount", namespace: BG, name: identity.metadata?.name ?? "" };
      const patches = [
        { automountServiceAccountToken: true },
        { secrets: [{ name: "x" }] },
        { metadata: { labels: null } },
        { metadata: { annotations: { "securitybaseline.dev/request-uid": "other" } } },
        { metadata: { finalizers: ["x.io/stay"] } },
      ];
      for (const patch of patches) {
        expect(await policyRefusal(admin().mergePatch(ref, patch))).to.contain("an identity of a grant cannot be changed");
      }
      await admin().send({ method: "DELETE", path: `${await admin().path(ref)}?propagationPolicy=Foreground` });
      await eventually("the identity is gone", async () => (await admin().find(ref)) === undefined);
    });

    it("not judged: default, which every namespace has", async () => {
      const ref = { apiVersion: "v1", kind: "ServiceAccount", namespace: BG, name: "default" };
      await admin().delete(ref);
      await eventually("the controller made it anew", () => admin().get(ref));
    });
  });
});

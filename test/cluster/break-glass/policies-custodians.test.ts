/** Proves that custodians, while the operator is down, can make grants by hand under the same policies, and nothing else. */
import { expect } from "chai";
import type { KubernetesObject } from "../../../operator/api/object.ts";
import type { GrantInput } from "../../../operator/breakglass/grant.ts";
import { DEFAULT_SETTINGS } from "../../../operator/breakglass/installation.ts";
import type { BreakGlassSettings } from "../../../operator/breakglass/types.ts";
import { breakGlassInstallation } from "../../../operator/policies/installation.ts";
import { mint } from "../../support/break-glass.ts";
import { admin, impersonate } from "../../support/cluster.ts";
import { eventually } from "../../support/eventually.ts";
import { grantFor, inSeconds, RBAC_VERSION, user, withMetadata } from "../../support/grant-by-hand.ts";
import { installOperatorManifests } from "../../support/installation.ts";
import { operatorClient, RBAC } from "../../support/operator-token.ts";
import { attempt, BG, policedNamespace, policyRefusal } from "../../support/policed.ts";
import { refusal } from "../../support/refusal.ts";

const jo = user("jo");
const marked = (value: string) => withMetadata({ labels: { "securitybaseline.dev/break-glass": value } });
const CUSTODIANS = "securitybaseline-break-glass-custodians";

describe("policies on custodians", () => {
  let namespace: string;
  const custodian = () => impersonate("kim", "custodians");

  const install = async (settings: BreakGlassSettings): Promise<void> => {
    for (const object of breakGlassInstallation(settings)) {
      await admin().apply(object as KubernetesObject, { manager: "kubectl", force: true });
    }
  };

  const grant = (requestUID: string, input: Partial<GrantInput> = {}) =>
    Object.values(grantFor(namespace, { requestUID, ...input })).map(marked("by-hand"));

  before(async () => {
    await installOperatorManifests();
    namespace = await policedNamespace();
    await install({ ...DEFAULT_SETTINGS, custodians: ["keepers", "custodians"] });
    await eventually("the policies know the custodians", async () => {
      for (const object of grant("by-hand-0").slice(0, 3)) await attempt(custodian(), object);
    });
  });

  after(async () => {
    await install(DEFAULT_SETTINGS);
    for (const kind of ["ClusterRoleBinding", "ClusterRole"]) await admin().delete({ apiVersion: RBAC_VERSION, kind, name: CUSTODIANS });
    for (const kind of ["RoleBinding", "Role"]) await admin().delete({ apiVersion: RBAC_VERSION, kind, namespace: BG, name: CUSTODIANS });
    await eventually("the policies know no custodians", async () => {
      const [identity] = grant("by-hand-1");
      await policyRefusal(attempt(impersonate("kim", "system:masters", "custodians"), identity ?? {}));
    });
  });

  it("allowed: a grant, which the requester uses, and its end by deleting the identity", async () => {
    const objects = grant("by-hand-2");
    for (const object of objects) await custodian().create(object);
    const name = objects[0]?.metadata?.name ?? "";
    const token = await mint(impersonate("jane"), name);
    await token.list("v1", "Pod", { namespace });
    await custodian().delete({ apiVersion: "v1", kind: "ServiceAccount", namespace: BG, name });
  });

  const marks = [
    { who: "a custodian", value: "grant", reason: "the operator's" },
    { who: "a custodian", value: "other", reason: "nobody's" },
    { who: "the operator", value: "by-hand", reason: "a custodian's" },
  ];
  for (const { who, value, reason } of marks) {
    it(`refused: an object of a grant that ${who} makes with ${reason} mark`, async () => {
      const client = who === "a custodian" ? custodian() : await operatorClient();
      const objects = grant(`by-hand-6-${value}`);
      // Without a Role of its name there is nothing to bind.
      for (const minter of objects.filter(({ kind }) => kind === "Role")) await custodian().create(minter);
      for (const object of objects.map(marked(value)).filter(({ kind }) => kind !== "Role")) {
        const message = await policyRefusal(attempt(client, object));
        // What the operator makes without its own mark is no grant to the policies that confine it, either.
        expect(message, object.kind).to.match(/with the mark of another maker|securitybaseline-operator-/);
      }
    });
  }

  it("refused: a mark that is changed later", async () => {
    const [identity = {}, binding = {}] = grant("by-hand-7");
    for (const object of [identity, binding]) {
      await custodian().create(object);
      const { apiVersion = "", kind = "", metadata = {} } = object;
      const ref = { apiVersion, kind, namespace: metadata.namespace ?? "", name: metadata.name ?? "" };
      expect(await policyRefusal(admin().mergePatch(ref, { metadata: marked("grant")(object).metadata }))).to.contain("cannot be changed");
      await admin().delete(ref);
    }
  });

  it("refused: more time than the installation allows", async () => {
    const [identity] = grant("by-hand-3", { deadline: inSeconds(5 * 3600) });
    expect(await policyRefusal(attempt(custodian(), identity ?? {}))).to.contain("refused an identity that lasts too long");
  });

  it("refused: another ServiceAccount in the break-glass namespace", async () => {
    const account = {
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: { namespace: BG, name: "helper" },
      automountServiceAccountToken: false,
    };
    expect(await policyRefusal(attempt(custodian(), account))).to.contain("refused a ServiceAccount that is no identity of a grant");
  });

  it("refused: an allowed role for a person, which would never end", async () => {
    for (const kind of ["RoleBinding", "ClusterRoleBinding"]) {
      const binding = {
        apiVersion: RBAC_VERSION,
        kind,
        metadata: { ...(kind === "RoleBinding" && { namespace }), name: "mine" },
        roleRef: { apiGroup: RBAC, kind: "ClusterRole", name: "sb-incident-admin" },
        subjects: [jo],
      };
      expect(await policyRefusal(attempt(custodian(), binding))).to.contain("refused a binding to others beside or instead of an identity");
    }
  });

  it("refused: another role for an identity", async () => {
    const [, binding] = grant("by-hand-4", { role: "view" });
    const failure = await refusal(attempt(impersonate("kim", "system:masters", "custodians"), binding ?? {}));
    expect(failure.message).to.contain(
      "refused a binding of an identity to another role: the installation allows sb-cluster-admin, sb-incident-admin, sb-drill",
    );
  });

  const others = {
    Role: { rules: [{ apiGroups: ["securitybaseline.dev"], resources: ["breakglassprofiles"], verbs: ["approve"] }] },
    RoleBinding: { roleRef: { apiGroup: RBAC, kind: "Role", name: "break-glass-approve-everything" }, subjects: [jo] },
  };
  for (const [kind, body] of Object.entries(others)) {
    it(`refused: another ${kind} in the break-glass namespace`, async () => {
      const object = { apiVersion: RBAC_VERSION, kind, metadata: { namespace: BG, name: "mine" }, ...body };
      expect(await policyRefusal(attempt(custodian(), object))).to.contain("of a grant with another form");
    });
  }

  it("refused: a token, by the rights that custodians have", async () => {
    const [identity = {}] = grant("by-hand-5");
    await custodian().create(identity);
    const failure = await refusal(custodian().createToken(BG, identity.metadata?.name ?? "", 600));
    expect(failure.message).to.contain('cannot create resource "serviceaccounts/token"');
  });
});

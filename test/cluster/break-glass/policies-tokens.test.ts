/** Proves that no token outlives its grant, whoever asks for it, and that a token works for what was granted and no longer. */
import { expect } from "chai";
import type { KubernetesObject } from "../../../operator/api/object.ts";
import { admin, asServiceAccount, impersonate } from "../../support/cluster.ts";
import { eventually } from "../../support/eventually.ts";
import { installOperatorManifests } from "../../support/installation.ts";
import { RBAC } from "../../support/operator-token.ts";
import { BG, grantNameIn, mighty, policyRefusal } from "../../support/policed.ts";
import { refusal } from "../../support/refusal.ts";
import { authorizerCaughtUp } from "../../support/server-caches.ts";

describe("policies on tokens", () => {
  let name: string;
  let old: string;
  let long: string;

  const identity = (account: string): KubernetesObject => ({
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { namespace: BG, name: account, labels: { "securitybaseline.dev/break-glass": "grant" } },
    automountServiceAccountToken: false,
  });

  /** A TokenRequest with these fields of its spec, and of its metadata. */
  const mint = (
    client = admin(),
    { account = name, spec = {}, metadata = {} }: { account?: string | undefined; spec?: object; metadata?: object } = {},
  ) =>
    client.send<{ spec: { expirationSeconds: number }; status: { token: string; expirationTimestamp: string } }>({
      method: "POST",
      path: `/api/v1/namespaces/${BG}/serviceaccounts/${account}/token`,
      body: { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", metadata, spec: { expirationSeconds: 600, ...spec } },
    });

  before(async () => {
    await installOperatorManifests();
    name = grantNameIn(900, "tokens0000");
    old = grantNameIn(1800, "tokens0001");
    long = grantNameIn(3900, "tokens0002");
    const operator = await asServiceAccount("securitybaseline-system", "securitybaseline-operator");
    for (const account of [name, old, long]) await operator.create(identity(account));
    const rules = [{ apiGroups: [""], resources: ["serviceaccounts/token"], verbs: ["create", "mint"], resourceNames: [name] }];
    const metadata = { namespace: BG, name, labels: { "securitybaseline.dev/break-glass": "grant" } };
    await operator.create({ apiVersion: `${RBAC}/v1`, kind: "Role", metadata, rules });
    await operator.create({
      apiVersion: `${RBAC}/v1`,
      kind: "RoleBinding",
      metadata,
      roleRef: { apiGroup: RBAC, kind: "Role", name },
      subjects: [{ apiGroup: RBAC, kind: "User", name: "jane" }],
    });
    await authorizerCaughtUp();
  });

  it("allowed: a token within the deadline, for whom the grant is", async () => {
    const { status } = await mint(impersonate("jane"));
    expect(Date.parse(status.expirationTimestamp) / 1000).to.be.at.most(Number(name.slice(-10)));
    const client = admin().as({ token: status.token });
    const self = await client.send<{ status: { userInfo: { username: string } } }>({
      method: "POST",
      path: "/apis/authentication.k8s.io/v1/selfsubjectreviews",
      body: { apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview" },
    });
    expect(self.status.userInfo.username).to.equal(`system:serviceaccount:${BG}:${name}`);
  });

  const past = "refused a token that would outlive its grant: ask for";
  const refused = [
    { reason: "beyond the deadline", spec: { expirationSeconds: 3600 }, message: past },
    { reason: "no lifetime, which means an hour", spec: { expirationSeconds: undefined }, message: past },
    { reason: "a lifetime that overflows", spec: { expirationSeconds: 4_294_967_296 }, message: past },
    {
      reason: "a creation time by the client, long ago",
      spec: { expirationSeconds: 3600 },
      metadata: { creationTimestamp: "2001-01-01T00:00:00Z" },
      message: past,
    },
    {
      reason: "the lifetime that the API server prolongs to a year, for a pod",
      account: () => long,
      spec: { expirationSeconds: 3607, boundObjectRef: { apiVersion: "v1", kind: "Pod", name: "x", uid: "1" } },
      message: "leave out spec.boundObjectRef",
    },
    {
      reason: "bound to a Secret",
      spec: { boundObjectRef: { apiVersion: "v1", kind: "Secret", name: "x", uid: "1" } },
      message: "leave out spec.boundObjectRef",
    },
    { reason: "for another ServiceAccount of the namespace", account: () => "default", message: "no identity of a grant" },
  ];
  for (const { reason, message, account, ...request } of refused) {
    it(`refused, also to system:masters: ${reason}`, async () => {
      expect((await refusal(mint(admin(), { ...request, account: account?.() }))).message).to.contain(message);
    });
  }

  describe("of somebody else's grant", () => {
    const OF_ALL = "policies-tokens-of-all";
    const others: readonly { reason: string; user: string; role: string }[] = [
      { reason: "an editor of every namespace", user: "ed", role: "edit" },
      { reason: "an administrator of every namespace", user: "ada", role: "admin" },
      { reason: "who may create tokens of every account", user: "tom", role: OF_ALL },
    ];
    const nameOf = (role: string): string => `policies-tokens-${role}`;

    before(async () => {
      const rules = [{ apiGroups: [""], resources: ["serviceaccounts/token"], verbs: ["create", "get"] }];
      await admin().create({ apiVersion: `${RBAC}/v1`, kind: "ClusterRole", metadata: { name: OF_ALL }, rules } as KubernetesObject);
      for (const { user, role } of others) {
        await admin().create({
          apiVersion: `${RBAC}/v1`,
          kind: "ClusterRoleBinding",
          metadata: { name: nameOf(role) },
          roleRef: { apiGroup: RBAC, kind: "ClusterRole", name: role },
          subjects: [{ apiGroup: RBAC, kind: "User", name: user }],
        });
      }
      await authorizerCaughtUp();
    });

    after(async () => {
      for (const { role } of others) await admin().delete({ apiVersion: `${RBAC}/v1`, kind: "ClusterRoleBinding", name: nameOf(role) });
      await admin().delete({ apiVersion: `${RBAC}/v1`, kind: "ClusterRole", name: OF_ALL });
    });

    for (const { reason, user } of others) {
      it(`refused: ${reason}`, async () => {
        expect(await policyRefusal(mint(impersonate(user)))).to.contain(
          "refused a token of somebody else's grant: only the person it was given to",
        );
      });
    }

    it("refused: the person of another grant, whom RBAC refuses already", async () => {
      expect((await refusal(mint(impersonate("jane"), { account: old }))).status).to.equal(403);
    });
  });

  it("tells how long a token may still be", async () => {
    const seconds = Number(
      /ask for (\d+) seconds or less/.exec(await policyRefusal(mint(admin(), { spec: { expirationSeconds: 3600 } })))?.[1],
    );
    expect(seconds).to.be.within(600, 900);
  });

  it("refused: by the operator, and by emergency access itself", async () => {
    const operator = await asServiceAccount("securitybaseline-system", "securitybaseline-operator");
    const token = admin().as({ token: (await mint()).status.token });
    expect(await policyRefusal(mint(operator))).to.contain("neither the operator nor emergency access itself may mint any");
    expect(await policyRefusal(mint(mighty(`system:serviceaccount:${BG}:${old}`)))).to.contain("emergency access");
    await token.send({ method: "GET", path: "/version" });
  });

  it("dead when the identity is deleted", async () => {
    const client = admin().as({ token: (await mint(admin(), { account: old })).status.token });
    await client.send({ method: "GET", path: "/version" });
    await admin().delete({ apiVersion: "v1", kind: "ServiceAccount", namespace: BG, name: old });
    // The API server remembers for ten seconds whom a token belongs to.
    await eventually(
      "the token is dead",
      async () => {
        expect((await refusal(client.send({ method: "GET", path: "/version" }))).status).to.equal(401);
      },
      30_000,
    );
  });

  it("dead also where an account of the same name is made anew, whose tokens end by the same deadline", async () => {
    const operator = await asServiceAccount("securitybaseline-system", "securitybaseline-operator");
    const client = admin().as({ token: (await mint(admin(), { account: long })).status.token });
    await admin().delete({ apiVersion: "v1", kind: "ServiceAccount", namespace: BG, name: long });
    await operator.create(identity(long));
    expect((await refusal(client.send({ method: "GET", path: "/version" }))).status).to.equal(401);
    const another = admin().as({ token: (await mint(admin(), { account: long })).status.token });
    await another.send({ method: "GET", path: "/version" });
    expect(await policyRefusal(mint(admin(), { account: long, spec: { expirationSeconds: 7200 } }))).to.contain(past);
  });
});

/** Proves that the trail of a grant leads from each action to the person who minted its token, and that a gap in it is seen. */
import { expect } from "chai";
import { chainOf, type Target } from "../../../../operator/cli/audit-trace/chain.ts";
import { deedOf } from "../../../../operator/cli/audit-trace/deed.ts";
import { type AuditEvent, parseEvent } from "../../../../operator/cli/audit-trace/event.ts";
import { approved, asked, done, event, GRANT, JTI, minted, REQUEST_UID, recorded } from "./events.ts";

const OPERATOR = "system:serviceaccount:securitybaseline-system:securitybaseline-operator";
const HOME = "securitybaseline-breakglass";
const OTHER = "bg-zzzzzzzzzz-1764100000";

function trace(events: readonly AuditEvent[], target: Target = { request: "payments/inc-1" }) {
  return chainOf(
    events.map((event) => deedOf(event)).filter((deed) => deed !== undefined),
    target,
  );
}

const lines = (events: readonly AuditEvent[], target?: Target) =>
  trace(events, target).deeds.map(({ person, link, what }) => [person, link, what]);

const WHOLE = [asked, approved, recorded, minted, done(6)];
const TOLD = [
  ["jane", "asked", "for payments/inc-1"],
  ["lea", "decided", "Approve payments/inc-1"],
  [OPERATOR, "recorded", "Issuing"],
  ["jane", "minted", `token ${JTI}`],
  ["jane", "did", "get /api/v1/namespaces/payments/pods/web"],
];

describe("the trail of a grant", () => {
  it("tells all of it by the request", () => {
    expect(lines(WHOLE)).to.deep.equal(TOLD);
    expect(trace(WHOLE).orphans).to.deep.equal([]);
    expect(trace(WHOLE).grants).to.deep.equal([GRANT]);
  });

  it("tells the same by the grant", () => {
    expect(lines(WHOLE, { grant: GRANT })).to.deep.equal(TOLD);
  });

  it("is in order of time, whatever the order of the lines", () => {
    expect(lines(WHOLE.toReversed())).to.deep.equal(TOLD);
  });

  it("counts a request once that is recorded at its start and at its end, as it ended", () => {
    const watch = done(6, { verb: "watch", responseStatus: { code: 200 } });
    const { deeds } = trace([minted, { ...watch, responseStatus: {} }, watch], { grant: GRANT });
    expect(deeds.map(({ link, code }) => [link, code])).to.deep.equal([
      ["minted", 200],
      ["did", 200],
    ]);
  });

  it("leaves out other grants, and a later request of the same name stays apart by its uid", () => {
    const otherUID = "99999999-2222-3333-4444-555555555555";
    const others = [
      event(7, {
        user: { username: "bob" },
        requestURI: "/x",
        objectRef: { resource: "serviceaccounts", subresource: "token", namespace: HOME, name: OTHER },
      }),
      event(8, {
        objectRef: { resource: "breakglassauditentries" },
        requestObject: { spec: { type: "Issuing", requestUID: otherUID, grant: OTHER } },
      }),
    ];
    expect(lines([...WHOLE, ...others])).to.deep.equal(TOLD);
  });

  it("links a grant that was made by hand by the request that its objects name", () => {
    const made = event(4, {
      user: { username: "custodian" },
      objectRef: { resource: "rolebindings", namespace: "payments", name: GRANT },
      requestObject: { metadata: { annotations: { "securitybaseline.dev/request-uid": REQUEST_UID } } },
    });
    expect(lines([asked, made])).to.deep.equal([TOLD[0], ["custodian", "changed", `create rolebindings ${GRANT} in payments`]]);
  });

  it("shows what was refused: a request, a token and an action", () => {
    const refused = [
      event(1, { objectRef: { resource: "breakglassrequests", namespace: "payments", name: "inc-1" }, responseStatus: { code: 403 } }),
      event(2, {
        objectRef: { resource: "serviceaccounts", subresource: "token", namespace: HOME, name: GRANT },
        responseStatus: { code: 403 },
      }),
    ];
    const { deeds } = trace([...refused, asked, recorded, minted, done(6, { responseStatus: { code: 403 } })]);
    expect(deeds.map(({ link, code }) => [link, code])).to.deep.equal([
      ["asked", 403],
      ["asked", 200],
      ["minted", 403],
      ["recorded", 200],
      ["minted", 200],
      ["did", 403],
    ]);
  });

  it("is empty for a request that nobody made", () => {
    expect(trace(WHOLE, { request: "payments/inc-2" })).to.deep.equal({ grants: [], deeds: [], orphans: [] });
  });
});

describe("a gap in the trail", () => {
  const EVE = { username: "eve", extra: { "authentication.kubernetes.io/credential-id": [JTI] } };
  const identity = { username: `system:serviceaccount:securitybaseline-breakglass:${GRANT}` };
  const cases: readonly { reason: string; events: readonly AuditEvent[] }[] = [
    { reason: "nobody minted a token", events: [done(6)] },
    {
      reason: "another token than the minted one was used",
      events: [minted, done(6, { user: { ...identity, extra: { "authentication.kubernetes.io/credential-id": ["JTI=other"] } } })],
    },
    { reason: "the token has no id", events: [minted, done(6, { user: identity })] },
    { reason: "an account of Kubernetes minted the token", events: [{ ...minted, user: { username: OPERATOR } }, done(6)] },
    {
      reason: "somebody impersonates the identity with a token of a grant",
      events: [minted, { ...done(6), user: EVE, impersonatedUser: identity }],
    },
  ];
  for (const { reason, events } of cases) {
    it(`is seen: ${reason}`, () => {
      const { orphans } = trace(events, { grant: GRANT });
      expect(orphans.map(({ link, person }) => [link, person])).to.deep.equal([["did", undefined]]);
    });
  }

  it("names who impersonated", () => {
    const [, deed] = trace(cases.at(-1)?.events ?? [], { grant: GRANT }).deeds;
    expect(deed?.who).to.equal(`${identity.username}, impersonated by eve`);
  });
});

describe("a line of the log", () => {
  it("is skipped unread where it concerns no grant", () => {
    expect(parseEvent('{"verb":"get","requestURI":"/api/v1/pods" and then it is cut')).to.equal(undefined);
  });

  it("is told where it concerns one and is cut off", () => {
    expect(() => parseEvent(`{"requestURI":"/api/v1/namespaces/x/serviceaccounts/${GRANT}`)).to.throw(SyntaxError);
  });

  it("means nothing where it only reads our kinds or the objects of a grant", () => {
    expect(deedOf(event(1, { verb: "get", objectRef: { resource: "serviceaccounts", name: GRANT } }))).to.equal(undefined);
    expect(deedOf({ ...asked, verb: "get" })).to.equal(undefined);
    expect(deedOf({ ...recorded, verb: "list" })).to.equal(undefined);
  });

  describe("of what a grant changed that decides about rights", () => {
    const bindings = { apiGroup: "rbac.authorization.k8s.io", resource: "clusterrolebindings", name: "stay" };
    const cases: readonly { reason: string; fields: Partial<AuditEvent>; change: string | undefined }[] = [
      { reason: "a binding", fields: { objectRef: bindings }, change: "create rbac.authorization.k8s.io/clusterrolebindings stay" },
      {
        reason: "a policy",
        fields: {
          verb: "delete",
          objectRef: { apiGroup: "admissionregistration.k8s.io", resource: "validatingadmissionpolicybindings", name: "x" },
        },
        change: "delete admissionregistration.k8s.io/validatingadmissionpolicybindings x",
      },
      {
        reason: "an API",
        fields: { verb: "patch", objectRef: { apiGroup: "apiregistration.k8s.io", resource: "apiservices", name: "v1.x" } },
        change: "patch apiregistration.k8s.io/apiservices v1.x",
      },
      {
        reason: "the status of a kind",
        fields: {
          verb: "update",
          objectRef: { apiGroup: "apiextensions.k8s.io", resource: "customresourcedefinitions", subresource: "status", name: "a.b" },
        },
        change: "update apiextensions.k8s.io/customresourcedefinitions/status a.b",
      },
      {
        reason: "many at once",
        fields: { verb: "deletecollection", objectRef: { apiGroup: "apiextensions.k8s.io", resource: "customresourcedefinitions" } },
        change: "deletecollection apiextensions.k8s.io/customresourcedefinitions",
      },
      {
        reason: "a token",
        fields: { objectRef: { resource: "serviceaccounts", subresource: "token", namespace: "ci", name: "deployer" } },
        change: "create serviceaccounts/token ci/deployer",
      },
      {
        reason: "a Secret",
        fields: { objectRef: { resource: "secrets", namespace: "ci", name: "key" } },
        change: "create secrets ci/key",
      },
      {
        reason: "a binding, as somebody else",
        fields: { objectRef: bindings, impersonatedUser: { username: "root" } },
        change: "create rbac.authorization.k8s.io/clusterrolebindings stay as root",
      },
      { reason: "nothing where it was refused", fields: { objectRef: bindings, responseStatus: { code: 403 } }, change: undefined },
      { reason: "nothing where it only read", fields: { verb: "list", objectRef: bindings }, change: undefined },
      { reason: "nothing with other objects", fields: { objectRef: { resource: "configmaps", name: "x" } }, change: undefined },
      {
        reason: "nothing with a ServiceAccount, which is no credential",
        fields: { objectRef: { resource: "serviceaccounts", name: "x" } },
        change: undefined,
      },
    ];
    for (const { reason, fields, change } of cases) {
      it(`lists ${reason}`, () => {
        const { deeds } = trace([...WHOLE, done(7, { verb: "create", ...fields })]);
        expect(deeds.map((deed) => deed.change)).to.deep.equal([...WHOLE.map(() => undefined), change]);
        expect(deeds.at(-1)).to.include({ link: "did", person: "jane" });
      });
    }
  });
});

/** Proves what the API server lets people ask for: in their own name, and what a profile offers them. */
import { expect } from "chai";
import type { ApiClient } from "../../support/api-client.ts";
import { admin, asServiceAccount, freshNamespace, impersonate } from "../../support/cluster.ts";
import { eventually } from "../../support/eventually.ts";
import { installOperatorManifests } from "../../support/installation.ts";
import { person } from "../../support/people.ts";
import {
  API_VERSION,
  attempt,
  BG,
  mighty,
  NO_PARAMS,
  OPERATOR,
  PROFILES,
  policedNamespace,
  policyRefusal,
  requestOf,
} from "../../support/policed.ts";
import { refusal } from "../../support/refusal.ts";
import { policiesKnow } from "../../support/server-caches.ts";

/** RFC 3339, in so many days. */
const fromNow = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString();

describe("policies on requests", () => {
  let namespace: string;

  before(async () => {
    await installOperatorManifests();
    namespace = await policedNamespace();
  });

  describe("in one's own name", () => {
    const refused = [
      {
        reason: "the name of somebody else",
        spec: { requester: { username: "lea" } },
        message: 'spec.requester must be the sender: set its username to "jane" and leave out its uid',
      },
      { reason: "no name", spec: { requester: undefined }, message: "spec.requester must be the sender" },
      {
        reason: "a uid that the API server does not know",
        spec: { requester: { username: "jane", uid: "7" } },
        message: "and leave out its uid",
      },
    ];
    for (const { reason, spec, message } of refused) {
      it(`refused: ${reason}`, async () => {
        expect(await policyRefusal(attempt(impersonate("jane", "oncall"), requestOf(namespace, "jane", spec)))).to.contain(message);
      });
    }

    it("refused: the name of somebody else, also to a member of system:masters", async () => {
      expect(await policyRefusal(attempt(admin(), requestOf(namespace, "jane")))).to.contain("spec.requester must be the sender");
    });

    it("a uid, where the API server knows one, must be there and the same", async () => {
      const { client } = await person("jane", ["oncall"], "uid-of-jane");
      const own = await attempt(client, requestOf(namespace, "jane", { requester: { username: "jane", uid: "uid-of-jane" } }));
      expect(own).to.have.nested.property("spec.requester.uid", "uid-of-jane");
      for (const requester of [{ username: "jane" }, { username: "jane", uid: "uid-of-lea" }]) {
        const message = await policyRefusal(attempt(client, requestOf(namespace, "jane", { requester })));
        expect(message).to.contain('set its username to "jane" and its uid to "uid-of-jane"');
      }
    });

    const machines = [
      { reason: "the operator", user: OPERATOR },
      { reason: "another ServiceAccount", user: "system:serviceaccount:default:default" },
    ];
    for (const { reason, user } of machines) {
      it(`refused: ${reason}`, async () => {
        const message = await policyRefusal(attempt(mighty(user), requestOf(namespace, user)));
        expect(message).to.contain("emergency access is for people");
      });
    }
  });

  describe("what a profile offers", () => {
    const allowed = [
      { reason: "a profile of one's group", spec: {} },
      { reason: "the longest time", spec: { duration: "1h" } },
      { reason: "practice", spec: { drill: true } },
      { reason: "a beginning in less than seven days", spec: { startTime: fromNow(6.9) } },
      { reason: "a beginning that is over", spec: { startTime: fromNow(-1) } },
      { reason: "no approval, as a member of the bypass groups", group: "seniors", spec: { bypass: true, duration: "30m" } },
      { reason: "a profile without a ticket pattern", group: "dbas", spec: { profile: "database", ticket: undefined } },
    ];
    for (const { reason, group = "oncall", spec } of allowed) {
      it(`allowed: ${reason}`, async () => {
        const request = await attempt(impersonate("jane", group), requestOf(namespace, "jane", spec));
        expect(request).to.have.nested.property("spec.requester.username", "jane");
      });
    }

    const refused = [
      {
        reason: "a profile that is not there",
        spec: { profile: "incidents" },
        message: 'there is no profile "incidents" in mode Enforce here: set spec.profile to one of incident, database',
      },
      { reason: "a profile of other groups", spec: { profile: "database" }, message: 'you may not use the profile "database" here' },
      {
        reason: "too long",
        spec: { duration: "61m" },
        message: "the profile grants sb-incident-admin for 1h at most: set spec.duration to 1h or less",
      },
      {
        reason: "too long without a ticket: the limit is told first",
        spec: { duration: "61m", ticket: undefined },
        message: "the profile grants sb-incident-admin for 1h at most",
      },
      { reason: "no ticket", spec: { ticket: undefined }, message: "the profile asks for a ticket like ^INC-[0-9]+$: set spec.ticket" },
      { reason: "a ticket of another form", spec: { ticket: "CHG-1" }, message: "the profile asks for a ticket like ^INC-[0-9]+$" },
      {
        reason: "no approval, as somebody else",
        spec: { bypass: true },
        message: "only seniors may skip the approval: remove spec.bypass",
      },
      {
        reason: "no approval, for too long",
        group: "seniors",
        spec: { bypass: true, duration: "31m" },
        message: "without approval the profile lasts 30m at most",
      },
      {
        reason: "no approval where the profile does not allow it",
        group: "dbas",
        spec: { profile: "database", bypass: true },
        message: "the profile does not allow to skip the approval: remove spec.bypass",
      },
      {
        reason: "a beginning that is too far away",
        spec: { startTime: fromNow(7.1) },
        message: "access begins seven days from now at the latest: set spec.startTime to an earlier time, or remove it",
      },
      { reason: "finalizers", metadata: { finalizers: ["x.io/stay"] }, message: "remove metadata.finalizers and metadata.ownerReferences" },
      {
        reason: "owners",
        metadata: { ownerReferences: [{ apiVersion: "v1", kind: "ConfigMap", name: "x", uid: "1" }] },
        message: "remove metadata.finalizers and metadata.ownerReferences",
      },
    ];
    for (const { reason, group = "oncall", spec, metadata, message } of refused) {
      it(`refused: ${reason}`, async () => {
        const request = requestOf(namespace, "jane", spec, metadata);
        expect(await policyRefusal(attempt(impersonate("jane", group), request))).to.contain(message);
      });
    }
  });

  it("refused: where one's group may not ask, by RBAC: in another namespace, and as an approver", async () => {
    const others = PROFILES.map((profile) => ({ ...profile, requesters: { groups: ["others"] } }));
    const elsewhere = await policedNamespace({ profiles: others });
    for (const [client, place] of [
      [impersonate("jane", "oncall"), elsewhere],
      [impersonate("lea", "leads"), namespace],
    ] as const) {
      expect((await refusal(attempt(client, requestOf(place, "jane")))).message).to.contain('cannot create resource "breakglassrequests"');
    }
  });

  describe("where no baseline enforces profiles", () => {
    const modes = [
      { reason: "the baseline reports", section: { mode: "Report", profiles: PROFILES } },
      { reason: "the section is off", section: { mode: "Off", profiles: PROFILES } },
      { reason: "there are no profiles", section: {} },
    ] as const;
    for (const { reason, section } of modes) {
      it(`refused: ${reason}`, async () => {
        const elsewhere = await policedNamespace(section);
        const message = await policyRefusal(attempt(mighty("jane", "oncall"), requestOf(elsewhere, "jane")));
        expect(message).to.contain(
          'there is no profile "incident" in mode Enforce here: set spec.profile to one that the baseline has; it has none',
        );
      });
    }

    it("refused: there is no baseline", async () => {
      const bare = await freshNamespace("bare");
      const message = await policyRefusal(attempt(mighty("jane", "oncall"), requestOf(bare, "jane")));
      expect(message).to.contain(NO_PARAMS);
    });
  });

  describe("for the whole cluster", () => {
    const ref = { apiVersion: API_VERSION, kind: "ClusterSecurityBaseline", name: "cluster" };
    const ask = (client: ApiClient) => attempt(client, requestOf(BG, "jane", { profile: "everything", ticket: undefined }));

    afterEach(async () => {
      if (await admin().find(ref)) await admin().delete(ref);
      await policiesKnow(ref);
    });

    it("judged by the ClusterSecurityBaseline, and refused without", async () => {
      expect(await policyRefusal(ask(mighty("jane")))).to.contain(NO_PARAMS);
      const profile = { name: "everything", role: "sb-incident-admin", requesters: { groups: ["sre"] }, maxDuration: "1h" };
      const profiles = [{ ...profile, approvers: { groups: ["leads"], required: 2 } }];
      await admin().create({ apiVersion: API_VERSION, kind: ref.kind, metadata: { name: ref.name }, spec: { breakGlass: { profiles } } });
      await policiesKnow(ref);
      await ask(mighty("jane"));
      const message = await policyRefusal(attempt(mighty("jane"), requestOf(BG, "jane")));
      expect(message).to.contain('there is no profile "incident" in mode Enforce here: set spec.profile to one of everything');
    });
  });

  describe("afterwards", () => {
    const ref = () => ({ apiVersion: API_VERSION, kind: "BreakGlassRequest", namespace, name: "checkout" });

    before(() => mighty("jane").create(requestOf(namespace, "jane")));

    it("refused: a status by anybody but the operator, system:masters included", async () => {
      const status = admin().mergePatch({ ...ref(), subresource: "status" }, { status: { phase: "Active" } });
      expect(await policyRefusal(status)).to.contain("only the operator writes the status of a request");
    });

    it("allowed: a status by the operator", async () => {
      const operator = await asServiceAccount("securitybaseline-system", "securitybaseline-operator");
      const written = await operator.mergePatch({ ...ref(), subresource: "status" }, { status: { phase: "Pending" } });
      expect(written).to.have.nested.property("status.phase", "Pending");
    });

    it("refused: a finalizer", async () => {
      const patch = admin().mergePatch(ref(), { metadata: { finalizers: ["x.io/stay"] } });
      expect(await policyRefusal(patch)).to.contain("refused a finalizer: a request can be deleted at any time");
    });

    it("allowed: a note, and deletion in the foreground", async () => {
      await admin().mergePatch(ref(), { metadata: { annotations: { "team.example/note": "x" } } });
      const path = await admin().path(ref());
      await admin().send({ method: "DELETE", path: `${path}?propagationPolicy=Foreground` });
      await eventually("the request is gone", async () => (await admin().find(ref())) === undefined);
    });
  });
});

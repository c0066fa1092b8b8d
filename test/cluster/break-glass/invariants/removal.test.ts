/** Proves invariant 10: a grant ends with whatever it rests on. */
import { expect } from "chai";
import type { BreakGlassRequest } from "../../../../operator/api/break-glass-request.ts";
import type { ApiClient } from "../../../support/api-client.ts";
import { applyBaseline, baselineRef, protectedNamespace } from "../../../support/baselines.ts";
import { bypass, entriesAbout, INCIDENT, identityOf, mint, objectsOf, readRequest } from "../../../support/break-glass.ts";
import { admin } from "../../../support/cluster.ts";
import { eventually } from "../../../support/eventually.ts";
import { installOperatorManifests } from "../../../support/installation.ts";
import { type OperatorProcess, startOperator } from "../../../support/operator-process.ts";
import { type Person, person } from "../../../support/people.ts";
import { API_VERSION } from "../../../support/policed.ts";
import { refusal } from "../../../support/refusal.ts";

/** A namespace, a request in it, and the end of one of them. */
interface Removal {
  readonly what: string;
  readonly remove: (namespace: string, request: BreakGlassRequest) => Promise<unknown>;
  /** Any of them: of what goes together, either can be seen first. */
  readonly endReasons: readonly string[];
}

describe("invariant 10: a grant ends with whatever it rests on", () => {
  let operator: OperatorProcess;
  let alice: Person;
  let namespace: string;
  let request: BreakGlassRequest;
  let holder: ApiClient;
  let spare: ApiClient;

  before(async () => {
    await installOperatorManifests();
    operator = await startOperator();
    alice = await person("alice", ["oncall"]);
  });

  after(() => operator.stop());

  beforeEach(async () => {
    namespace = await protectedNamespace("removal", { breakGlass: { profiles: [INCIDENT] } });
    request = await bypass(alice, namespace);
    // The API server remembers for ten seconds that a token was good: so one is used before, and another is not.
    holder = await mint(alice.client, identityOf(request));
    spare = await mint(alice.client, identityOf(request));
    await holder.list("v1", "Pod", { namespace });
  });

  const removals: readonly Removal[] = [
    {
      what: "its profile",
      remove: (place) => applyBaseline(place, { breakGlass: { profiles: [{ ...INCIDENT, name: "other" }] } }),
      endReasons: ["ProfileRemoved"],
    },
    {
      what: "the enforcement of its profile",
      remove: (place) => applyBaseline(place, { breakGlass: { mode: "Report", profiles: [INCIDENT] } }),
      endReasons: ["ProfileRemoved"],
    },
    { what: "the baseline", remove: (place) => admin().delete(baselineRef(place)), endReasons: ["ProfileRemoved"] },
    {
      what: "the request",
      remove: (place, { metadata: { name } }) =>
        admin().delete({ apiVersion: API_VERSION, kind: "BreakGlassRequest", namespace: place, name }),
      endReasons: ["RequestDeleted"],
    },
    {
      what: "the namespace",
      remove: (name) => admin().delete({ apiVersion: "v1", kind: "Namespace", name }),
      endReasons: ["ProfileRemoved", "RequestDeleted"],
    },
  ];
  for (const { what, remove, endReasons } of removals) {
    it(`removing ${what} revokes it, and its tokens are dead`, async () => {
      await remove(namespace, request);
      const end = await eventually("the ledger tells the end", async () => {
        const last = (await entriesAbout(request)).at(-1);
        expect(last?.type).to.equal("Revoked");
        return last;
      });
      expect(endReasons).to.include(end?.details?.["endReason"]);
      expect(await objectsOf(identityOf(request), namespace)).to.deep.equal([]);
      // The API server learns of the identity's end, and of the binding's, from caches.
      await eventually("the token that was not used is dead", async () => {
        expect((await refusal(spare.list("v1", "Pod", { namespace }))).status).to.equal(401);
      });
      await eventually("the token that was used is dead", async () => {
        expect((await refusal(holder.list("v1", "Pod", { namespace }))).status).to.be.oneOf([401, 403]);
      });
    });
  }

  it("a namespace that is removed goes to the end, with requests and decisions", async () => {
    const ref = { apiVersion: "v1", kind: "Namespace", name: namespace };
    await admin().delete(ref);
    await eventually("the namespace is gone", async () => (await admin().find(ref)) === undefined);
    expect((await entriesAbout(request)).at(-1)?.type).to.equal("Revoked");
  });

  it("a request whose profile was removed says so", async () => {
    await applyBaseline(namespace, { breakGlass: { profiles: [] } });
    await eventually("the status tells the end", async () => {
      const { status } = await readRequest(request);
      expect(status).to.include({ phase: "Revoked", endReason: "ProfileRemoved" });
    });
  });
});

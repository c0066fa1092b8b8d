/** Proves what is read of APIServices, and that whoever waits for a group and version is told of it. */
import { expect } from "chai";
import type { KubernetesObject } from "../../../operator/api/object.ts";
import { type ApiGroups, createApiGroups, projectApiService } from "../../../operator/cluster/api-groups.ts";
import { settle } from "../../support/manual-clock.ts";
import { PretendCluster } from "../../support/pretend-cluster.ts";

const STORES = { apiVersion: "external-secrets.io/v1" };

function apiService(name: string, spec: object, status?: object): KubernetesObject {
  return { metadata: { name, uid: "u", resourceVersion: "1" }, spec, ...(status && { status }) };
}

const AVAILABLE = { conditions: [{ type: "Available", status: "True" }] };

describe("an APIService", () => {
  const cases: readonly { readonly reason: string; readonly object: KubernetesObject; readonly want: object }[] = [
    {
      reason: "of a CRD's group stands for that group and version",
      object: apiService("v1.external-secrets.io", { group: "external-secrets.io", version: "v1" }, AVAILABLE),
      want: { apiVersion: "external-secrets.io/v1", available: true },
    },
    {
      reason: "of the core group has a version only",
      object: apiService("v1.", { version: "v1" }, AVAILABLE),
      want: { apiVersion: "v1", available: true },
    },
    {
      reason: "whose server does not answer is not available",
      object: apiService("v1.a", { group: "a", version: "v1" }, { conditions: [{ type: "Available", status: "False" }] }),
      want: { apiVersion: "a/v1", available: false },
    },
    {
      reason: "that was not reached yet is not available",
      object: apiService("v1.a", { group: "a", version: "v1" }),
      want: { apiVersion: "a/v1", available: false },
    },
    {
      reason: "with another condition alone is not available",
      object: apiService("v1.a", { group: "a", version: "v1" }, { conditions: [{ type: "Ready", status: "True" }] }),
      want: { apiVersion: "a/v1", available: false },
    },
  ];
  for (const { reason, object, want } of cases) it(reason, () => expect(projectApiService(object)).to.deep.include(want));
});

describe("the API groups", () => {
  let cluster: PretendCluster;
  let groups: ApiGroups;
  let stop: AbortController;
  let running: Promise<void>;
  let standings: string[];

  beforeEach(async () => {
    standings = [];
    cluster = new PretendCluster();
    const log = { info: () => undefined, warn: () => undefined };
    groups = createApiGroups({ transport: cluster, log, onStanding: () => standings.push("known") });
    stop = new AbortController();
    running = groups.run(stop.signal);
    await settle();
  });

  afterEach(async () => {
    stop.abort();
    await running;
  });

  /** Whether this has come to pass, without waiting for it. */
  const isTold = async (told: Promise<void>): Promise<boolean> => {
    let done = false;
    void told.then(() => {
      done = true;
    });
    await settle();
    return done;
  };

  it("are known after one list, and say so", () => {
    expect({ synced: groups.feed.synced, standings, asked: cluster.asked }).to.deep.equal({
      synced: true,
      standings: ["known"],
      asked: ["apiservices"],
    });
    expect(groups.serves("external-secrets.io/v1")).to.equal(false);
  });

  it("tell who waits when a group and version comes and when it goes, as often as it does", async () => {
    for (let round = 0; round < 3; round++) {
      const coming = groups.until(() => groups.serves(STORES.apiVersion), stop.signal);
      expect(await isTold(coming)).to.equal(false);
      cluster.serve(STORES);
      expect(await isTold(coming)).to.equal(true);
      const going = groups.until(() => !groups.serves(STORES.apiVersion), stop.signal);
      expect(await isTold(going)).to.equal(false);
      cluster.withdraw(STORES);
      expect(await isTold(going)).to.equal(true);
    }
  });

  it("tell at once what is so already", async () => {
    cluster.serve(STORES);
    await settle();
    expect(await isTold(groups.until(() => groups.serves(STORES.apiVersion), stop.signal))).to.equal(true);
    expect(await isTold(groups.until(() => !groups.serves("external-secrets.io/v2"), stop.signal))).to.equal(true);
  });

  it("count a group whose server does not answer as absent", async () => {
    cluster.serve(STORES);
    await settle();
    cluster.serve(STORES, false);
    await settle();
    expect(groups.serves(STORES.apiVersion)).to.equal(false);
  });

  it("let go of who waits when the signal is aborted", async () => {
    const end = new AbortController();
    const waiting = groups.until(() => groups.serves(STORES.apiVersion), end.signal);
    end.abort();
    expect(await isTold(waiting)).to.equal(true);
  });
});

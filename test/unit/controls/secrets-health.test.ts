/** Proves what is told of each external secret and store, by what their controller says. */
import { expect } from "chai";
import type { JsonObject } from "../../../operator/api/json.ts";
import { secrets } from "../../../operator/controls/secrets/secrets.ts";
import { clusterSecretStore } from "../../../operator/kinds/cluster-secret-store.ts";
import { externalSecret } from "../../../operator/kinds/external-secret.ts";
import { secretStore } from "../../../operator/kinds/secret-store.ts";
import { healthView, type Seen } from "./health-view.ts";
import { describeHealth, entriesOf, NOON, PENDING, REFRESHED, ready, section } from "./secrets-health-cases.ts";

const MINUTE = 60_000;
/** The interval is 10 minutes, so that the external secret is overdue from 12:20 on. */
const OVERDUE_AT = NOON + 20 * MINUTE;

/** The ExternalSecret in generation 3, with this status. */
function db(status: JsonObject, spec: JsonObject = { refreshInterval: "10m0s" }): Seen {
  return [externalSecret, { metadata: { name: "db", generation: 3 }, spec, status }];
}

function synced(spec?: JsonObject): Seen {
  return db({ conditions: [ready("True", "SecretSynced")], syncedResourceVersion: "3-ab12", refreshTime: REFRESHED }, spec);
}

function vault(...conditions: JsonObject[]): Seen {
  return [clusterSecretStore, { metadata: { name: "vault" }, status: { conditions } }];
}

function team(...conditions: JsonObject[]): Seen {
  return [secretStore, { metadata: { name: "team" }, status: { conditions } }];
}

const OK = vault(ready("True", "Valid"));

describeHealth({
  "ExternalSecret db": [
    {
      reason: "synced, and when silence alone would change that",
      seen: [synced(), OK],
      told: { state: "Synced", reason: "SecretSynced", due: OVERDUE_AT },
    },
    {
      reason: "synced one millisecond before it is overdue",
      seen: [synced(), OK],
      now: OVERDUE_AT - 1,
      told: { state: "Synced", reason: "SecretSynced", due: OVERDUE_AT },
    },
    {
      reason: "overdue when twice the interval has passed",
      seen: [synced(), OK],
      now: OVERDUE_AT,
      told: {
        state: "Failed",
        reason: "RefreshOverdue",
        message: "no refresh for twice the interval: see whether the External Secrets controller runs",
      },
    },
    {
      reason: "an hour is the interval where none is written",
      seen: [synced({}), OK],
      told: { state: "Synced", reason: "SecretSynced", due: NOON + 120 * MINUTE },
    },
    {
      reason: "interval 0 asks once and is never overdue",
      seen: [synced({ refreshInterval: "0s" }), OK],
      now: NOON + 1e9,
      told: { state: "Synced", reason: "SecretSynced" },
    },
    {
      reason: "another policy is never overdue",
      seen: [synced({ refreshPolicy: "OnChange", refreshInterval: "1m" }), OK],
      now: NOON + 1e9,
      told: { state: "Synced", reason: "SecretSynced" },
    },
    {
      reason: "times without refresh are not silence",
      seen: [synced({ refreshInterval: "1m", syncWindows: { kind: "deny", windows: [] } }), OK],
      now: NOON + 1e9,
      told: { state: "Synced", reason: "SecretSynced" },
    },
    { reason: "not made yet", seen: [OK], told: { state: "Pending", reason: "NotCreated" } },
    { reason: "without status", seen: [[externalSecret, { metadata: { name: "db", generation: 3 } }], OK], told: PENDING },
    { reason: "Ready that is not known", seen: [db({ conditions: [ready("Unknown")] }), OK], told: PENDING },
    {
      reason: "synced in an older generation",
      seen: [db({ conditions: [ready("True", "SecretSynced")], syncedResourceVersion: "2-ab12" }), OK],
      told: PENDING,
    },
    {
      reason: "a generation that merely begins alike",
      seen: [db({ conditions: [ready("True", "SecretSynced")], syncedResourceVersion: "33-ab12" }), OK],
      told: PENDING,
    },
    { reason: "never synced", seen: [db({ conditions: [ready("True", "SecretSynced")] }), OK], told: PENDING },
    {
      reason: "ready, but the value is gone and the Secret with it",
      seen: [db({ conditions: [ready("True", "SecretDeleted")], syncedResourceVersion: "3-ab12" }), OK],
      told: { state: "Failed", reason: "SecretDeleted" },
    },
    {
      reason: "ready, but there is no Secret",
      seen: [db({ conditions: [ready("True", "SecretMissing")], syncedResourceVersion: "3-ab12" }), OK],
      told: { state: "Failed", reason: "SecretMissing" },
    },
    {
      reason: "failed, with the reason and without the message, which holds a path",
      seen: [db({ conditions: [ready("False", "SecretSyncedError")] }), OK],
      told: { state: "Failed", reason: "SecretSyncedError" },
    },
    { reason: "failed without a reason", seen: [db({ conditions: [ready("False")] }), OK], told: { state: "Failed", reason: "NotReady" } },
    {
      reason: "the condition is found by type, not by place",
      seen: [db({ conditions: [{ type: "Deleted", status: "True", reason: "SecretDeleted" }, ready("False", "SecretSyncedError")] }), OK],
      told: { state: "Failed", reason: "SecretSyncedError" },
    },
    {
      reason: "a reason is one word of at most 128 letters",
      seen: [db({ conditions: [ready("False", `secret/data/db: ${"x".repeat(200)}`)] }), OK],
      told: { state: "Failed", reason: `secretdatadb${"x".repeat(116)}` },
    },
    {
      reason: "failed because of its store",
      seen: [db({ conditions: [ready("False", "SecretSyncedError")] }), vault(ready("False", "InvalidProviderConfig"))],
      told: { state: "Failed", reason: "SecretSyncedError", message: "store ClusterSecretStore/vault: InvalidProviderConfig" },
    },
    {
      reason: "failed because its store is not there",
      seen: [db({ conditions: [ready("False", "SecretSyncedError")] })],
      told: { state: "Failed", reason: "SecretSyncedError", message: "store ClusterSecretStore/vault: NotFound" },
    },
    {
      reason: "waiting for a store that has not been checked yet is no problem of the store",
      seen: [db({}), vault()],
      told: PENDING,
    },
    {
      reason: "waiting in vain for a controller whose store does not work",
      seen: [db({}), vault(ready("False", "InvalidProviderConfig"))],
      told: { state: "Failed", reason: "StoreNotReady", message: "store ClusterSecretStore/vault: InvalidProviderConfig" },
    },
    {
      reason: "waiting in vain for a store that is not there",
      seen: [db({})],
      told: { state: "Failed", reason: "StoreNotReady", message: "store ClusterSecretStore/vault: NotFound" },
    },
    {
      reason: "waiting in vain for a store of a kind that the cluster does not have",
      seen: [db({})],
      absent: [clusterSecretStore],
      told: {
        state: "Failed",
        reason: "StoreNotReady",
        message: "store ClusterSecretStore/vault: clustersecretstores is not served by this cluster",
      },
    },
    {
      reason: "changed, and the store does not work any more",
      seen: [db({ conditions: [ready("True", "SecretSynced")], syncedResourceVersion: "2-ab12", refreshTime: REFRESHED })],
      told: { state: "Failed", reason: "StoreNotReady", message: "store ClusterSecretStore/vault: NotFound", due: OVERDUE_AT },
    },
    {
      reason: "synced, but the next refresh will fail because of the store",
      seen: [synced(), vault(ready("False", "ValidationFailed"))],
      told: {
        state: "Synced",
        reason: "SecretSynced",
        message: "store ClusterSecretStore/vault: ValidationFailed",
        due: OVERDUE_AT,
      },
    },
    {
      reason: "synced, but the store is gone",
      seen: [synced()],
      told: { state: "Synced", reason: "SecretSynced", message: "store ClusterSecretStore/vault: NotFound", due: OVERDUE_AT },
    },
    {
      reason: "overdue, and of a store that is gone",
      seen: [synced()],
      now: OVERDUE_AT,
      told: {
        state: "Failed",
        reason: "RefreshOverdue",
        message:
          "no refresh for twice the interval: see whether the External Secrets controller runs; store ClusterSecretStore/vault: NotFound",
      },
    },
    {
      reason: "changed since the last refresh, and when silence alone would tell more",
      seen: [db({ conditions: [ready("True", "SecretSynced")], syncedResourceVersion: "2-ab12", refreshTime: REFRESHED }), OK],
      told: { ...PENDING, due: OVERDUE_AT },
    },
    {
      reason: "changed since the last refresh, which is long ago",
      seen: [db({ conditions: [ready("True", "SecretSynced")], syncedResourceVersion: "2-ab12", refreshTime: REFRESHED }), OK],
      now: OVERDUE_AT,
      told: { ...PENDING, message: "no refresh for twice the interval: see whether the External Secrets controller runs" },
    },
    {
      reason: "nothing is said about a store of a kind that may not be read",
      seen: [db({ conditions: [ready("False", "SecretSyncedError")] })],
      hidden: [clusterSecretStore],
      told: { state: "Failed", reason: "SecretSyncedError" },
    },
    {
      reason: "nothing is said about a store of a kind that is not listed yet",
      seen: [db({})],
      unlisted: [clusterSecretStore],
      told: PENDING,
    },
    {
      reason: "a kind that is not served",
      seen: [],
      absent: [externalSecret, clusterSecretStore],
      told: { state: "Pending", reason: "BackendUnavailable", message: "externalsecrets is not served by this cluster" },
    },
  ],
  "SecretStore team": [
    { reason: "valid", seen: [team(ready("True", "Valid"))], told: { state: "Synced", reason: "Valid" } },
    { reason: "not checked yet", seen: [team()], told: PENDING },
    {
      reason: "refused",
      seen: [team(ready("False", "InvalidProviderConfig"))],
      told: { state: "Failed", reason: "InvalidProviderConfig" },
    },
    {
      reason: "ready without having been found valid",
      seen: [team(ready("True", "ValidationUnknown"))],
      told: { state: "Failed", reason: "ValidationUnknown" },
    },
    { reason: "not made yet", seen: [], told: { state: "Pending", reason: "NotCreated" } },
  ],
});

describe("health of the section secrets", () => {
  it("tells about each object once, by kind and name, and not about the Role of the stores", () => {
    const more = { ...section, externalSecrets: [{ name: "web", data: {} }, ...section.externalSecrets] };
    const told = secrets.health?.(more, healthView({ now: NOON, seen: [] })) ?? [];
    expect(told.map(({ kind, name }) => `${kind} ${name}`)).to.deep.equal([
      "ExternalSecret db",
      "ExternalSecret web",
      "SealedSecret smtp",
      "SecretProviderClass tls",
      "SecretStore team",
    ]);
  });

  it("says the same after each refresh, but for when it will be overdue", () => {
    const later = "2026-11-23T12:10:00Z";
    const status = { conditions: [ready("True", "SecretSynced")], syncedResourceVersion: "3-ab12", refreshTime: later };
    const [before] = entriesOf({ reason: "", seen: [synced(), OK], told: PENDING });
    const [after] = entriesOf({ reason: "", seen: [db(status), OK], told: PENDING });
    expect({ ...after, due: before?.due }).to.deep.equal(before);
    expect(after?.due).to.equal(OVERDUE_AT + 10 * MINUTE);
  });

  const own = { ...section, store: { kind: "SecretStore", name: "team" } } as const;
  const ofOwnStore = (...seen: readonly Seen[]) =>
    secrets.health?.(own, healthView({ now: NOON, seen }))?.find(({ name }) => name === "db");

  it("waits for a store of its own that is not made yet, and not for one that does not work", () => {
    const identity = { kind: "ExternalSecret", name: "db" };
    expect(ofOwnStore(db({}))).to.deep.equal({ ...identity, ...PENDING, message: "store SecretStore/team: NotFound" });
    expect(ofOwnStore(db({}), team(ready("False", "InvalidProviderConfig")))).to.deep.equal({
      ...identity,
      state: "Failed",
      reason: "StoreNotReady",
      message: "store SecretStore/team: InvalidProviderConfig",
    });
    expect(ofOwnStore(db({}), team())).to.deep.equal({ ...identity, ...PENDING });
  });

  it("does not take the store of another for its own", () => {
    const other = { ...section, store: { kind: "SecretStore", name: "other" } } as const;
    const told = secrets.health?.(other, healthView({ now: NOON, seen: [db({})] }))?.find(({ name }) => name === "db");
    expect(told).to.include({ state: "Failed", reason: "StoreNotReady", message: "store SecretStore/other: NotFound" });
  });

  it("has nothing to tell of an empty section", () => {
    expect(secrets.health?.({}, healthView({ now: NOON, seen: [OK] }))).to.deep.equal([]);
  });

  it("says what could not be checked, where something was asked for", () => {
    const view = healthView({ now: NOON, seen: [OK] });
    expect(secrets.caveat?.({ sealedSecrets: section.sealedSecrets }, view)).to.equal(undefined);
    expect(secrets.caveat?.(section, view)).to.match(/taken over by External Secrets.*could not be checked.*may not read Secrets$/);
  });
});

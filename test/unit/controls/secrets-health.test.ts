/** Proves what is told of each object of a secret backend, by what its controller says. */
import { expect } from "chai";
import type { JsonObject } from "../../../operator/api/json.ts";
import type { EntryHealth } from "../../../operator/controls/control.ts";
import { secrets } from "../../../operator/controls/secrets/secrets.ts";
import { clusterSecretStore } from "../../../operator/kinds/cluster-secret-store.ts";
import { csiDriver } from "../../../operator/kinds/csi-driver.ts";
import { externalSecret } from "../../../operator/kinds/external-secret.ts";
import { sealedSecret } from "../../../operator/kinds/sealed-secret.ts";
import { secretProviderClass } from "../../../operator/kinds/secret-provider-class.ts";
import { secretProviderClassPodStatus } from "../../../operator/kinds/secret-provider-class-pod-status.ts";
import { secretStore } from "../../../operator/kinds/secret-store.ts";
import { healthView, type Look, type Seen } from "./health-view.ts";

const NOON = Date.parse("2026-11-23T12:00:00Z");
const MINUTE = 60_000;
/** Last refresh of every external secret here; its interval is 10 minutes, so that it is overdue from 12:20 on. */
const REFRESHED = "2026-11-23T12:00:00Z";
const OVERDUE_AT = NOON + 20 * MINUTE;

const section = {
  store: { kind: "ClusterSecretStore", name: "vault" },
  externalSecrets: [{ name: "db", data: { a: { key: "a" } } }],
  stores: [{ name: "team", serviceAccount: "reader", gcp: { projectID: "p", clusterLocation: "l", clusterName: "c" } }],
  secretProviderClasses: [{ name: "tls", provider: "vault" }],
  sealedSecrets: [{ name: "smtp", encryptedData: { a: "AgB" } }],
} as const;

interface Case {
  readonly reason: string;
  readonly seen: readonly Seen[];
  readonly told: Omit<EntryHealth, "kind" | "name">;
  readonly now?: number;
  readonly absent?: Look["absent"];
}

function ready(status: string, reason?: string): JsonObject {
  return {
    type: "Ready",
    status,
    ...(reason && { reason, message: "could not read secret/data/payments/db" }),
    lastTransitionTime: REFRESHED,
  };
}

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

const tls: Seen = [secretProviderClass, { metadata: { name: "tls" }, spec: { provider: "vault" } }];

function mount(pod: string, mounted: boolean, name = "tls"): Seen {
  return [secretProviderClassPodStatus, { metadata: { name: pod }, status: { secretProviderClassName: name, mounted, podName: pod } }];
}

function driver(spec: JsonObject): Seen {
  return [csiDriver, { metadata: { name: "secrets-store.csi.k8s.io" }, spec }];
}

function smtp(status?: JsonObject): Seen {
  return [sealedSecret, { metadata: { name: "smtp", generation: 2 }, ...(status && { status }) }];
}

function unsealed(status: string, more: JsonObject = {}): JsonObject {
  return { type: "Synced", status, message: "no key could decrypt secret (password)", ...more };
}

const PENDING = { state: "Pending", reason: "AwaitingBackend" } as const;
const OK = vault(ready("True", "Valid"));

const cases: Readonly<Record<string, readonly Case[]>> = {
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
      reason: "synced, whatever its store says since",
      seen: [synced(), vault(ready("False", "ValidationFailed"))],
      told: { state: "Synced", reason: "SecretSynced", due: OVERDUE_AT },
    },
    {
      reason: "nothing is said about a store of a kind that cannot be seen",
      seen: [db({ conditions: [ready("False", "SecretSyncedError")] })],
      absent: [clusterSecretStore],
      told: { state: "Failed", reason: "SecretSyncedError" },
    },
    {
      reason: "a kind that is not served",
      seen: [],
      absent: [externalSecret, clusterSecretStore],
      told: { state: "Pending", reason: "BackendUnavailable" },
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
  "SecretProviderClass tls": [
    { reason: "no pod names it", seen: [tls, mount("web", true, "other")], told: { state: "Unused", reason: "Unused" } },
    {
      reason: "mounted, and rotated",
      seen: [tls, mount("web", true), driver({ requiresRepublish: true })],
      told: { state: "Synced", reason: "Mounted" },
    },
    {
      reason: "mounted, and never rotated",
      seen: [tls, mount("web", true), driver({})],
      told: {
        state: "Synced",
        reason: "Mounted",
        message: "rotation is off in the CSI driver: a changed secret reaches new pods only",
      },
    },
    { reason: "mounted by a driver that cannot be seen", seen: [tls, mount("web", true)], told: { state: "Synced", reason: "Mounted" } },
    {
      reason: "one pod of several waits for it",
      seen: [tls, mount("a", true), mount("b", false), driver({})],
      told: { state: "Failed", reason: "NotMounted" },
    },
    { reason: "not made yet, though a pod names it", seen: [mount("web", false)], told: { state: "Pending", reason: "NotCreated" } },
    {
      reason: "mounts cannot be seen",
      seen: [tls],
      absent: [secretProviderClassPodStatus],
      told: { state: "Pending", reason: "BackendUnavailable" },
    },
  ],
  "SealedSecret smtp": [
    {
      reason: "unsealed",
      seen: [smtp({ conditions: [unsealed("True")], observedGeneration: 2 })],
      told: { state: "Synced", reason: "Unsealed" },
    },
    { reason: "unsealed before the last change", seen: [smtp({ conditions: [unsealed("True")], observedGeneration: 1 })], told: PENDING },
    { reason: "unsealed, but of which generation is not said", seen: [smtp({ conditions: [unsealed("True")] })], told: PENDING },
    {
      reason: "sealed for another name or with another key",
      seen: [smtp({ conditions: [unsealed("False")], observedGeneration: 2 })],
      told: { state: "Failed", reason: "UnsealFailed" },
    },
    { reason: "failed before the last change", seen: [smtp({ conditions: [unsealed("False")], observedGeneration: 1 })], told: PENDING },
    {
      reason: "failed with a reason",
      seen: [smtp({ conditions: [unsealed("False", { reason: "NoKey" })] })],
      told: { state: "Failed", reason: "NoKey" },
    },
    { reason: "no status, as with a controller that writes none", seen: [smtp()], told: PENDING },
  ],
};

function entriesOf({ seen, now = NOON, absent = [] }: Case): readonly EntryHealth[] {
  return secrets.health?.(section, healthView({ now, seen, absent })) ?? [];
}

for (const [object, list] of Object.entries(cases)) {
  describe(`health of ${object}`, () => {
    const [kind = "", name = ""] = object.split(" ");
    for (const one of list) {
      it(one.reason, () => {
        const entry = entriesOf(one).find((candidate) => candidate.kind === kind);
        expect(entry).to.deep.equal({ kind, name, ...one.told });
      });
    }
  });
}

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

  it("has nothing to tell of an empty section", () => {
    expect(secrets.health?.({}, healthView({ now: NOON, seen: [OK] }))).to.deep.equal([]);
  });

  it("says what could not be checked, where something was asked for", () => {
    expect(secrets.caveat?.({ sealedSecrets: section.sealedSecrets })).to.equal(undefined);
    expect(secrets.caveat?.(section)).to.match(/taken over by External Secrets.*could not be checked.*may not read Secrets$/);
  });
});

/** Runs tables of cases about the health of section `secrets`: objects as their controllers leave them, and what is told of one of them. */
import { expect } from "chai";
import type { JsonObject } from "../../../operator/api/json.ts";
import type { EntryHealth } from "../../../operator/controls/control.ts";
import { secrets } from "../../../operator/controls/secrets/secrets.ts";
import { healthView, type Look, type Seen } from "./health-view.ts";

export const NOON = Date.parse("2026-11-23T12:00:00Z");
/** Last refresh of every external secret, and every transition. */
export const REFRESHED = "2026-11-23T12:00:00Z";

/** One entry for each backend. */
export const section = {
  store: { kind: "ClusterSecretStore", name: "vault" },
  externalSecrets: [{ name: "db", data: { a: { key: "a" } } }],
  stores: [{ name: "team", serviceAccount: "reader", gcp: { projectID: "p", clusterLocation: "l", clusterName: "c" } }],
  secretProviderClasses: [{ name: "tls", provider: "vault" }],
  sealedSecrets: [{ name: "smtp", encryptedData: { a: "AgB" } }],
} as const;

export interface Case {
  readonly reason: string;
  readonly seen: readonly Seen[];
  readonly told: Omit<EntryHealth, "kind" | "name">;
  readonly now?: number;
  readonly absent?: Look["absent"];
  readonly hidden?: Look["hidden"];
  readonly unlisted?: Look["unlisted"];
}

export function ready(status: string, reason?: string): JsonObject {
  return {
    type: "Ready",
    status,
    ...(reason && { reason, message: "could not read secret/data/payments/db" }),
    lastTransitionTime: REFRESHED,
  };
}

export const PENDING = { state: "Pending", reason: "AwaitingBackend" } as const;

export function entriesOf({ seen, now = NOON, absent = [], hidden = [], unlisted = [] }: Case): readonly EntryHealth[] {
  return secrets.health?.(section, healthView({ now, seen, absent, hidden, unlisted })) ?? [];
}

/** A suite per object, `Kind name`, with a test per case. */
export function describeHealth(cases: Readonly<Record<string, readonly Case[]>>): void {
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
}

/** Proves that the right to mint tokens of stores is handed to the account of External Secrets while that is there, and to nobody before and after. */
import { expect } from "chai";
import { desiredObjects, sectionCaveats } from "../../../operator/controls/desired.ts";
import { externalSecretsAccount } from "../../../operator/facts/external-secrets.ts";
import type { Known } from "../../../operator/facts/fact.ts";
import { known } from "../../../operator/facts/fact.ts";
import { OFFLINE } from "../../../operator/facts/index.ts";
import { inEffect } from "../../support/in-effect.ts";

const ACCOUNT = { kind: "ServiceAccount", namespace: "external-secrets", name: "external-secrets" };
const vault = { server: "https://vault.example.com", path: "secret", role: "payments" };

function baseline(stores: readonly object[]) {
  const metadata = { namespace: "payments", name: "baseline" };
  return inEffect({
    apiVersion: "securitybaseline.dev/v1alpha1",
    kind: "SecurityBaseline",
    metadata,
    spec: { secrets: { stores } },
  } as never);
}
const STORES = baseline([{ name: "vault", serviceAccount: "eso-vault", vault }]);

describe("the right to mint tokens of stores", () => {
  const cases: readonly {
    reason: string;
    account: Known<boolean>;
    subjects: readonly object[];
    awaits: string | undefined;
    warnings: number;
  }[] = [
    { reason: "is the account's while it is there", account: known(true), subjects: [ACCOUNT], awaits: undefined, warnings: 0 },
    {
      reason: "is nobody's while the account is not there, which is told",
      account: known(false),
      subjects: [],
      awaits: undefined,
      warnings: 1,
    },
    {
      reason: "is given to nobody, and taken from nobody, while that is not known",
      account: { value: undefined },
      subjects: [],
      awaits: "externalSecretsAccount",
      warnings: 0,
    },
  ];
  for (const { reason, account, subjects, awaits, warnings } of cases) {
    it(reason, () => {
      const facts = { ...OFFLINE, externalSecretsAccount: account };
      const binding = desiredObjects(STORES, facts).find(({ kind }) => kind.kind === "RoleBinding");
      expect(binding?.manifest["subjects"]).to.deep.equal(subjects);
      expect(binding?.awaits).to.equal(awaits);
      expect(sectionCaveats(STORES, facts).get("secrets")).to.have.length(warnings);
    });
  }

  it("is of no concern without stores", () => {
    const facts = { ...OFFLINE, externalSecretsAccount: known(false) };
    expect(desiredObjects(baseline([]), facts)).to.deep.equal([]);
    expect(sectionCaveats(baseline([]), facts).get("secrets")).to.deep.equal([]);
  });
});

describe("the account of External Secrets", () => {
  const rows = (...accounts: readonly object[]) =>
    accounts.flatMap((metadata) => externalSecretsAccount.project({ metadata } as never) ?? []);
  const cases: readonly { reason: string; accounts: readonly object[]; isThere: boolean }[] = [
    { reason: "is there by its name", accounts: [{ name: "default" }, { name: "external-secrets" }], isThere: true },
    {
      reason: "is not another one of its namespace",
      accounts: [{ name: "default" }, { name: "external-secrets-webhook" }],
      isThere: false,
    },
    {
      reason: "is not there any more while it is being deleted",
      accounts: [{ name: "external-secrets", deletionTimestamp: "2026-11-23T10:00:00Z" }],
      isThere: false,
    },
    { reason: "is not there in an empty namespace", accounts: [], isThere: false },
  ];
  for (const { reason, accounts, isThere } of cases) {
    it(reason, () => expect(externalSecretsAccount.combine(rows(...accounts))).to.equal(isThere));
  }
});

/** Proves what controls do when they are given less, or something else, than the schema promises. */
import { expect } from "chai";
import { access } from "../../../operator/controls/access/access.ts";
import { network } from "../../../operator/controls/network/network.ts";
import { secrets } from "../../../operator/controls/secrets/secrets.ts";
import { serviceAccounts } from "../../../operator/controls/service-accounts/service-accounts.ts";
import { OFFLINE } from "../../../operator/facts/index.ts";

const context = { namespace: "payments", mode: "Enforce", facts: OFFLINE } as const;

describe("controls and the schema", () => {
  it("refuse to guess a default that was not applied", () => {
    expect(() => network.desired({}, context)).to.throw("network.allowDNS is absent");
    expect(() => serviceAccounts.desired({}, context)).to.throw("serviceAccounts.automountDefaultToken is absent");
    const entry = { name: "db", data: {} };
    expect(() => secrets.desired({ externalSecrets: [entry] }, context)).to.throw("secrets.store is absent");
    const store = { kind: "SecretStore", name: "team" } as const;
    expect(() => secrets.desired({ store, externalSecrets: [entry] }, context)).to.throw("refreshInterval is absent");
  });

  it("keep the built-in rules of a built-in name that carries rules", () => {
    const rules = [{ apiGroups: [""], resources: ["secrets"], verbs: ["get"] }];
    const [role] = access.desired({ roles: [{ name: "app-viewer", groups: ["support"], rules }] }, context);
    expect(JSON.stringify(role?.body)).to.include("deployments").and.not.to.include("secrets");
  });
});

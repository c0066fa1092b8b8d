/** Owns what controls do when they are given less, or something else, than the schema promises. */
import { expect } from "chai";
import { desiredObjects } from "../../../operator/controls/desired.ts";
import { network } from "../../../operator/controls/network/network.ts";
import { secrets } from "../../../operator/controls/secrets/secrets.ts";
import { serviceAccounts } from "../../../operator/controls/service-accounts/service-accounts.ts";

const context = { namespace: "payments", kubeAPI: [] };

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
    const baseline = {
      apiVersion: "securitybaseline.dev/v1alpha1",
      kind: "SecurityBaseline",
      metadata: { name: "baseline", namespace: "payments" },
      spec: { access: { roles: [{ name: "app-viewer", groups: ["support"], rules }] } },
    };
    const [role] = desiredObjects({ baseline, context });
    expect(JSON.stringify(role?.manifest)).to.include("deployments").and.not.to.include("secrets");
  });
});

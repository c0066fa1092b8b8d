/** Proves that after a wait for the API server's caches the very first attempt is judged by what was written, be it allowed or refused. */
import { expect } from "chai";
import type { SecurityBaselineSpec } from "../../operator/api/baseline.ts";
import { refuseWrites } from "../support/admission.ts";
import { applyBaseline, baselineRef } from "../support/baselines.ts";
import { INCIDENT } from "../support/break-glass.ts";
import { admin, freshNamespace, impersonate } from "../support/cluster.ts";
import { installOperatorManifests } from "../support/installation.ts";
import { attempt, mighty, policyRefusal, requestOf } from "../support/policed.ts";
import { refusal } from "../support/refusal.ts";
import { authorizerCaughtUp, policiesKnow } from "../support/server-caches.ts";

const RBAC = "rbac.authorization.k8s.io";
/** Caches are behind now and then only. */
const ROUNDS = 5;

describe("waiting for the API server's caches", () => {
  let namespace: string;

  before(async () => {
    await installOperatorManifests();
    namespace = await freshNamespace("caches");
  });

  const times = async (run: (round: number) => Promise<void>): Promise<void> => {
    for (let round = 1; round <= ROUNDS; round += 1) await run(round);
  };
  const configMap = { apiVersion: "v1", kind: "ConfigMap" };

  for (const kind of ["Role", "ClusterRole"] as const) {
    it(`a right by a ${kind} is known, and so is its end`, async () => {
      await times(async (round) => {
        const name = `${namespace}-${round}`;
        const place = kind === "Role" ? { namespace } : {};
        const subjects = [{ apiGroup: RBAC, kind: "User", name: "newcomer" }];
        const roleRef = { apiGroup: RBAC, kind, name };
        const rules = [{ apiGroups: [""], resources: ["configmaps"], verbs: ["create"] }];
        const version = `${RBAC}/v1`;
        await admin().create({ apiVersion: version, kind: `${kind}Binding`, metadata: { ...place, name }, roleRef, subjects });
        await admin().create({ apiVersion: version, kind, metadata: { ...place, name }, rules });
        await authorizerCaughtUp();
        await attempt(impersonate("newcomer"), { ...configMap, metadata: { namespace, name } });
        await admin().delete({ apiVersion: version, kind: `${kind}Binding`, ...place, name });
        await authorizerCaughtUp();
        expect((await refusal(attempt(impersonate("newcomer"), { ...configMap, metadata: { namespace, name } }))).status).to.equal(403);
        await admin().delete({ apiVersion: version, kind, ...place, name });
      });
    });
  }

  it("a policy is in force, and so is its end", async () => {
    const object = { ...configMap, metadata: { namespace, name: "banned" } };
    await times(async () => {
      const lift = await refuseWrites({ namespace, apiGroup: "", resource: "configmaps" }, "not here");
      expect(await policyRefusal(attempt(admin(), object))).to.contain("not here");
      await lift();
      await attempt(admin(), object);
    });
  });

  it("a baseline is known as it was written last, and so is its end", async () => {
    const tried = (): Promise<unknown> => attempt(mighty("probe"), requestOf(namespace, "probe", { ticket: undefined }));
    const state = async (spec: SecurityBaselineSpec): Promise<void> => {
      await applyBaseline(namespace, spec);
      await policiesKnow(baselineRef(namespace));
    };
    await times(async () => {
      await state({ breakGlass: { profiles: [INCIDENT] } });
      await tried();
      await state({ breakGlass: { profiles: [] } });
      expect(await policyRefusal(tried())).to.contain("there is no profile");
      await admin().delete(baselineRef(namespace));
      await policiesKnow(baselineRef(namespace));
      expect(await policyRefusal(tried())).to.contain("no params found");
    });
  });
});

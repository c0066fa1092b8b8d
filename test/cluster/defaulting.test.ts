/** Proves that what we know about the API server's defaults is true: a real server answers as it was recorded. */
import { expect } from "chai";
import type { JsonObject } from "../../operator/api/json.ts";
import type { KubernetesObject } from "../../operator/api/object.ts";
import { applyBaseline } from "../support/baselines.ts";
import { admin, freshNamespace } from "../support/cluster.ts";
import { installOperatorManifests } from "../support/installation.ts";
import { normalised, recorded, written } from "../unit/kinds/recorded.ts";

/** The applied object, moved to a namespace of its own; a Namespace becomes that one. */
function moved(applied: JsonObject, namespaced: boolean, namespace: string): KubernetesObject {
  const metadata = { ...(applied["metadata"] as JsonObject), ...(namespaced ? { namespace } : { name: namespace }) };
  return { ...applied, metadata } as KubernetesObject;
}

describe("defaulting by a real API server", () => {
  let namespace: string;
  before(async () => {
    // The installation's policies, which other files of this run may have brought, refuse our Roles where no baseline is.
    await installOperatorManifests();
    namespace = await freshNamespace("defaulting");
    await applyBaseline(namespace, {});
  });

  for (const { form, kind, applied, live } of recorded) {
    it(`${form} is stored as recorded, and equals what was applied`, async () => {
      const object = moved(applied, kind.namespaced, namespace);
      const reply = await admin().apply<JsonObject>(object, { manager: "securitybaseline", force: true });
      expect(written(kind, reply)).to.deep.equal(written(kind, live));
      expect(normalised(kind, reply)).to.deep.equal(normalised(kind, applied));
    });
  }
});

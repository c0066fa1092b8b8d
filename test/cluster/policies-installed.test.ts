/** Proves that all policies are stored as they are declared, byte for byte, and type-check clean. */
import { expect } from "chai";
import type { Json, JsonObject } from "../../operator/api/json.ts";
import type { KubernetesObject } from "../../operator/api/object.ts";
import { DEFAULT_SETTINGS } from "../../operator/breakglass/installation.ts";
import type { BreakGlassSettings } from "../../operator/breakglass/types.ts";
import { canonicalJson } from "../../operator/kinds/canonical.ts";
import { policyDocuments } from "../../operator/policies/documents.ts";
import { allPolicies } from "../../operator/policies/index.ts";
import { admin, freshNamespace } from "../support/cluster.ts";
import { eventually } from "../support/eventually.ts";
import { installOperatorManifests } from "../support/installation.ts";

interface Declared extends KubernetesObject {
  readonly metadata: { readonly name: string };
  readonly spec: JsonObject;
}

interface Installed extends KubernetesObject {
  readonly spec: Json;
  readonly status?: { readonly observedGeneration?: number; readonly typeChecking?: { readonly expressionWarnings?: unknown[] } };
}

const declared = (settings: BreakGlassSettings): readonly Declared[] =>
  allPolicies({ breakGlass: settings, allowReservedNamespaces: false }).flatMap(policyDocuments) as unknown as readonly Declared[];
const refOf = ({ apiVersion = "", kind = "", metadata }: Declared) => ({ apiVersion, kind, name: metadata.name });

describe("policies as installed", () => {
  before(installOperatorManifests);

  for (const object of declared(DEFAULT_SETTINGS)) {
    it(`${object.kind} ${object.metadata.name} is stored as declared`, async () => {
      const { spec } = await admin().get<Installed>(refOf(object));
      expect(canonicalJson(spec)).to.equal(canonicalJson(object.spec));
    });
  }

  it("have no type-checking warnings", async () => {
    for (const object of declared(DEFAULT_SETTINGS).filter(({ kind }) => kind === "ValidatingAdmissionPolicy")) {
      await eventually(`${object.metadata.name} is type-checked`, async () => {
        const { metadata, status } = await admin().get<Installed>(refOf(object));
        expect(status?.observedGeneration).to.equal(metadata?.generation);
        expect(status?.typeChecking?.expressionWarnings, object.metadata.name).to.equal(undefined);
      });
    }
  });

  it("are stored as declared with other settings, too", async () => {
    const namespace = await freshNamespace("other-glass");
    const settings = {
      namespace,
      roles: ["db-incident", "edit"],
      unboundedRoles: ["cluster-admin"],
      maxDuration: 900,
      custodians: ["keepers", "oidc:sre leads"],
      allowSystemNamespaces: true,
      objectLabels: { team: "platform" },
    };
    for (const object of declared(settings)) {
      // Under another name and without binding: a copy that nobody is judged by.
      const name = `${namespace}-${object.metadata.name}`;
      const spec = object.kind === "ValidatingAdmissionPolicy" ? object.spec : { ...object.spec, policyName: `${namespace}-no-policy` };
      const made = { ...object, metadata: { name }, spec };
      const stored = await admin().create<Installed>(made);
      await admin().delete({ ...refOf(object), name });
      expect(canonicalJson(stored.spec)).to.equal(canonicalJson(spec));
    }
  });
});

/** Proves that the confinement policies are type-checked clean whether the kinds of the backends are there or not. */
import { expect } from "chai";
import type { JsonObject } from "../../../operator/api/json.ts";
import type { KubernetesObject } from "../../../operator/api/object.ts";
import { BACKENDS, installBackends, removeBackends } from "../../support/backend-kinds.ts";
import { admin } from "../../support/cluster.ts";
import { eventually } from "../../support/eventually.ts";
import { installOperatorManifests } from "../../support/installation.ts";

const API_VERSION = "admissionregistration.k8s.io/v1";
const KIND = "ValidatingAdmissionPolicy";

const KINDS = ["external-secrets", "secret-stores", "secret-provider-classes", "sealed-secrets"];

interface Policy extends KubernetesObject {
  readonly spec: JsonObject;
  readonly status?: { readonly observedGeneration?: number; readonly typeChecking?: { readonly expressionWarnings?: unknown[] } };
}

/** Copies without bindings: a policy is type-checked when it is written, with the kinds that are there at that moment. */
async function checked(policies: readonly Policy[], prefix: string): Promise<Record<string, unknown>> {
  const names = policies.map(({ metadata }) => `${prefix}-${metadata?.name}`);
  try {
    for (const { metadata, spec } of policies) {
      await admin().create({ apiVersion: API_VERSION, kind: KIND, metadata: { name: `${prefix}-${metadata?.name}` }, spec });
    }
    const statuses = await eventually("all of them are type-checked", async () => {
      const found = await Promise.all(names.map((name) => admin().get<Policy>({ apiVersion: API_VERSION, kind: KIND, name })));
      for (const { metadata, status } of found) expect(status?.observedGeneration).to.equal(metadata?.generation);
      return found.map(({ status }) => status?.typeChecking?.expressionWarnings);
    });
    return Object.fromEntries(names.map((name, index) => [name, statuses[index]]).filter(([, warnings]) => warnings !== undefined));
  } finally {
    for (const name of names) await admin().delete({ apiVersion: API_VERSION, kind: KIND, name });
  }
}

describe("confinement policies and the kinds of backends", () => {
  let policies: readonly Policy[];

  before(async () => {
    await installOperatorManifests();
    const all = await admin().list<Policy>(API_VERSION, KIND);
    policies = all.filter(({ metadata }) => metadata?.name?.startsWith("securitybaseline-operator-"));
    expect(policies.length).to.be.greaterThan(30);
  });

  after(() => removeBackends(...BACKENDS));

  it("have no warnings while the kinds are absent", async () => {
    await removeBackends(...BACKENDS);
    expect(await checked(policies, "absent")).to.deep.equal({});
  });

  it("have no warnings while the kinds are there, though reading a field that a kind does not have would be one", async () => {
    await installBackends(...BACKENDS);
    // The server learns what fields a kind has a moment after it serves the kind.
    await eventually("the server knows the fields of every kind", async () => {
      expect(Object.keys(await checked(wrongReaders(), "wrong"))).to.have.length(KINDS.length);
    });
    expect(await checked(policies, "present")).to.deep.equal({});
  });

  const wrongReaders = (): Policy[] =>
    KINDS.map((kind) => {
      const [policy] = policies.filter(({ metadata }) => metadata?.name === `securitybaseline-operator-${kind}`);
      const validations = [{ expression: "object.spec.noSuchField == ''" }];
      return { metadata: { name: kind }, spec: { ...policy?.spec, validations } };
    });
});

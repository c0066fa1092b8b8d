/** Proves that beside another engine the API server refuses all that this one does not judge, only warns of the rest, and that the status says who is asked. */
import { expect } from "chai";
import type { AdmissionCheck } from "../../../../operator/api/baseline-admission.ts";
import { type AdmissionEngine, ENGINE_CHECKS, engineCaveat } from "../../../../operator/policies/admission/engines.ts";
import { admissionPolicies, admissionPoliciesBeside } from "../../../../operator/policies/admission/index.ts";
import { objection } from "../../../../operator/policies/admission/judge.ts";
import { others, pods } from "../../../../operator/policies/admission/subjects.ts";
import { policyDocuments } from "../../../../operator/policies/documents.ts";
import { objectWith, STRICT, withWeb } from "./objects.ts";

const ALL: readonly AdmissionCheck[] = [pods, ...others].flatMap(({ checks }) => checks.map(({ name }) => name));

/** Name, failure policy and actions of each binding. */
function answers(engine: AdmissionEngine): readonly (readonly unknown[])[] {
  return admissionPoliciesBeside(engine).map((policy) => {
    const [{ spec }, { spec: binding }] = policyDocuments(policy) as unknown as readonly [
      { spec: { failurePolicy: string } },
      { spec: { validationActions: readonly string[] } },
    ];
    return [policy.name.replace("securitybaseline-admission-", ""), spec.failurePolicy, binding.validationActions.join()];
  });
}

/** What the policies of one answer say of a pod in a namespace that enforces everything. */
function said(engine: AdmissionEngine, onFailure: "Ignore" | undefined, mode: "Enforce" | "Report" = "Enforce"): readonly string[] {
  const container = { image: "nginx:1", resources: {}, securityContext: { readOnlyRootFilesystem: true } };
  const object = { ...objectWith("Pod", withWeb(container), "payments") };
  const asNew = { ...object, metadata: { ...object.metadata, creationTimestamp: "2026-11-28T20:00:00Z" } };
  const params = { spec: { admission: { ...STRICT, resources: { limits: ["memory"] }, mode } } };
  return admissionPoliciesBeside(engine)
    .filter((policy) => policy.name.startsWith("securitybaseline-admission-pods") && policy.onFailure === onFailure)
    .flatMap((policy) => objection(policy, { namespace: "payments", object: asNew }, params) ?? []);
}

const REGISTRY = 'container "web" uses nginx:1, which is not from registry.example.com:5000/payments or ghcr.io/acme';
const LIMITS = 'container "web" states no resources.limits for memory';
const DROP = 'container "web" must drop the capabilities NET_RAW, SYS_ADMIN and add none of them';

describe("the API server's own policies beside another engine", () => {
  it("are what they are without one, where the API server itself enforces", () => {
    expect(admissionPoliciesBeside("Native")).to.deep.equal(admissionPolicies);
    expect(answers("Native")).to.deep.equal([
      ["pods", "Fail", "Deny,Audit"],
      ["pods-report", "Ignore", "Warn,Audit"],
      ["services", "Fail", "Deny,Audit"],
      ["services-report", "Ignore", "Warn,Audit"],
      ["hostnames", "Fail", "Deny,Audit"],
      ["hostnames-report", "Ignore", "Warn,Audit"],
      ["storage", "Fail", "Deny,Audit"],
      ["storage-report", "Ignore", "Warn,Audit"],
    ]);
  });

  it("only warn of what Kyverno is to refuse, which is all, and fail open as whoever warns must", () => {
    expect(answers("Kyverno")).to.deep.equal([
      ["pods", "Ignore", "Warn,Audit"],
      ["pods-report", "Ignore", "Warn,Audit"],
      ["services", "Ignore", "Warn,Audit"],
      ["services-report", "Ignore", "Warn,Audit"],
      ["hostnames", "Ignore", "Warn,Audit"],
      ["hostnames-report", "Ignore", "Warn,Audit"],
      ["storage", "Ignore", "Warn,Audit"],
      ["storage-report", "Ignore", "Warn,Audit"],
    ]);
    expect(said("Kyverno", undefined)).to.deep.equal([]);
  });

  it("refuse what Gatekeeper does not judge, and warn of what it does", () => {
    expect(answers("Gatekeeper")).to.deep.equal([
      ["pods", "Fail", "Deny,Audit"],
      ["pods-gatekeeper", "Ignore", "Warn,Audit"],
      ["pods-report", "Ignore", "Warn,Audit"],
      ["services", "Fail", "Deny,Audit"],
      ["services-report", "Ignore", "Warn,Audit"],
      ["hostnames", "Fail", "Deny,Audit"],
      ["hostnames-report", "Ignore", "Warn,Audit"],
      ["storage", "Fail", "Deny,Audit"],
      ["storage-report", "Ignore", "Warn,Audit"],
    ]);
    expect(said("Gatekeeper", undefined)).to.deep.equal([`the SecurityBaseline of payments refuses it: ${DROP}`]);
    expect(said("Gatekeeper", "Ignore")).to.deep.equal([`the SecurityBaseline of payments refuses it: ${REGISTRY}; ${LIMITS}`]);
  });

  for (const engine of ["Native", "Kyverno", "Gatekeeper"] as const) {
    it(`leave no check without somebody who is asked to refuse: ${engine}`, () => {
      const documents = admissionPoliciesBeside(engine).filter(({ actions = [] }) => actions.includes("Deny"));
      const refused = documents.flatMap(({ variables = {} }) =>
        Object.keys(variables).flatMap((name) => /^(\w+)Problems$/.exec(name)?.[1] ?? []),
      );
      expect([...refused, ...ENGINE_CHECKS[engine]].sort()).to.deep.equal([...ALL].sort());
    });

    it(`tell everything in mode Report, and refuse nothing there: ${engine}`, () => {
      expect(said(engine, undefined, "Report")).to.deep.equal([]);
      expect(said(engine, "Ignore", "Report")).to.deep.equal([
        `the SecurityBaseline of payments would refuse it: ${REGISTRY}; ${LIMITS}; ${DROP}`,
      ]);
    });
  }

  it("have the status say who is asked for what, and what could not be checked", () => {
    expect(engineCaveat("Native")).to.equal(undefined);
    expect(engineCaveat("Gatekeeper")).to.equal(
      "this installation leaves it to Gatekeeper to refuse what breaks registries, requiredLabels, resources: of that the API server only warns, and whether Gatekeeper does refuse could not be checked",
    );
    expect(engineCaveat("Kyverno")).to.match(/^this installation leaves it to Kyverno to refuse what breaks registries, imageReference, /);
  });
});

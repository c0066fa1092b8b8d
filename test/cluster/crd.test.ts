/** Owns the proof that a real API server takes the CRD and draws the line where lint draws it. */
import { join } from "node:path";
import { expect } from "chai";
import { API_VERSION } from "../../operator/api/names.ts";
import type { KubernetesObject } from "../../operator/api/object.ts";
import { ApiFailure } from "../support/api-client.ts";
import { admin, cluster, freshNamespace } from "../support/cluster.ts";
import { eventually } from "../support/eventually.ts";
import { baseline } from "../unit/crd/case.ts";
import { ACCEPTED, CASES, DEFAULTED } from "../unit/crd/cases.ts";
import { STATUS_CASES } from "../unit/crd/status-cases.ts";

const CRD = join(import.meta.dirname, "..", "..", "crds", "securitybaseline.dev_securitybaselines.yaml");

interface Stored extends KubernetesObject {
  readonly spec: object;
}

/** Strict, as `kubectl apply` does it; nothing is kept. */
async function submit(namespace: string, object: object): Promise<Stored> {
  const path = `/apis/securitybaseline.dev/v1alpha1/namespaces/${namespace}/securitybaselines?dryRun=All&fieldValidation=Strict`;
  return admin().send<Stored>({ method: "POST", path, body: object });
}

async function refusalOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    if (error instanceof ApiFailure) return error.message;
    throw error;
  }
  return "accepted";
}

async function kubectl(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await cluster().kubectl(args);
  expect(code, stderr).to.equal(0);
  return stdout;
}

describe("CRD on a real API server", () => {
  let namespace: string;

  before(async () => {
    await kubectl("apply", "--server-side", "-f", CRD);
    await eventually("the kind is served", () => admin().list(API_VERSION, "SecurityBaseline"));
    namespace = await freshNamespace("crd");
  });

  for (const { reason, bad, good, says, server } of CASES) {
    it(`refuses: ${reason}`, async () => {
      expect(await refusalOf(submit(namespace, baseline(bad)))).to.include(server ?? says);
    });

    it(`accepts the neighbour: ${reason}`, async () => {
      expect(await refusalOf(submit(namespace, baseline(good)))).to.equal("accepted");
    });
  }

  for (const { reason, spec } of ACCEPTED) {
    it(`accepts: ${reason}`, async () => {
      expect(await refusalOf(submit(namespace, baseline(spec)))).to.equal("accepted");
    });
  }

  it("refuses a second baseline under another name", async () => {
    const other = { ...baseline({}), metadata: { name: "second" } };
    expect(await refusalOf(submit(namespace, other))).to.include('a namespace has one SecurityBaseline: set metadata.name to "baseline"');
  });

  it("fills in the defaults of the sections that are there", async () => {
    const { spec } = await submit(namespace, baseline(DEFAULTED.given));
    expect(spec).to.deep.equal(DEFAULTED.completed);
  });

  it("explains itself", async () => {
    // kubectl remembers what was served when it applied the CRD; this command asks anew.
    await kubectl("api-resources", "--api-group=securitybaseline.dev");
    expect(await kubectl("explain", "sb")).to.include("The security posture of one namespace.");
    expect(await kubectl("explain", "sb.spec.network.egress.to")).to.include("One peer: its fields are ANDed.");
    expect(await kubectl("explain", "sb.spec.podSecurity.enforce")).to.match(/ENUM:\s+privileged\s+baseline\s+restricted/);
  });

  describe("status", () => {
    let target: { apiVersion: string; kind: string; namespace: string; name: string };

    before(async () => {
      target = { apiVersion: API_VERSION, kind: "SecurityBaseline", namespace, name: "baseline" };
      await admin().create({ ...baseline({ podSecurity: { enforce: "restricted" } }), metadata: { name: "baseline", namespace } });
    });

    const write = (status: object) => admin().mergePatch<KubernetesObject>({ ...target, subresource: "status" }, { status });

    for (const { reason, bad, good, says, server } of STATUS_CASES) {
      it(`refuses: ${reason}`, async () => {
        expect(await refusalOf(write(bad))).to.include(server ?? says);
      });

      it(`accepts the neighbour: ${reason}`, async () => {
        expect(await refusalOf(write(good))).to.equal("accepted");
      });
    }

    it("is a subresource: a write of the object does not touch it", async () => {
      await write({ observedGeneration: 7 });
      const { status } = await admin().mergePatch<KubernetesObject>(target, { status: { observedGeneration: 8 } });
      expect(status).to.have.property("observedGeneration", 7);
    });
  });
});

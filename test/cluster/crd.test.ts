/** Proves that a real API server takes the CRD and draws the line where lint draws it. */
import { join } from "node:path";
import { expect } from "chai";
import { API_VERSION } from "../../operator/api/names.ts";
import type { KubernetesObject } from "../../operator/api/object.ts";
import { OUR_KINDS } from "../../operator/api/validate.ts";
import { ApiFailure } from "../support/api-client.ts";
import { admin, cluster, freshNamespace } from "../support/cluster.ts";
import { eventually } from "../support/eventually.ts";
import { baseline } from "../unit/crd/case.ts";
import { ACCEPTED, CASES, DEFAULTED } from "../unit/crd/cases.ts";
import { KIND_TABLES, objectOf } from "../unit/crd/kind-tables.ts";
import { STATUS_CASES } from "../unit/crd/status-cases.ts";

const CRDS = join(import.meta.dirname, "..", "..", "crds");

interface Stored extends KubernetesObject {
  readonly spec: object;
}

/** Strict, as `kubectl apply` does it; nothing is kept. `place`: resource, behind its namespace if it lives in one. */
async function submitTo(place: string, object: object): Promise<Stored> {
  const path = `/apis/securitybaseline.dev/v1alpha1/${place}?dryRun=All&fieldValidation=Strict`;
  return admin().send<Stored>({ method: "POST", path, body: object });
}

function submit(namespace: string, object: object): Promise<Stored> {
  return submitTo(`namespaces/${namespace}/securitybaselines`, object);
}

async function refusalOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof ApiFailure)) throw error;
    // Policies are asked after the schema: where they refuse, it has accepted.
    return error.message.includes("ValidatingAdmissionPolicy") ? "accepted" : error.message;
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
    await kubectl("apply", "--server-side", "-k", CRDS);
    for (const kind of OUR_KINDS) await eventually(`${kind} is served`, () => admin().list(API_VERSION, kind));
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

  for (const table of KIND_TABLES) {
    describe(table.kind, () => {
      const send = (spec: object, name = table.name): Promise<Stored> =>
        submitTo(table.namespaced ? `namespaces/${namespace}/${table.resource}` : table.resource, objectOf({ ...table, name }, spec));

      for (const { reason, bad, good, says, server } of table.cases) {
        it(`refuses: ${reason}`, async () => {
          expect(await refusalOf(send(bad))).to.include(server ?? says);
        });

        it(`accepts the neighbour: ${reason}`, async () => {
          expect(await refusalOf(send(good))).to.equal("accepted");
        });
      }

      for (const { reason, spec } of table.accepted) {
        it(`accepts: ${reason}`, async () => {
          expect(await refusalOf(send(spec))).to.equal("accepted");
        });
      }
    });
  }

  it("refuses a second posture of the cluster", async () => {
    const other = objectOf({ kind: "ClusterSecurityBaseline", name: "second" }, {});
    expect(await refusalOf(submitTo("clustersecuritybaselines", other))).to.include(
      'a cluster has one ClusterSecurityBaseline: set metadata.name to "cluster"',
    );
  });

  it("refuses a second baseline under another name", async () => {
    const other = { ...baseline({}), metadata: { name: "second" } };
    expect(await refusalOf(submit(namespace, other))).to.include('a namespace has one SecurityBaseline: set metadata.name to "baseline"');
  });

  it("does not repeat a value that may be plain text", async () => {
    const spec = { secrets: { sealedSecrets: [{ name: "smtp", encryptedData: { password: "hunter2" } }] } };
    expect(await refusalOf(submit(namespace, baseline(spec))))
      .to.include("seal it with kubeseal")
      .and.not.include("hunter2");
  });

  it("fills in the defaults of the sections that are there", async () => {
    const { spec, status } = await submit(namespace, baseline(DEFAULTED.given));
    expect(spec).to.deep.equal(DEFAULTED.completed);
    expect(status).to.deep.equal(DEFAULTED.status);
  });

  it("explains itself", async () => {
    // kubectl remembers what was served when it applied the CRD; this command asks anew.
    await kubectl("api-resources", "--api-group=securitybaseline.dev");
    expect(await kubectl("explain", "sb")).to.include("The security posture of one namespace.");
    expect(await kubectl("explain", "sb.spec.network.egress.to")).to.include("One peer: its fields are ANDed.");
    expect(await kubectl("explain", "sb.spec.secrets.sealedSecrets.encryptedData")).to.include(
      "Keys of the Secret, each with what `kubeseal` printed",
    );
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

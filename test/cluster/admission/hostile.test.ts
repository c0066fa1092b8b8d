/** Proves that section `admission` holds against whoever may create anything in the namespace and knows how the policies judge. */
import { expect } from "chai";
import type { AdmissionSection } from "../../../operator/api/baseline-admission.ts";
import type { KubernetesObject } from "../../../operator/api/object.ts";
import { admittingNamespace, tryCreate } from "../../support/admission-section.ts";
import { admin } from "../../support/cluster.ts";
import { installOperatorManifests } from "../../support/installation.ts";
import { labelled, objectWith, podOf, STRICT, web, withWeb } from "../../unit/policies/admission/objects.ts";

const LONG_REGISTRIES = Array.from({ length: 64 }, (_, index) => `registry-${index + 10}.example.com/`.padEnd(253, "a"));

/** Messages of more bytes are dropped by the API server. */
const LONGEST = 5 * 1024;

const containers = (count: number, fields: (index: number) => object) =>
  podOf({ containers: Array.from({ length: count }, (_, index) => web({ name: `c${index}`, ...fields(index) })) });

const image = (name: string) => objectWith("Pod", withWeb({ image: name }), "");

describe("admission against hostile objects", () => {
  let strict: string;

  before(async () => {
    await installOperatorManifests();
    strict = await admittingNamespace(STRICT);
  });

  const refusalOf = async (object: KubernetesObject, namespace = strict): Promise<string> => {
    const { status, refusal } = await tryCreate({ ...object, metadata: { ...object.metadata, namespace, name: "web" } });
    expect([403, 422]).to.include(status);
    return refusal;
  };

  describe("too much to judge", () => {
    let long: string;
    const section: AdmissionSection = { registries: LONG_REGISTRIES };

    before(async () => {
      long = await admittingNamespace(section);
    });

    it("a hundred containers and as many registries as there can be are judged", async () => {
      const fine = containers(100, (index) => ({ image: `${LONG_REGISTRIES[index % 64]}/web:1` }));
      expect(await tryCreate(objectWith("Pod", fine, long))).to.deep.include({ status: 201 });
      const bad = containers(100, () => ({ image: `${LONG_REGISTRIES[63]}b/web:1` }));
      expect(await refusalOf(objectWith("Pod", bad, ""), long)).to.include("; and 97 more");
    });

    it("more than that is refused, and the answer says why", async () => {
      const bad = (count: number) =>
        objectWith(
          "Pod",
          containers(count, () => ({ image: `${LONG_REGISTRIES[63]}b/web:1` })),
          "",
        );
      expect(await refusalOf(bad(400), long)).to.include("; and 397 more");
      expect(await refusalOf(bad(1000), long)).to.include("actual cost limit exceeded");
    });
  });

  describe("words that spoil the answer", () => {
    it("long names are cut, and every problem is told", async () => {
      const pod = containers(8, (index) => ({ image: `evil.example.com/${String(index).padEnd(2000, "x")}:1` }));
      const refusal = await refusalOf(objectWith("Pod", pod, ""));
      expect(Buffer.byteLength(refusal)).to.be.below(LONGEST);
      for (const index of [0, 1, 2, 3, 4, 5, 6, 7]) expect(refusal).to.include(`container "c${index}" uses evil.example.com/${index}xxx`);
    });

    it("line breaks in a name do not hide what is said", async () => {
      expect(await refusalOf(image("nginx:1\n\rghcr.io/acme/web:1"))).to.include(
        'container "web" uses nginx:1  ghcr.io/acme/web:1, which is not from registry.example.com:5000/payments or ghcr.io/acme',
      );
    });

    it("letters of many bytes at worst hide the reason, never the refusal", async () => {
      const pod = containers(8, () => ({ image: `evil.example.com/${"😀".repeat(600)}:1` }));
      expect(await refusalOf(objectWith("Pod", pod, ""))).to.include("the SecurityBaseline of this namespace refuses it");
    });
  });

  describe("names that are read in two ways", () => {
    const IMAGES = [
      "ghcr.io/acme@evil.example.com/web:1",
      "ghcr.io/acme:80@evil.example.com/web:1",
      "evil.example.com/web:ghcr.io/acme/x",
      "ghcr.io /acme/web:1",
      "ghcr.io/acme\t/web:1",
      "ghcr.io\\acme/web:1",
      "GHCR.IO/acme/web:1",
      "ghcr.io./acme/web:1",
      "ghcr.io:443/acme/web:1",
      "ghcr.io//acme/web:1",
      "https://ghcr.io/acme/web:1",
      "ghcr.io/acme%2fweb:1",
      "/ghcr.io/acme/web:1",
    ];

    for (const name of IMAGES) {
      it(`${JSON.stringify(name)} is from elsewhere`, async () => {
        expect(await refusalOf(image(name))).to.include("which is not from registry.example.com:5000/payments or ghcr.io/acme");
      });
    }

    it("what follows an image is a digest, or it has no name that lasts", async () => {
      for (const name of ["ghcr.io/acme/web:80@evil.example.com/web:1", "ghcr.io/acme/web:1@sha256:abc", "ghcr.io/acme/web:1@"]) {
        expect(await refusalOf(image(name))).to.include(`uses ${name}, which may be another image tomorrow`);
      }
    });
  });

  describe("ways around", () => {
    it("an owner that is made up leads to pods that are refused", async () => {
      const owner = {
        apiVersion: "apps/v1",
        kind: "Deployment",
        name: "none",
        uid: "8a5c1d6e-0000-4000-8000-0123456789ab",
        controller: true,
      };
      const owned = (kind: string) => {
        const object = objectWith(kind, withWeb({ image: "nginx:1" }), strict, "owned");
        return { ...object, metadata: { ...object.metadata, ownerReferences: [owner] } } as KubernetesObject;
      };
      expect(await tryCreate(owned("ReplicaSet"))).to.deep.include({ status: 201 });
      expect(await tryCreate(owned("Pod"))).to.deep.include({ status: 403 });
      expect(await tryCreate(owned("Deployment"))).to.deep.include({ status: 403 });
    });

    it("an object says nothing about its own age", async () => {
      const object = objectWith("Pod", labelled(withWeb({ image: "nginx:1" }), { exempt: "ended" }), strict);
      const old = { ...object, metadata: { ...object.metadata, creationTimestamp: "2019-01-01T00:00:00Z" } } as KubernetesObject;
      expect(await tryCreate(old)).to.deep.include({ status: 403 });
    });

    it("one of the labels of an exemption is not enough, and none is enough for another check", async () => {
      const bad = withWeb({ image: "nginx:1", securityContext: undefined });
      const wears = async (labels: Readonly<Record<string, string>>): Promise<string> =>
        refusalOf(objectWith("Pod", labelled(bad, labels), ""));
      expect(await wears({ exempt: "registries", team: "ledger" })).to.include("which is not from");
      expect(await wears({ exempt: "registries", team: "payments" }))
        .to.include("must drop")
        .and.not.include("which is not from");
    });

    it("a host with a blank in the certificates of an Ingress", async () => {
      const backend = { service: { name: "web", port: { number: 80 } } };
      const rules = [{ host: "pay.example.com", http: { paths: [{ path: "/", pathType: "Prefix", backend }] } }];
      for (const name of ["evil.example.org .payments.example.com", "evil.example.org,.payments.example.com", ".payments.example.com"]) {
        const spec = { ingressClassName: "nginx", rules, tls: [{ hosts: ["pay.example.com", name] }] };
        expect(await refusalOf({ apiVersion: "networking.k8s.io/v1", kind: "Ingress", spec } as KubernetesObject)).to.include(name);
      }
    });

    it("a pod that calls itself one of Windows keeps every other check", async () => {
      const pod = podOf({ os: { name: "windows" }, containers: [web({ image: "nginx:1", securityContext: undefined })] });
      expect(await refusalOf(objectWith("Pod", pod, "")))
        .to.include("which is not from")
        .and.not.include("must drop");
    });

    it("a server-side apply, a generated name and many at once are judged like a creation", async () => {
      const object = objectWith("Pod", withWeb({ image: "nginx:1" }), strict);
      const path = await admin().path({ apiVersion: "v1", kind: "Pod", namespace: strict, name: "web" });
      const query = "?dryRun=All&fieldManager=test&force=true";
      const applied = await admin().ask({ method: "PATCH", path: path + query, body: object, contentType: "application/apply-patch+yaml" });
      expect(applied.status).to.equal(403);
      const { name: _, ...metadata } = object.metadata as { name?: string };
      expect(
        await tryCreate({ ...object, metadata: { ...metadata, generateName: "web-" } } as unknown as KubernetesObject),
      ).to.deep.include({ status: 403 });
    });
  });
});

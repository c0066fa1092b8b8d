/** Proves what may become of workloads that were there before section `admission` was enforced: they run on, scale and end, and nobody makes them worse. */
import { expect } from "chai";
import type { KubernetesObject } from "../../../operator/api/object.ts";
import { type Verdict, verdictOf } from "../../support/admission-section.ts";
import type { ObjectRef } from "../../support/api-client.ts";
import { admin, freshNamespace } from "../../support/cluster.ts";
import { eventually } from "../../support/eventually.ts";
import { installOperatorManifests } from "../../support/installation.ts";
import { writeBaseline } from "../../support/operator-token.ts";
import { objectWith, podOf, STRICT, WORKLOAD_KINDS, web } from "../../unit/policies/admission/objects.ts";

const BAD = podOf({ containers: [web({ image: "nginx" })] });
const GOOD = podOf();
const APPS = "apps/v1";

type Patch = Readonly<Record<string, unknown>>;

const template = (fields: object): Patch => ({ spec: { template: fields } });
const images = (image: string): Patch => template({ spec: { containers: [{ name: "web", image }] } });

describe("admission of what was there before", () => {
  let namespace: string;

  const ref = (kind: string, name: string, subresource?: string): ObjectRef => {
    const versions: Readonly<Record<string, string>> = {
      Pod: "v1",
      Service: "v1",
      ReplicationController: "v1",
      Job: "batch/v1",
      CronJob: "batch/v1",
    };
    const apiVersion = kind === "Ingress" ? "networking.k8s.io/v1" : (versions[kind] ?? APPS);
    return { apiVersion, kind, namespace, name, ...(subresource !== undefined && { subresource }) };
  };

  /** A strategic merge patch, as kubectl sends it; nothing is stored. */
  const patch = async (of: ObjectRef, body: Patch): Promise<Verdict> =>
    verdictOf({
      method: "PATCH",
      path: `${await admin().path(of)}?dryRun=All`,
      body,
      contentType: "application/strategic-merge-patch+json",
    });

  const passes = async (of: ObjectRef, body: Patch): Promise<void> => {
    expect(await patch(of, body)).to.deep.include({ status: 200, refusal: "" });
  };
  const isRefused = async (of: ObjectRef, body: Patch, says: string): Promise<void> => {
    const { status, refusal } = await patch(of, body);
    expect(refusal).to.include(`the SecurityBaseline of ${namespace} refuses it: `).and.to.include(says);
    expect(status).to.equal(403);
  };

  before(async () => {
    await installOperatorManifests();
    // The mark alone judges nothing.
    namespace = await freshNamespace("before-admission", { "securitybaseline.dev/admission": "Enforce" });
    const ports = [{ port: 80 }];
    await Promise.all([
      ...WORKLOAD_KINDS.map((kind) => admin().create(objectWith(kind, BAD, namespace, "old"))),
      admin().create(objectWith("Pod", BAD, namespace, "old")),
      admin().create(objectWith("Pod", GOOD, namespace, "fine")),
      admin().create(objectWith("Deployment", GOOD, namespace, "fine")),
      admin().create({
        apiVersion: "v1",
        kind: "Service",
        metadata: { namespace, name: "old" },
        spec: { type: "NodePort", ports },
      } as KubernetesObject),
    ]);
    await eventually("the Deployment has its ReplicaSet", async () => {
      const sets = await admin().list(APPS, "ReplicaSet", { namespace, labelSelector: "selected=yes" });
      expect(sets.some(({ metadata }) => metadata?.name?.startsWith("old-"))).to.equal(true);
    });
    await writeBaseline(namespace, { admission: STRICT });
  });

  describe("passes", () => {
    for (const kind of WORKLOAD_KINDS) {
      it(`${kind}: labels, annotations and finalizers of its own`, async () => {
        await passes(ref(kind, "old"), { metadata: { labels: { a: "b" }, annotations: { c: "d" }, finalizers: ["example.com/hold"] } });
      });
    }

    for (const kind of ["Deployment", "StatefulSet", "ReplicaSet", "ReplicationController"]) {
      it(`${kind}: scaling, in the object and beside it`, async () => {
        await passes(ref(kind, "old"), { spec: { replicas: 3 } });
        const path = await admin().path(ref(kind, "old", "scale"));
        const call = {
          method: "PATCH",
          path: `${path}?dryRun=All`,
          body: { spec: { replicas: 3 } },
          contentType: "application/merge-patch+json",
        };
        expect(await verdictOf(call)).to.deep.include({ status: 200 });
      });
    }

    it("a Deployment's strategy, and a pause", async () => {
      await passes(ref("Deployment", "old"), { spec: { paused: true, minReadySeconds: 5, strategy: { type: "RollingUpdate" } } });
    });

    it("suspending a Job and a CronJob, and another schedule", async () => {
      await passes(ref("Job", "old"), { spec: { suspend: true } });
      await passes(ref("CronJob", "old"), { spec: { suspend: true, schedule: "0 4 * * *" } });
    });

    it("status of a workload and of a pod", async () => {
      await passes(ref("Deployment", "old", "status"), { status: { observedGeneration: 1 } });
      await passes(ref("Pod", "old", "status"), { status: { phase: "Running" } });
    });

    it("labels, annotations and finalizers of a pod", async () => {
      await passes(ref("Pod", "old"), { metadata: { labels: { a: "b" }, annotations: { c: "d" }, finalizers: ["example.com/hold"] } });
    });

    it("a better image in a pod, and in a template", async () => {
      await passes(ref("Pod", "old"), { spec: { containers: [{ name: "web", image: "ghcr.io/acme/web:1.3" }] } });
      await passes(ref("Deployment", "old"), images("ghcr.io/acme/web:1.3"));
    });

    it("the deadline of a pod, and a toleration", async () => {
      await passes(ref("Pod", "old"), { spec: { activeDeadlineSeconds: 600 } });
    });

    it("binding a pod to a node", async () => {
      const path = `${await admin().path(ref("Pod", "old"))}/binding?dryRun=All`;
      const body = { apiVersion: "v1", kind: "Binding", metadata: { name: "old", namespace }, target: { kind: "Node", name: "node-1" } };
      expect(await verdictOf({ method: "POST", path, body })).to.deep.include({ status: 201 });
    });

    it("another port of a Service whose type is not admitted", async () => {
      await passes(ref("Service", "old"), { spec: { ports: [{ port: 80, name: "http" }] }, metadata: { labels: { a: "b" } } });
    });

    it("deletion", async () => {
      for (const kind of ["Deployment", "Pod"]) {
        const path = await admin().path(ref(kind, "old"));
        expect(await verdictOf({ method: "DELETE", path: `${path}?dryRun=All` })).to.deep.include({ status: 200 });
      }
    });

    it("the ReplicaSet of a Deployment, whose pods are refused with the same words", async () => {
      const name = await eventually("the ReplicaSet was told why it has no new pod", async () => {
        await admin().mergePatch(ref("Deployment", "old"), { spec: { replicas: 2 } });
        const sets = (await admin().list(APPS, "ReplicaSet", { namespace })) as (KubernetesObject & {
          status?: { conditions?: { type: string; message: string }[] };
        })[];
        const told = sets.find(({ status }) =>
          status?.conditions?.some(({ type, message }) => type === "ReplicaFailure" && message.includes("which is not from")),
        );
        if (told === undefined) throw new Error("not told yet");
        return told.metadata?.name ?? "";
      });
      await passes(ref("ReplicaSet", name), { spec: { replicas: 4 } });
    });
  });

  describe("is refused", () => {
    it("an environment variable beside the bad image", async () => {
      const body = template({ spec: { containers: [{ name: "web", env: [{ name: "A", value: "b" }] }] } });
      await isRefused(ref("Deployment", "old"), body, "uses nginx, which is not from");
    });

    it("`kubectl rollout restart`", async () => {
      const body = template({ metadata: { annotations: { "kubectl.kubernetes.io/restartedAt": "2026-11-28T00:00:00Z" } } });
      for (const kind of ["Deployment", "StatefulSet", "DaemonSet"])
        await isRefused(ref(kind, "old"), body, "uses nginx, which is not from");
    });

    it("another bad image", async () => {
      await isRefused(ref("Deployment", "old"), images("httpd:2"), "uses httpd:2, which is not from");
      await isRefused(ref("Pod", "old"), { spec: { containers: [{ name: "web", image: "httpd:2" }] } }, "uses httpd:2, which is not from");
      await isRefused(
        ref("CronJob", "old"),
        { spec: { jobTemplate: { spec: { template: { spec: { containers: [{ name: "web", image: "httpd:2" }] } } } } } },
        "httpd:2",
      );
    });

    it("a bad image in a workload that was fine", async () => {
      await isRefused(ref("Deployment", "fine"), images("nginx:1"), "uses nginx:1, which is not from");
      await isRefused(ref("Pod", "fine"), { spec: { containers: [{ name: "web", image: "nginx:1" }] } }, "uses nginx:1, which is not from");
    });

    it("a container for debugging from elsewhere, and only for what it adds", async () => {
      const added = {
        name: "debug",
        image: "busybox:1",
        securityContext: { readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"] } },
      };
      const { refusal, status } = await patch(ref("Pod", "old", "ephemeralcontainers"), { spec: { ephemeralContainers: [added] } });
      expect(refusal).to.equal(
        `the SecurityBaseline of ${namespace} refuses it: container "debug" uses busybox:1, which is not from registry.example.com:5000/payments or ghcr.io/acme`,
      );
      expect(status).to.equal(403);
    });

    it("a container for debugging with a capability", async () => {
      const securityContext = { readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"], add: ["net_raw"] } };
      const added = { name: "debug", image: "ghcr.io/acme/debug:1", securityContext };
      await isRefused(ref("Pod", "fine", "ephemeralcontainers"), { spec: { ephemeralContainers: [added] } }, 'container "debug" must drop');
      const fine = { ...added, securityContext: { ...securityContext, capabilities: { drop: ["ALL"] } } };
      await passes(ref("Pod", "fine", "ephemeralcontainers"), { spec: { ephemeralContainers: [fine] } });
    });

    it("more memory than the highest limit for a pod that runs", async () => {
      const resized = (memory: string): Patch => ({ spec: { containers: [{ name: "web", resources: { limits: { memory } } }] } });
      await isRefused(ref("Pod", "fine", "resize"), resized("9Gi"), 'container "web" may use more than 8Gi of memory');
      await passes(ref("Pod", "fine", "resize"), resized("512Mi"));
    });

    it("taking away a label that is asked for", async () => {
      await isRefused(ref("Pod", "old"), { metadata: { labels: { team: null } } }, "the label team must be one of payments, ledger");
      await isRefused(ref("Deployment", "fine"), template({ metadata: { labels: { team: null } } }), "the label team must be one of");
    });

    it("a Service that becomes reachable from outside", async () => {
      await isRefused(ref("Service", "old"), { spec: { type: "LoadBalancer" } }, "a Service of type LoadBalancer is not allowed");
      await isRefused(ref("Service", "old"), { spec: { externalIPs: ["203.0.113.7"] } }, "remove spec.externalIPs");
    });
  });
});

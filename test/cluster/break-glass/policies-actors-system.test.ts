/** Proves what emergency access may do in the namespaces of Kubernetes itself: help pods start anew, and no more unless the installation allows it. */

import { expect } from "chai";
import type { KubernetesObject } from "../../../operator/api/object.ts";
import { type AlmightyGrant, almightyGrant } from "../../support/almighty-grant.ts";
import type { ApiClient } from "../../support/api-client.ts";
import { admin } from "../../support/cluster.ts";
import { installOperatorManifests } from "../../support/installation.ts";
import { installedWith } from "../../support/installed-settings.ts";
import { attempt, policyRefusal } from "../../support/policed.ts";

const MESSAGE = "emergency access deletes, evicts and scales in the namespaces kube-system and kube-public, and changes nothing else there";
const NAME = "actors-system";
const POD_SPEC = { containers: [{ name: "x", image: "x" }] };
const JOB_SPEC = { template: { spec: { ...POD_SPEC, restartPolicy: "Never" } } };
const LABELS = { app: NAME };
const TEMPLATE = { metadata: { labels: LABELS }, spec: POD_SPEC };
const SELECTED = { selector: { matchLabels: LABELS }, template: TEMPLATE };

function inSystem(apiVersion: string, kind: string, body: object, namespace = "kube-system"): KubernetesObject {
  return { apiVersion, kind, metadata: { namespace, name: NAME, labels: LABELS }, ...body };
}

const MADE: readonly KubernetesObject[] = [
  inSystem("v1", "Pod", { spec: POD_SPEC }),
  inSystem("v1", "PodTemplate", { template: TEMPLATE }),
  inSystem("v1", "ReplicationController", { spec: { selector: LABELS, template: TEMPLATE } }),
  inSystem("apps/v1", "Deployment", { spec: SELECTED }),
  inSystem("apps/v1", "ReplicaSet", { spec: SELECTED }),
  inSystem("apps/v1", "DaemonSet", { spec: SELECTED }),
  inSystem("apps/v1", "StatefulSet", { spec: { ...SELECTED, serviceName: "x" } }),
  inSystem("batch/v1", "Job", { spec: JOB_SPEC }),
  inSystem("batch/v1", "CronJob", { spec: { schedule: "@daily", jobTemplate: { spec: JOB_SPEC } } }),
  inSystem("v1", "ConfigMap", { data: {} }),
  inSystem("v1", "Secret", { stringData: {} }),
  inSystem("v1", "ServiceAccount", {}),
  inSystem("v1", "Service", { spec: { ports: [{ port: 80 }] } }),
  inSystem("v1", "ConfigMap", { data: {} }, "kube-public"),
];

const POD = { apiVersion: "v1", kind: "Pod", namespace: "kube-system", name: NAME };
const DEPLOYMENT = { ...POD, apiVersion: "apps/v1", kind: "Deployment" };
const CONFIG_MAP = { ...POD, kind: "ConfigMap" };

describe("policies on what emergency access does in the namespaces of Kubernetes itself", () => {
  let grant: AlmightyGrant;
  let actor: ApiClient;

  before(async () => {
    await installOperatorManifests();
    grant = await almightyGrant("actorsyste");
    actor = grant.client;
    await admin().create(inSystem("v1", "Pod", { spec: POD_SPEC }));
    await admin().create(inSystem("apps/v1", "Deployment", { spec: { ...SELECTED, replicas: 0 } }));
    await admin().create(inSystem("v1", "ConfigMap", { data: {} }));
  });

  after(async () => {
    await grant[Symbol.asyncDispose]();
    for (const ref of [DEPLOYMENT, CONFIG_MAP, POD]) if (await admin().find(ref)) await admin().delete(ref);
  });

  for (const object of MADE) {
    it(`refused: a new ${object.kind} in ${object.metadata?.namespace}`, async () => {
      expect(await policyRefusal(attempt(actor, object))).to.contain(MESSAGE);
    });
  }

  const debug = [{ name: "debug", image: "x", targetContainerName: "x" }];
  const refused: { reason: string; tries: () => Promise<unknown> }[] = [
    {
      reason: "a change of a pod template",
      tries: () => actor.mergePatch(DEPLOYMENT, { spec: { template: { metadata: { labels: { a: "b" } } } } }),
    },
    { reason: "a change of a ConfigMap", tries: () => actor.mergePatch(CONFIG_MAP, { data: { a: "b" } }) },
    { reason: "deleting a ConfigMap", tries: () => actor.delete(CONFIG_MAP) },
    {
      reason: "deleting many ConfigMaps at once",
      tries: () =>
        actor.send({ method: "DELETE", path: `/api/v1/namespaces/kube-system/configmaps?dryRun=All&labelSelector=app%3D${NAME}` }),
    },
    { reason: "a change of a pod", tries: () => actor.mergePatch(POD, { metadata: { annotations: { a: "b" } } }) },
    {
      reason: "a container that is added to a pod",
      tries: () => actor.mergePatch({ ...POD, subresource: "ephemeralcontainers" }, { spec: { ephemeralContainers: debug } }),
    },
    ...["exec?command=id", "attach", "portforward?ports=80", "proxy"].map((part) => ({
      reason: `entering a pod by ${part.replace(/\?.*/, "")}`,
      tries: () => actor.send({ method: "POST", path: `/api/v1/namespaces/kube-system/pods/${NAME}/${part}` }),
    })),
    {
      reason: "a label of the namespace",
      tries: () => actor.mergePatch({ apiVersion: "v1", kind: "Namespace", name: "kube-system" }, { metadata: { labels: { a: "b" } } }),
    },
  ];
  for (const { reason, tries } of refused) {
    it(`refused: ${reason}`, async () => {
      expect(await policyRefusal(tries())).to.contain(MESSAGE);
    });
  }

  it("allowed: reading", async () => {
    await actor.list("v1", "Pod", { namespace: "kube-system" });
    await actor.get(CONFIG_MAP);
  });

  it("allowed: scaling", async () => {
    await actor.mergePatch({ ...DEPLOYMENT, subresource: "scale" }, { spec: { replicas: 0 } });
  });

  it("allowed: evicting and deleting a pod", async () => {
    const metadata = { namespace: "kube-system", name: NAME };
    const eviction = { apiVersion: "policy/v1", kind: "Eviction", metadata, deleteOptions: { dryRun: ["All"] } };
    await actor.send({ method: "POST", path: `/api/v1/namespaces/kube-system/pods/${NAME}/eviction`, body: eviction });
    await actor.send({ method: "DELETE", path: `/api/v1/namespaces/kube-system/pods/${NAME}?dryRun=All` });
  });

  it("allowed: everything else as well where the installation says so, but for Secrets that are tokens", async () => {
    await using _settings = await installedWith({ allowSystemNamespaces: true });
    for (const object of MADE) await attempt(actor, { ...object, metadata: { ...object.metadata, name: `${NAME}-2` } });
    await actor.mergePatch(CONFIG_MAP, { data: { a: "b" } });
    const token = inSystem("v1", "Secret", { type: "bootstrap.kubernetes.io/token", stringData: {} });
    expect(await policyRefusal(attempt(actor, token))).to.contain("emergency access makes and changes no Secrets that are tokens");
  });
});

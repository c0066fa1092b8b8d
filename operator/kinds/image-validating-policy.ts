/** Declares the kind NamespacedImageValidatingPolicy of Kyverno: what of it is the same in each that the operator makes, and what its status tells. */
import { isJsonObject, type Json, type JsonObject } from "../api/json.ts";
import { conditionFacts, partOf } from "./condition-facts.ts";
import { type OwnedKind, Rank } from "./kind.ts";
import { absentIf, optionalMap, optionalSetOf, record, setOf } from "./normalise.ts";

/** Begins the names of these policies, before the name of the signer. */
export const SIGNED_BY_PREFIX = "signed-by-";

/** Name of the only attestor: the expressions of a policy name it, and the name of a signer may be no name there. */
export const ATTESTOR_NAME = "signer";

/** CEL: the images of containers of every sort of a pod. */
function containerImages(pod: string): string {
  const lists = ["containers", "initContainers", "ephemeralContainers"].map((list) => `${pod}.spec.?${list}.orValue([])`);
  return `(${lists.join(" + ")}).map(c, c.image)`;
}

/** CEL: images of one sort as Kyverno has found them; it leaves out those that no glob means. */
function foundImages(sort: string): string {
  return `images.?${sort}.orValue([])`;
}

/** What is the same in every such policy, by key of the spec. */
export const CONSTANT_SPEC = {
  // Ephemeral containers come through a subresource of their own.
  matchConstraints: {
    resourceRules: [
      { apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE", "UPDATE"], resources: ["pods", "pods/ephemeralcontainers"] },
    ],
  },
  // A pod that runs already may be labelled and may end, whatever its images are.
  matchConditions: [
    {
      name: "has-other-images",
      expression: `request.operation != "UPDATE" || ${containerImages("object")} != ${containerImages("oldObject")}`,
    },
  ],
  // An image as a volume (KEP-4639) is code or data from a registry like any other; Kyverno looks for containers alone.
  images: [
    {
      name: "volumes",
      expression:
        '(object != null ? object : oldObject).spec.?volumes.orValue([]).filter(v, has(v.image)).map(v, v.image.?reference.orValue(""))',
    },
  ],
  // A digest that Kyverno wrote into the pod would be drift to whoever deploys it, and its ReplicaSet would make another; whether tags may stand there is
  // said by section `admission`.
  validationConfigurations: { mutateDigest: false, required: true, verifyDigest: false },
} as const;

/** CEL for Kyverno: each image that the globs mean is signed by the attestor. */
export const EVERY_IMAGE_IS_SIGNED = `(${["containers", "initContainers", "ephemeralContainers", "volumes"].map(foundImages).join(" + ")}).all(i, verifyImageSignatures(i, [attestors.${ATTESTOR_NAME}]) > 0)`;

const switchedOn = record({ enabled: absentIf(true) });

const evaluation = record({
  admission: (value) => optionalMap(switchedOn(value)),
  background: (value) => optionalMap(switchedOn(value)),
});

const spec = record({
  evaluation: (value) => optionalMap(evaluation(value)),
  validationActions: setOf(),
  matchImageReferences: optionalSetOf(),
});

export const imageValidatingPolicy: OwnedKind = {
  apiVersion: "policies.kyverno.io/v1",
  kind: "NamespacedImageValidatingPolicy",
  resource: "namespacedimagevalidatingpolicies",
  scope: "InNamespace",
  namespaced: true,
  // As a whole: an exemption by any field at all, also one of a later version, makes it another policy.
  fields: [{ path: ["spec"], normalise: (value: Json | undefined) => spec(value ?? {}) }],
  rank: () => Rank.networkDeny,
  optional: true,
  /**
   * `status` and `reason` of WebhookConfigured: Kyverno's own summary, `ready`, was seen false while the policy was enforced. `denies` tells whether it
   * refuses, and `since` when its spec was last written, in seconds since the epoch.
   */
  facts: (object: JsonObject) => ({
    ...conditionFacts({ status: partOf(partOf(object, "status"), "conditionStatus") }, "WebhookConfigured"),
    denies: actionsOf(object).includes("Deny"),
    since: writtenAt(object),
  }),
};

function actionsOf(object: JsonObject): readonly Json[] {
  const actions = partOf(object, "spec")["validationActions"];
  return Array.isArray(actions) ? actions : [];
}

function writtenAt(object: JsonObject): number {
  const entries = partOf(object, "metadata")["managedFields"];
  const times = (Array.isArray(entries) ? entries.filter(isJsonObject) : [])
    .filter((entry) => "f:spec" in partOf(entry, "fieldsV1"))
    .map(({ time }) => (typeof time === "string" ? Math.floor(Date.parse(time) / 1000) : 0));
  return Math.max(0, ...times.filter(Number.isFinite));
}

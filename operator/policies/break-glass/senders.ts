/** Declares the optional policies that fill in who sends a request or a decision. The validating policies stay the judge of it. */
import { INSTALLATION_LABELS } from "../../api/installation.ts";
import type { JsonObject } from "../../api/json.ts";
import { GROUP, VERSION } from "../../api/names.ts";
import { matchConstraints, named } from "../documents.ts";
import { BREAK_GLASS_PREFIX } from "./index.ts";

interface FilledIn {
  readonly resource: string;
  /** Field of the spec that names a person. */
  readonly person: string;
}

/** MutatingAdmissionPolicies and their bindings: API version v1 is there from Kubernetes 1.36 on. */
export const senderPolicies: readonly JsonObject[] = [
  ...documents({ resource: "breakglassrequests", person: "requester" }),
  ...documents({ resource: "breakglassdecisions", person: "approver" }),
];

function documents({ resource, person }: FilledIn): JsonObject[] {
  const apiVersion = "admissionregistration.k8s.io/v1";
  const metadata = { name: BREAK_GLASS_PREFIX + person, labels: INSTALLATION_LABELS };
  const sender = "{'username': request.userInfo.username, ?'uid': request.userInfo.?uid}";
  return [
    {
      apiVersion,
      kind: "MutatingAdmissionPolicy",
      metadata,
      spec: {
        failurePolicy: "Fail",
        reinvocationPolicy: "Never",
        matchConstraints: matchConstraints({
          matches: [{ group: GROUP, version: VERSION, resources: [resource], operations: ["CREATE"] }],
        }),
        matchConditions: named({ [`no-${person}`]: `!has(object.spec.${person})` }),
        mutations: [
          { patchType: "JSONPatch", jsonPatch: { expression: `[JSONPatch{op: 'add', path: '/spec/${person}', value: ${sender}}]` } },
        ],
      },
    },
    { apiVersion, kind: "MutatingAdmissionPolicyBinding", metadata, spec: { policyName: metadata.name } },
  ];
}

/** Turns the section `mesh` into what makes pods of a service mesh refuse plain text: policies of Istio, or Linkerd's annotation of the Namespace. */
import type { MeshSection, PlaintextPort } from "../../api/baseline-mesh.ts";
import type { JsonObject } from "../../api/json.ts";
import { LINKERD_POLICY_ANNOTATION } from "../../api/names.ts";
import { ALLOW_NOTHING_NAME, authorizationPolicy } from "../../kinds/authorization-policy.ts";
import { LINKERD_POLICIES, linkerdPolicy } from "../../kinds/linkerd-policy.ts";
import { ISTIO_ROOT_NAMESPACE, NAMESPACE_WIDE_NAME, PLAINTEXT_PREFIX, peerAuthentication } from "../../kinds/peer-authentication.ts";
import type { Control, ControlContext, Draft } from "../control.ts";
import { defaulted } from "../defaulted.ts";
import { sortedMap } from "../order.ts";
import { meshCaveat } from "./caveat.ts";

/** The section `mesh`. */
export const mesh: Control<"mesh"> = {
  name: "mesh",
  condition: "MeshReady",
  standards: ["NSA-network-separation"],
  owns: [peerAuthentication, authorizationPolicy, linkerdPolicy],
  desired: (section, context) => {
    if (section.provider === "Linkerd") return [linkerdDraft(section, context)];
    return isMeshWide(section, context) ? [] : istioDrafts(section);
  },
  problem: (section, context) => (isMeshWide(section, context) ? { reason: "ReservedNamespace", message: MESH_WIDE } : undefined),
  caveat: meshCaveat,
};

const MESH_WIDE = `what Istio reads in ${ISTIO_ROOT_NAMESPACE} holds for the whole mesh, and a baseline is for one namespace: remove spec.mesh`;

function isMeshWide({ provider }: MeshSection, { namespace }: ControlContext): boolean {
  return provider === "Istio" && namespace === ISTIO_ROOT_NAMESPACE;
}

/** Linkerd's pods encrypt among themselves anyway: the annotation is about who else is let in. */
function linkerdDraft(section: MeshSection, { namespace }: ControlContext): Draft {
  const policy = defaulted(section.defaultDeny, "mesh.defaultDeny") ? LINKERD_POLICIES.deny : LINKERD_POLICIES.authenticated;
  return { kind: linkerdPolicy, name: namespace, body: {}, annotations: { [LINKERD_POLICY_ANNOTATION]: policy } };
}

function istioDrafts(section: MeshSection): readonly Draft[] {
  const ports = section.plaintextPorts ?? [];
  return [
    ...ports.map((entry) => plaintextDraft(entry, ports)),
    { kind: peerAuthentication, name: NAMESPACE_WIDE_NAME, body: { spec: { mtls: STRICT } } },
    ...(defaulted(section.defaultDeny, "mesh.defaultDeny")
      ? [{ kind: authorizationPolicy, name: ALLOW_NOTHING_NAME, body: { spec: {} } }]
      : []),
  ];
}

const STRICT = { mode: "STRICT" } as const;

/** Takes both, so that clients in the mesh stay with mutual TLS. Istio's DISABLE would refuse these, and ambient mode does not know it. */
const PLAINTEXT = { mode: "PERMISSIVE" } as const;

/**
 * Of several policies for one pod Istio obeys the oldest and ignores the others, so each has the ports of all entries for the same labels. A port that is not
 * listed is strict by the policy itself, whatever becomes of the one for the namespace.
 */
function plaintextDraft({ name, matchLabels }: PlaintextPort, ports: readonly PlaintextPort[]): Draft {
  const labels = sortedMap(matchLabels);
  const ofThesePods = ports.filter((other) => JSON.stringify(sortedMap(other.matchLabels)) === JSON.stringify(labels));
  const portLevelMtls = sortedMap(Object.fromEntries(ofThesePods.map(({ port }): [string, JsonObject] => [String(port), PLAINTEXT])));
  return {
    kind: peerAuthentication,
    name: PLAINTEXT_PREFIX + name,
    body: { spec: { selector: { matchLabels: labels }, mtls: STRICT, portLevelMtls } },
  };
}

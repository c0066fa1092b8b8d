/** Declares the policies on what section `mesh` makes: a stolen token can neither let plain text in nor bar the traffic of a namespace. */
import { LINKERD_POLICY_ANNOTATION, MESH_FIELD_MANAGER } from "../../api/names.ts";
import { ALLOW_NOTHING_NAME, authorizationPolicy } from "../../kinds/authorization-policy.ts";
import { LINKERD_POLICIES } from "../../kinds/linkerd-policy.ts";
import { ISTIO_ROOT_NAMESPACE, NAMESPACE_WIDE_NAME, PLAINTEXT_PREFIX, peerAuthentication } from "../../kinds/peer-authentication.ts";
import { quote } from "../cel.ts";
import { type Confinement, changes, enforces, matchKind, type Place } from "./confine.ts";
import { type SharedField, sharedFields } from "./shared-fields.ts";
import { onlyKeys, SPECS, sameMap, unchangedKey } from "./spec-keys.ts";

const OTHER = "of the namespace's SecurityBaseline, in mode Enforce";

/** CEL: the baseline asks this mesh for something. */
function asksFor(provider: "Istio" | "Linkerd"): string {
  return `${enforces("mesh")} && params.spec.mesh.provider == ${quote(provider)}`;
}

/** CEL: as `asksFor` Istio, in a namespace where it is obeyed. */
const ASKS_ISTIO = `${asksFor("Istio")} && request.namespace != ${quote(ISTIO_ROOT_NAMESPACE)}`;

const DENIES = "params.spec.mesh.?defaultDeny.orValue(false)";

/** CEL: entries of the section that become the object of a name, which is CEL itself: none or one. */
function plaintextEntries(name: string): string {
  return `(${ASKS_ISTIO} ? params.spec.mesh.?plaintextPorts.orValue([]).filter(e, ${quote(PLAINTEXT_PREFIX)} + e.name == ${name}) : [])`;
}

/** CEL: the section asks for a PeerAuthentication of this name. */
export function peerAuthenticationAsked(name: string): string {
  return `((${ASKS_ISTIO} && ${name} == ${quote(NAMESPACE_WIDE_NAME)}) || ${plaintextEntries(name)}.size() == 1)`;
}

/** CEL: the section asks for an AuthorizationPolicy of this name. */
export function authorizationPolicyAsked(name: string): string {
  return `(${ASKS_ISTIO} && ${DENIES} && ${name} == ${quote(ALLOW_NOTHING_NAME)})`;
}

/** CEL: ports of all entries for the same pods, as keys of `portLevelMtls`. */
const PORTS = "variables.entries.map(e, params.spec.mesh.plaintextPorts.filter(o, o.matchLabels == e.matchLabels).map(o, string(o.port)))";

const PORT_MAP = "variables.spec.?portLevelMtls.orValue({})";

/** PeerAuthentications: strict, apart from the ports that the baseline names, on the pods that it names. */
export function peerAuthentications(place: Place): Confinement {
  return {
    name: "peer-authentications",
    about: "PeerAuthentications that the operator writes take plain text only on the ports that the namespace's baseline lists.",
    operations: ["CREATE", "UPDATE"],
    matches: [matchKind(peerAuthentication)],
    by: { place, withoutBaseline: "DenyCreation" },
    conditions: changes("spec"),
    variables: {
      ...SPECS,
      entries: plaintextEntries("object.metadata.name"),
      labels: "variables.entries.size() == 1 ? variables.entries[0].matchLabels : {}",
      ports: `variables.entries.size() == 1 ? ${PORTS}[0] : []`,
    },
    validations: [
      {
        expression: peerAuthenticationAsked("object.metadata.name"),
        message: `refused a PeerAuthentication that no baseline asks for: its name must be ${NAMESPACE_WIDE_NAME}, or ${PLAINTEXT_PREFIX} and the name of an entry in spec.mesh.plaintextPorts ${OTHER}`,
      },
      {
        expression: [
          onlyKeys("", ["mtls", "selector", "portLevelMtls"]),
          onlyKeys("selector", ["matchLabels"]),
          sameMap("selector.matchLabels", "variables.labels"),
        ].join("\n&& "),
        message: `refused a PeerAuthentication for other pods: matchLabels must be those of its entry in spec.mesh.plaintextPorts ${OTHER}`,
      },
      {
        expression: [
          "variables.spec.?mtls.?mode.orValue('') == 'STRICT'",
          `${PORT_MAP}.all(k, (k in variables.ports && ${PORT_MAP}[k].?mode.orValue('') == 'PERMISSIVE') || ${unchangedKey("portLevelMtls")})`,
          `variables.ports.all(p, ${PORT_MAP}[?p].?mode.orValue('') == 'PERMISSIVE')`,
        ].join("\n&& "),
        message: `refused a PeerAuthentication that takes other plain text: it is STRICT, and PERMISSIVE on the ports of spec.mesh.plaintextPorts ${OTHER}`,
      },
    ],
  };
}

/** AuthorizationPolicies: only the one that allows nothing. */
export function authorizationPolicies(place: Place): Confinement {
  return {
    name: "authorization-policies",
    about: "AuthorizationPolicies that the operator writes allow nothing, where the namespace's baseline asks for that.",
    operations: ["CREATE", "UPDATE"],
    matches: [matchKind(authorizationPolicy)],
    by: { place, withoutBaseline: "DenyCreation" },
    conditions: changes("spec"),
    variables: SPECS,
    validations: [
      {
        expression: authorizationPolicyAsked("object.metadata.name"),
        message: `refused an AuthorizationPolicy that no baseline asks for: its name must be ${ALLOW_NOTHING_NAME}, where spec.mesh.defaultDeny is true ${OTHER}`,
      },
      {
        expression: onlyKeys("", []),
        message: "refused an AuthorizationPolicy that says something: without action and rules it allows nothing",
      },
    ],
  };
}

/** Linkerd's annotation, which only a baseline gives. */
export const LINKERD_FIELD: SharedField = {
  map: "annotations",
  key: LINKERD_POLICY_ANNOTATION,
  values: Object.values(LINKERD_POLICIES),
  manager: MESH_FIELD_MANAGER,
};

/** The annotation where a baseline is: what it asks for in mode Enforce; otherwise it may only be given up. */
export function linkerdPolicies(place: Place): Confinement {
  return sharedFields(place, {
    name: "linkerd-policy",
    about: "The policy of Linkerd that the operator sets on a Namespace is the one that the namespace's baseline asks for.",
    asked: [
      {
        field: LINKERD_FIELD,
        value: `!(${asksFor("Linkerd")}) ? '' : ${DENIES} ? ${quote(LINKERD_POLICIES.deny)} : ${quote(LINKERD_POLICIES.authenticated)}`,
        says: `it is what spec.mesh ${OTHER} asks for, and absent where that asks for nothing of Linkerd`,
      },
    ],
  });
}

/** Finds PeerAuthentications that let plain text into pods of which the baseline asks for mutual TLS. */
import { peerAuthentication } from "../../kinds/peer-authentication.ts";
import type { Rule } from "../rule.ts";

const REMEDY = "which the baseline refuses: delete it, and list ports that need plain text in spec.mesh.plaintextPorts";

export const plaintextMesh: Rule = {
  id: "PlaintextMesh",
  severity: "High",
  control: "mesh",
  standards: ["NSA-network-separation"],
  kinds: [peerAuthentication],
  withSectionOnly: true,
  judge({ wide, mode, ports }, context) {
    if (context.section("mesh")?.provider !== "Istio") return undefined;
    const pods = wide === true ? "every pod" : "some pods";
    if (mode === "PERMISSIVE" || mode === "DISABLE") return `lets plain text into ${pods}, ${REMEDY}`;
    if (ports === true) return `lets plain text into ${pods} on some ports, ${REMEDY}`;
    // For some pods what is left open is said by the policy for all.
    if (wide !== true || mode === "STRICT") return undefined;
    return "leaves it to the mesh whether every pod takes plain text, and where it is the older one Istio obeys it and not the baseline's: delete it";
  },
};

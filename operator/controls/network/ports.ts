/** Translates ports of the spec into ports of a NetworkPolicy, and tells which of them lead nowhere. */
import type { NetworkPort } from "../../api/baseline-network.ts";
import type { JsonObject } from "../../api/json.ts";
import { DEFAULT_PROTOCOL } from "../../kinds/network-policy.ts";
import { sortedSet } from "../order.ts";

/** The ports of a rule. Without ports it holds for all of them, an entry without a port for all of its protocol. */
export function portsOf(ports: readonly NetworkPort[] | undefined): JsonObject {
  return ports === undefined ? {} : { ports: ports.map(portBody) };
}

function portBody({ port, endPort, protocol = DEFAULT_PROTOCOL }: NetworkPort): JsonObject {
  return { ...(port !== undefined && { port }), ...(endPort !== undefined && { endPort }), protocol };
}

/** A warning where addresses are to be reached on ports by name: it is the pods on the receiving end that give names to their ports. */
export function namesAtAddresses(place: string, ports: readonly NetworkPort[] = []): readonly string[] {
  const names = sortedSet(ports.map(({ port }) => port).filter((port) => typeof port === "string"));
  if (names.length === 0) return [];
  const list = names.map((name) => `"${name}"`).join(", ");
  return [`${place}: at addresses no port has a name: instead of ${list} write the number, or nothing is opened there`];
}

/** Writes the CEL that holds ports of a NetworkPolicy against those of a flow in the baseline. */
import { DEFAULT_PROTOCOL } from "../../kinds/network-policy.ts";
import { quote } from "../cel.ts";

/**
 * CEL: the ports at a path as lists, in order. A number, a name and no port at all are of different types or empty, so that none of them
 * equals another; the same goes for a port and a range.
 */
export function portsOf(path: string): string {
  const port = portAsList(`x.?protocol.orValue(${quote(DEFAULT_PROTOCOL)})`, "x.?port.orValue('')", "x.?endPort.orValue(0)");
  return `${path}.?ports.orValue([]).map(x, ${port})`;
}

/** CEL: ports that the program itself knows, as `portsOf` yields them. */
export function portLiterals(ports: readonly { readonly port: number; readonly protocol: string }[]): string {
  return `[${ports.map(({ protocol, port }) => portAsList(quote(protocol), String(port), "0")).join(", ")}]`;
}

function portAsList(protocol: string, port: string, endPort: string): string {
  return `[dyn(${protocol}), dyn(${port}), dyn(${endPort})]`;
}

/** CEL: rule `r` names each port by its number, and there are some. */
export const BY_NUMBERS = "(r.?ports.orValue([]).size() > 0 && r.ports.all(x, type(x.?port.orValue('')) == int && !has(x.endPort)))";

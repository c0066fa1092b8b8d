/** Counts the ports that a rule of a network policy names, and knows those of DNS. */

/** An entry of a list of ports: a range, one by number or name, or all of a protocol. */
export type PortRange = { readonly from: number; readonly to: number } | "One" | "All";

/** How many ports these entries are together; without any, a rule is about all. Ports of two protocols are two. */
export function portsIn(entries: readonly PortRange[]): number {
  if (entries.length === 0) return Number.POSITIVE_INFINITY;
  return entries.reduce((sum, entry) => sum + sizeOf(entry), 0);
}

/** The port of DNS (RFC 1035, 4.2). */
const DNS = 53;

/** Whether all these ports, as numbers, are those on which DNS is asked. */
export function areOfDNS(ports: readonly unknown[]): boolean {
  return ports.length > 0 && ports.every((port) => port === DNS);
}

function sizeOf(entry: PortRange): number {
  if (entry === "All") return Number.POSITIVE_INFINITY;
  return entry === "One" ? 1 : Math.max(1, entry.to - entry.from + 1);
}

/** Reads address ranges as the API server's CEL library does (Go's netip.ParsePrefix, without IPv4-mapped IPv6). */
import ipaddr from "ipaddr.js";

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** The library also reads octal, hexadecimal and shortened IPv4 addresses and zones, which Go refuses. */
const FORM = /^(?:(?:0|[1-9]\d{0,2})(?:\.(?:0|[1-9]\d{0,2})){3}|[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*)\/(?:0|[1-9]\d{0,2})$/;

/** Ranges that are remembered: the rules ask for the same one several times in a row, and reading it is most of what they cost. */
const MAX_KNOWN = 256;
const known = new Map<string, CidrRange | undefined>();

/** An address range. */
export class CidrRange {
  readonly #address: Address;
  /** Number of leading bits that all its addresses share. */
  readonly prefixLength: number;

  private constructor(address: Address, prefixLength: number) {
    this.#address = address;
    this.prefixLength = prefixLength;
  }

  /** Answers undefined for anything that is not an address range in its one proper form. */
  static parse(text: string): CidrRange | undefined {
    if (known.has(text)) return known.get(text);
    if (known.size >= MAX_KNOWN) known.clear();
    const range = CidrRange.#read(text);
    known.set(text, range);
    return range;
  }

  static #read(text: string): CidrRange | undefined {
    if (!FORM.test(text)) return undefined;
    try {
      const [address, prefixLength] = text.includes(":") ? ipaddr.IPv6.parseCIDR(text) : ipaddr.IPv4.parseCIDR(text);
      if (address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress()) return undefined;
      return new CidrRange(address, prefixLength);
    } catch {
      return undefined;
    }
  }

  /** True if every address of `other` lies in this range. */
  contains(other: CidrRange): boolean {
    if (this.#address.kind() !== other.#address.kind() || other.prefixLength < this.prefixLength) return false;
    return other.#address.match(this.#address, this.prefixLength);
  }

  /** The same range, all bits beyond the prefix cleared. */
  masked(): CidrRange {
    const bytes = this.#address.toByteArray().map((byte, index) => byte & mask(this.prefixLength - 8 * index));
    return new CidrRange(ipaddr.fromByteArray(bytes), this.prefixLength);
  }

  equals(other: CidrRange): boolean {
    return this.toString() === other.toString();
  }

  toString(): string {
    return `${this.#address.toNormalizedString()}/${this.prefixLength}`;
  }
}

function mask(bits: number): number {
  return bits >= 8 ? 0xff : (0xff << (8 - Math.max(bits, 0))) & 0xff;
}

/** Compares amounts of resources as the API server does (https://pkg.go.dev/k8s.io/apimachinery/pkg/api/resource#Quantity). */

/** Powers of ten by decimal suffix; binary suffixes are powers of 1024 and end with "i". */
const DECIMAL = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"];
const UNIT = DECIMAL.indexOf("");

const FORM = /^(?<sign>[+-]?)(?<whole>\d*)(?:\.(?<part>\d*))?(?:(?<suffix>[numkMGTPE]|[KMGTPE]i)|[eE](?<exponent>[+-]?\d{1,3}))?$/;

/** An amount, exactly. */
export class Quantity {
  readonly #numerator: bigint;
  readonly #denominator: bigint;

  private constructor(numerator: bigint, denominator: bigint) {
    this.#numerator = numerator;
    this.#denominator = denominator;
  }

  /** @throws if it is no amount */
  static parse(text: string): Quantity {
    const {
      sign,
      whole = "",
      part = "",
      suffix = "",
      exponent,
    } = (FORM.exec(text)?.groups ?? {}) as Readonly<Record<string, string | undefined>>;
    if (whole + part === "") throw new Error(`not an amount: ${text.slice(0, 60)}`);
    const digits = BigInt(`${sign === "-" ? "-" : ""}${whole}${part}`);
    if (suffix.endsWith("i"))
      return new Quantity(digits * 1024n ** BigInt("KMGTPE".indexOf(suffix.charAt(0)) + 1), 10n ** BigInt(part.length));
    const power = (exponent === undefined ? 3 * (DECIMAL.indexOf(suffix) - UNIT) : Number(exponent)) - part.length;
    return power < 0 ? new Quantity(digits, 10n ** BigInt(-power)) : new Quantity(digits * 10n ** BigInt(power), 1n);
  }

  isGreaterThan(other: Quantity): boolean {
    return this.#numerator * other.#denominator > other.#numerator * this.#denominator;
  }
}

/** Powers of ten of the decimal suffixes. */
const DECIMAL: Record<string, number> = { n: -9, u: -6, m: -3, "": 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };
/** Powers of two of the binary suffixes. */
const BINARY: Record<string, number> = { Ki: 10, Mi: 20, Gi: 30, Ti: 40, Pi: 50, Ei: 60 };

/** A quantity in billionths, exact. */
interface Quantity {
  nano: bigint;
  format: "decimal" | "binary" | "exponent";
}

function parse(text: string): Quantity | undefined {
  const [, sign, whole = "", fraction = "", suffix = ""] = /^([+-]?)(\d*)\.?(\d*)([A-Za-z]*[-+]?\d*)$/.exec(text) ?? [];
  if (sign === undefined || whole + fraction === "") return undefined;
  const digits = BigInt(whole + fraction) * (sign === "-" ? -1n : 1n);
  const exponent = /^[eE]([-+]?\d+)$/.exec(suffix)?.[1];
  if (exponent !== undefined) {
    return { nano: shift(digits, Number(exponent) - fraction.length + 9), format: "exponent" };
  }
  if (Object.hasOwn(DECIMAL, suffix)) {
    return { nano: shift(digits, DECIMAL[suffix]! - fraction.length + 9), format: "decimal" };
  }
  if (!Object.hasOwn(BINARY, suffix)) return undefined;
  return { nano: shift(digits << BigInt(BINARY[suffix]!), 9 - fraction.length), format: "binary" };
}

/** Times a power of ten; what does not fit is rounded away from zero. */
function shift(value: bigint, power: number): bigint {
  if (power >= 0) return value * 10n ** BigInt(power);
  const divisor = 10n ** BigInt(-power);
  const quotient = value / divisor;
  return value % divisor === 0n ? quotient : quotient + (value > 0n ? 1n : -1n);
}

/**
 * The canonical text of a quantity: `1000m` is `1`, `0.5` is `500m`, `1024Mi` is `1Gi`.
 *
 * @returns undefined when the text is no quantity.
 * @see Kubernetes `apimachinery/pkg/api/resource/quantity.go`
 */
export function canonicalQuantity(text: string): string | undefined {
  const quantity = parse(text);
  if (quantity === undefined) return undefined;
  const { nano, format } = quantity;
  if (nano === 0n) return "0";
  const size = nano < 0n ? -nano : nano;
  if (format === "binary" && size >= 1024n * NANO && nano % NANO === 0n) return binaryText(nano / NANO);
  return decimalText(nano, format === "exponent");
}

const NANO = 1_000_000_000n;

function binaryText(value: bigint): string {
  let power = 0;
  let rest = value;
  while (power < 60 && rest % 1024n === 0n) {
    rest /= 1024n;
    power += 10;
  }
  return `${rest}${Object.keys(BINARY).find((suffix) => BINARY[suffix] === power) ?? ""}`;
}

function decimalText(nano: bigint, asExponent: boolean): string {
  let power = -9;
  let rest = nano;
  while (power < 18 && rest % 1000n === 0n) {
    rest /= 1000n;
    power += 3;
  }
  if (asExponent) return power === 0 ? String(rest) : `${rest}e${power}`;
  return `${rest}${Object.keys(DECIMAL).find((suffix) => DECIMAL[suffix] === power)}`;
}

/**
 * A quantity as a number of billionths, for sums and comparisons.
 *
 * @returns undefined when the text is no quantity.
 */
export function quantityToNano(text: string): bigint | undefined {
  return parse(text)?.nano;
}

/** The text of a number of billionths, in the style of another quantity. */
export function nanoToQuantity(nano: bigint, like: string): string {
  if (nano === 0n) return "0";
  const format = parse(like)?.format ?? "decimal";
  const size = nano < 0n ? -nano : nano;
  return format === "binary" && size >= 1024n * NANO && nano % NANO === 0n
    ? binaryText(nano / NANO)
    : decimalText(nano, format === "exponent");
}

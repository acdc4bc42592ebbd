import { YamlError } from "./errors.ts";

const INT64_MIN = -(2n ** 63n);
const UINT64_MAX = 2n ** 64n - 1n;

/**
 * A number as kustomize prints it: whole numbers that fit 64 bits as such, all others as floats.
 *
 * @throws {YamlError} BAD_VALUE for NaN and infinity.
 */
export function formatNumber(value: number | bigint): string {
  if (Number.isSafeInteger(value)) return String(value === 0 ? 0 : value);
  if (typeof value === "number" && !Number.isFinite(value)) {
    throw new YamlError("BAD_VALUE", `Cannot write YAML: json: unsupported value: ${value}`);
  }
  const digits = String(value);
  // JSON has whole numbers below 1e21 as digits, which are read as integers again.
  if (!/^-?\d+$/.test(digits)) return formatFloat(Number(value));
  const whole = BigInt(digits);
  return whole >= INT64_MIN && whole <= UINT64_MAX ? digits : formatFloat(Number(value));
}

/** A number as `strconv.FormatFloat(value, 'g', -1, 64)` writes it: shortest, exponents of two digits at least. */
function formatFloat(value: number): string {
  return fromShortest(String(value));
}

/** A number as `strconv.FormatFloat(value, 'g', -1, 32)` writes it, which sigs.k8s.io/yaml does for keys. */
export function formatFloat32(value: number): string {
  const single = Math.fround(value);
  for (let digits = 1; digits < 10; digits++) {
    const text = single.toPrecision(digits);
    if (Math.fround(Number(text)) === single) return fromShortest(text);
  }
  return fromShortest(single.toPrecision(9));
}

/** Rewrites JavaScript's shortest decimal in Go's `%g` form: with an exponent below 1e-4 and from 1e+06 on. */
function fromShortest(text: string): string {
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:e([-+]\d+))?$/.exec(text);
  if (match === null) return text;
  const [, sign = "", whole = "", fraction = "", power = "0"] = match;
  const all = (whole + fraction).replace(/^0+/, "");
  if (all === "") return sign + "0";
  const leadingZeros = whole.length + fraction.length - all.length;
  const exponent = Number(power) + whole.length - leadingZeros - 1;
  const digits = all.replace(/0+$/, "");
  if (exponent < -4 || exponent >= 6) {
    const mantissa = digits.length > 1 ? `${digits[0]}.${digits.slice(1)}` : digits;
    return `${sign}${mantissa}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
  }
  if (exponent < 0) return `${sign}0.${"0".repeat(-exponent - 1)}${digits}`;
  const integer = digits.slice(0, exponent + 1).padEnd(exponent + 1, "0");
  return digits.length > exponent + 1 ? `${sign}${integer}.${digits.slice(exponent + 1)}` : sign + integer;
}

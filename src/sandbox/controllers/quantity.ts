/** Kubernetes quantities in thousandths, so that sums stay exact. */

const FACTORS: Record<string, number> = {
  "n": 1e-9,
  "u": 1e-6,
  "m": 1e-3,
  "": 1,
  "k": 1e3,
  "M": 1e6,
  "G": 1e9,
  "T": 1e12,
  "P": 1e15,
  "Ki": 1024,
  "Mi": 1024 ** 2,
  "Gi": 1024 ** 3,
  "Ti": 1024 ** 4,
  "Pi": 1024 ** 5,
};

/** Thousandths of a core, a byte or a piece, rounded up; 0 when the text is no quantity. */
export function milliValue(text: string | number | undefined): number {
  const [, digits, exponent, suffix = ""] =
    /^([+-]?[0-9.]+)(?:[eE]([+-]?\d+)|([numkMGTP]|[KMGTP]i))?$/.exec(String(text ?? "")) ?? [];
  if (digits === undefined) return 0;
  const factor = exponent === undefined ? FACTORS[suffix]! : 10 ** Number(exponent);
  // Rounding off the last bits first, or 0.1 × 1000 would round up to 101.
  return Math.ceil(Number((Number(digits) * factor * 1000).toPrecision(15)));
}

/** The canonical text of thousandths: the largest suffix that leaves a whole number. */
export function formatMilli(milli: number, isBinary = false): string {
  if (milli % 1000 !== 0) return `${milli}m`;
  const value = milli / 1000;
  const [base, suffixes] = isBinary
    ? [1024, ["", "Ki", "Mi", "Gi", "Ti", "Pi"]] as const
    : [1000, ["", "k", "M", "G", "T", "P"]] as const;
  let power = 0;
  while (value !== 0 && power < suffixes.length - 1 && value % base ** (power + 1) === 0) power++;
  return `${value / base ** power}${suffixes[power]}`;
}

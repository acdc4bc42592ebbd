const LETTER = /^\p{L}/u;
const DIGIT = /^\p{Nd}/u;

/**
 * Compares keys as go.yaml.in/yaml v2.4.3 sorts them (`sorter.go`): by code points, but letters after all else and
 * runs of digits by their number.
 *
 * @returns Negative, zero or positive, for `sort`.
 */
export function compareKeys(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  let i = 0;
  while (i < length && a.charCodeAt(i) === b.charCodeAt(i)) i++;
  if (i === length) return a.length - b.length;
  const x = a.charCodeAt(i);
  const y = b.charCodeAt(i);
  if (isAsciiLetter(x) && isAsciiLetter(y)) return x - y;
  return x < 128 && y < 128 ? compareFrom(a, b, i) : compareRunes([...a], [...b]);
}

function isAsciiLetter(unit: number): boolean {
  const lower = unit | 0x20;
  return lower >= 0x61 && lower <= 0x7a;
}

function isAsciiDigit(unit: number): boolean {
  return unit >= 0x30 && unit <= 0x39;
}

/** Compares from the first difference on, where both characters are ASCII and not both letters. */
function compareFrom(a: string, b: string, at: number): number {
  const x = a.charCodeAt(at);
  const y = b.charCodeAt(at);
  if (isAsciiLetter(x)) return 1;
  if (isAsciiLetter(y)) return -1;
  if (!isAsciiDigit(x) && !isAsciiDigit(y)) return x - y;
  return compareRunes([...a], [...b]);
}

function compareRunes(a: string[], b: string[]): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    if (a[i] !== b[i]) return compareAt(a, b, i);
  }
  return a.length - b.length;
}

function compareAt(a: string[], b: string[], at: number): number {
  const x = a[at]!;
  const y = b[at]!;
  const xIsLetter = LETTER.test(x);
  const yIsLetter = LETTER.test(y);
  if (xIsLetter !== yIsLetter) return xIsLetter ? 1 : -1;
  const byRune = x.codePointAt(0)! - y.codePointAt(0)!;
  if (xIsLetter) return byRune;
  // Zeros behind other digits belong to a number, so the runs must not be read as starting with them.
  const isInsideNumber = (x === "0" || y === "0") && followsNonZeroDigit(a, at);
  const [xNumber, xEnd] = readNumber(a, at, isInsideNumber);
  const [yNumber, yEnd] = readNumber(b, at, isInsideNumber);
  if (xNumber !== yNumber) return xNumber < yNumber ? -1 : 1;
  return xEnd !== yEnd ? xEnd - yEnd : byRune;
}

function followsNonZeroDigit(runes: string[], at: number): boolean {
  for (let i = at - 1; i >= 0 && DIGIT.test(runes[i]!); i--) if (runes[i] !== "0") return true;
  return false;
}

/** The number at a place and where it ends, in Go's arithmetic of 64 bits. */
function readNumber(runes: string[], at: number, isInsideNumber: boolean): [bigint, number] {
  let number = isInsideNumber ? 1n : 0n;
  let end = at;
  for (; end < runes.length && DIGIT.test(runes[end]!); end++) {
    number = BigInt.asIntN(64, number * 10n + BigInt(runes[end]!.codePointAt(0)! - 0x30));
  }
  return [number, end];
}

import { hexDigit, isBlank, isBreak, isSpaceOrEnd } from "./characters.ts";
import type { Scanner } from "./scanner.ts";
import { joinBreaks, readBreak } from "./scan_plain.ts";

const BACKSLASH = 0x5c;
const SINGLE_QUOTE = 0x27;

/** What a backslash and a character stand for, where that is one character. */
const ESCAPES = new Map<number, string>(
  Object.entries({
    "0": "\0",
    "a": "\x07",
    "b": "\b",
    "t": "\t",
    "\t": "\t",
    "n": "\n",
    "v": "\v",
    "f": "\f",
    "r": "\r",
    "e": "\x1b",
    " ": " ",
    '"': '"',
    "'": "'",
    "\\": "\\",
    "N": "\x85",
    "_": "\xa0",
    "L": "\u2028",
    "P": "\u2029",
  }).map(([name, value]) => [name.charCodeAt(0), value]),
);

/** Digits of the numeric escapes `\x`, `\u` and `\U`. */
const NUMERIC = new Map([[0x78, 2], [0x75, 4], [0x55, 8]]);

/**
 * Reads a quoted scalar; `pos` is on the opening quote and ends behind the closing one.
 *
 * @param quote `'` or `"`.
 */
export function scanQuoted(scanner: Scanner, quote: number): string {
  const { text } = scanner;
  const start = scanner.pos;
  let pos = start + 1;
  // Most have neither an escape nor a line break.
  for (let unit = text.charCodeAt(pos); unit !== BACKSLASH && !isBreakish(unit); unit = text.charCodeAt(++pos)) {
    if (unit !== quote) continue;
    if (quote === SINGLE_QUOTE && text.charCodeAt(pos + 1) === quote) break;
    scanner.pos = pos + 1;
    return text.slice(start + 1, pos);
  }
  return scanFolded(scanner, quote, start);
}

/** May be a line break or the end: all that the fast path cannot cross. */
function isBreakish(unit: number): boolean {
  return unit < 0x20 ? unit !== 0x09 : unit === 0x85 || unit === 0x2028 || unit === 0x2029;
}

function scanFolded(scanner: Scanner, quote: number, start: number): string {
  const { text } = scanner;
  const parts: string[] = [];
  scanner.pos++;
  for (;;) {
    if (scanner.pos === scanner.lineStart && scanner.atDocumentMarker()) {
      scanner.fail("found unexpected document indicator", start);
    }
    if (text.charCodeAt(scanner.pos) === 0) scanner.fail("found unexpected end of stream", start);
    const atEscapedBreak = scanWord(scanner, quote, start, parts);
    if (text.charCodeAt(scanner.pos) === quote) break;
    scanBlanks(scanner, atEscapedBreak, parts);
  }
  scanner.pos++;
  return parts.join("");
}

/** Reads up to a blank, a break or the closing quote; true when it ended behind an escaped line break. */
function scanWord(scanner: Scanner, quote: number, start: number, parts: string[]): boolean {
  const { text } = scanner;
  let from = scanner.pos;
  let pos = from;
  for (let unit = text.charCodeAt(pos); !isSpaceOrEnd(unit); unit = text.charCodeAt(pos)) {
    if (unit === quote) {
      if (quote !== SINGLE_QUOTE || text.charCodeAt(pos + 1) !== quote) break;
      parts.push(text.slice(from, pos + 1));
      from = pos += 2;
    } else if (unit === BACKSLASH && quote !== SINGLE_QUOTE) {
      parts.push(text.slice(from, pos));
      scanner.pos = pos + 1;
      if (isBreak(text.charCodeAt(pos + 1))) {
        scanner.skipBreak();
        return true;
      }
      parts.push(readEscape(scanner, start));
      from = pos = scanner.pos;
    } else pos++;
  }
  parts.push(text.slice(from, pos));
  scanner.pos = pos;
  return false;
}

/** Reads what follows a backslash. */
function readEscape(scanner: Scanner, start: number): string {
  const { text } = scanner;
  const name = text.charCodeAt(scanner.pos++);
  const simple = ESCAPES.get(name);
  if (simple !== undefined) return simple;
  const length = NUMERIC.get(name);
  if (length === undefined) scanner.fail("found unknown escape character", start);
  let code = 0;
  for (let i = 0; i < length; i++) {
    const digit = hexDigit(text.charCodeAt(scanner.pos++));
    if (digit < 0) scanner.fail("did not find expected hexdecimal number", start);
    code = code * 16 + digit;
  }
  if ((code >= 0xd800 && code <= 0xdfff) || code > 0x10ffff) {
    scanner.fail("found invalid Unicode character escape code", start);
  }
  return String.fromCodePoint(code);
}

/** Reads blanks and breaks inside quotes: blanks count unless a break is near, breaks fold. */
function scanBlanks(scanner: Scanner, afterEscapedBreak: boolean, parts: string[]): void {
  const { text } = scanner;
  const start = scanner.pos;
  let first = "";
  let others = "";
  let sawBreak = afterEscapedBreak;
  for (;;) {
    const unit = text.charCodeAt(scanner.pos);
    if (isBlank(unit)) scanner.pos++;
    else if (!isBreak(unit)) break;
    else if (sawBreak) others += readBreak(scanner);
    else {
      first = readBreak(scanner);
      sawBreak = true;
    }
  }
  if (!sawBreak) parts.push(text.slice(start, scanner.pos));
  else if (first !== "") parts.push(joinBreaks(first, others));
  else parts.push(others);
}

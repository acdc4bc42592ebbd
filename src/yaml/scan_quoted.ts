import { hexDigit, isBlank, isBreak, isBreakOrEnd } from "./characters.ts";
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
    if (isOrdinary(unit) || unit !== quote) continue;
    if (quote === SINGLE_QUOTE && text.charCodeAt(pos + 1) === quote) break;
    scanner.pos = pos + 1;
    return text.slice(start + 1, pos);
  }
  return scanFolded(scanner, quote, start);
}

/** What means nothing special inside of either quotes: letters, digits and most signs. */
function isOrdinary(unit: number): boolean {
  return unit > SINGLE_QUOTE && unit < 0x7f && unit !== BACKSLASH;
}

/** May be a line break or the end: all that the fast path cannot cross. */
function isBreakish(unit: number): boolean {
  return unit < 0x20 ? unit !== 0x09 : unit === 0x85 || unit === 0x2028 || unit === 0x2029;
}

function scanFolded(scanner: Scanner, quote: number, start: number): string {
  const { text } = scanner;
  let value = "";
  scanner.pos++;
  for (;;) {
    value += scanLine(scanner, quote, start);
    const unit = text.charCodeAt(scanner.pos);
    if (unit === quote) break;
    if (isBreakOrEnd(unit)) value += scanBreaks(scanner, start);
  }
  scanner.pos++;
  return value;
}

/** Reads up to the closing quote or a line break, without the blanks before the break. */
function scanLine(scanner: Scanner, quote: number, start: number): string {
  const { text } = scanner;
  let value = "";
  let from = scanner.pos;
  let pos = from;
  for (;;) {
    const unit = text.charCodeAt(pos);
    if (isOrdinary(unit)) pos++;
    else if (unit === quote) {
      if (quote !== SINGLE_QUOTE || text.charCodeAt(pos + 1) !== quote) break;
      value += text.slice(from, pos + 1);
      from = pos += 2;
    } else if (unit === BACKSLASH && quote !== SINGLE_QUOTE) {
      value += text.slice(from, pos);
      scanner.pos = pos + 1;
      if (isBreak(text.charCodeAt(pos + 1))) return value + skipEscapedBreak(scanner, start);
      value += readEscape(scanner, start);
      from = pos = scanner.pos;
    } else if (isBreakish(unit) && isBreakOrEnd(unit)) {
      let end = pos;
      while (end > from && isBlank(text.charCodeAt(end - 1))) end--;
      scanner.pos = pos;
      return value + text.slice(from, end);
    } else pos++;
  }
  scanner.pos = pos;
  return value + text.slice(from, pos);
}

/** Moves behind a line break with a backslash before it, and what blanks and breaks follow; returns what counts. */
function skipEscapedBreak(scanner: Scanner, start: number): string {
  scanner.skipBreak();
  // The break itself is gone; it is as if more breaks followed it.
  return readBreaks(scanner, start, "");
}

/** Moves behind line breaks and the blanks around them; returns what they fold to. */
function scanBreaks(scanner: Scanner, start: number): string {
  if (scanner.text.charCodeAt(scanner.pos) === 0) scanner.fail("found unexpected end of stream", start);
  return readBreaks(scanner, start, readBreak(scanner));
}

function readBreaks(scanner: Scanner, start: number, first: string): string {
  const { text } = scanner;
  let others = "";
  for (;;) {
    if (scanner.pos === scanner.lineStart) refuseEnd(scanner, start);
    const unit = text.charCodeAt(scanner.pos);
    if (isBlank(unit)) scanner.pos++;
    else if (isBreak(unit)) others += readBreak(scanner);
    else return first === "" ? others : joinBreaks(first, others);
  }
}

/** Fails where a document ends inside of a scalar. */
function refuseEnd(scanner: Scanner, start: number): void {
  if (scanner.pos >= scanner.end) scanner.fail("found unexpected end of stream", start);
  if (scanner.atDocumentMarker()) scanner.fail("found unexpected document indicator", start);
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

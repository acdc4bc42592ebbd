import { LF, LINE_SEPARATOR, PARAGRAPH_SEPARATOR, SPACE } from "./characters.ts";
import { checkJsonKey, passThroughJson } from "./json_passage.ts";
import { chooseStyle, isSurelyPlain } from "./scalar_style.ts";

const QUOTE = 0x27;

/** The longest key, in bytes, that is written without `? `. */
const MAX_SIMPLE_KEY_BYTES = 128;

/** The column behind which a line is folded at its next space. */
export const BEST_WIDTH = 80;

/** Where a scalar is written. */
interface ScalarSpot {
  /** Column of its first character. */
  column: number;
  /** Column of its further lines. */
  indent: number;
  /** Whether it may take several lines: all but keys without `? ` may. */
  mayFold: boolean;
}

/**
 * A string with the end of its line.
 *
 * @param column Column of its first character.
 * @param indent Column of its further lines.
 * @see `emitterc.go` of go.yaml.in/yaml v2.4.3: `yaml_emitter_write_…_scalar`
 */
export function writeStringLine(value: string, column: number, indent: number): string {
  const isShort = column + value.length <= BEST_WIDTH;
  if (isSurelyPlain(value)) return isShort ? value + "\n" : foldPlain(value, column, indent) + "\n";
  const text = passThroughJson(value);
  switch (chooseStyle(text, false)) {
    case "plain":
      return isShort ? text + "\n" : foldPlain(text, column, indent) + "\n";
    case "single":
      return writeSingleQuoted(text, { column, indent, mayFold: true }) + "\n";
    case "double":
      return writeDoubleQuoted(text, { column, indent, mayFold: true }) + "\n";
    case "literal":
      return writeLiteral(text, indent);
  }
}

/** A key as it is written in front of its colon; undefined when it takes `? `. */
export function writeSimpleKey(key: string): string | undefined {
  if (key.length <= MAX_SIMPLE_KEY_BYTES && isSurelyPlain(key)) return key;
  checkJsonKey(key);
  if (/[\n\r\u2028\u2029]/.test(key) || utf8Length(key) > MAX_SIMPLE_KEY_BYTES) return undefined;
  const spot = { column: 0, indent: 0, mayFold: false };
  switch (chooseStyle(key, true)) {
    case "plain":
      return key;
    case "single":
      return writeSingleQuoted(key, spot);
    default:
      return writeDoubleQuoted(key, spot);
  }
}

function utf8Length(text: string): number {
  let bytes = 0;
  for (const char of text) {
    const code = char.codePointAt(0)!;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}

/** Breaks a plain scalar at single spaces behind the best width. */
function foldPlain(value: string, column: number, indent: number): string {
  let out = "";
  let start = 0;
  let startColumn = column;
  for (let space = value.indexOf(" "); space >= 0; space = value.indexOf(" ", space + 1)) {
    if (startColumn + space - start <= BEST_WIDTH) continue;
    if (value.charCodeAt(space + 1) === 0x20 || value.charCodeAt(space - 1) === 0x20) continue;
    out += value.slice(start, space) + newLine(indent);
    start = space + 1;
    startColumn = indent;
  }
  return out + value.slice(start);
}

function newLine(indent: number): string {
  return "\n" + " ".repeat(indent);
}

function isLineBreak(unit: number): boolean {
  return unit === LF || unit === LINE_SEPARATOR || unit === PARAGRAPH_SEPARATOR;
}

function writeSingleQuoted(value: string, { column, indent, mayFold }: ScalarSpot): string {
  if (!/['\u2028\u2029]/.test(value) && (!mayFold || column + value.length < BEST_WIDTH)) return `'${value}'`;
  const padding = " ".repeat(indent);
  let out = "'";
  let at = column + 1;
  let from = 0;
  let previous = 0;
  for (let i = 0; i < value.length; i++) {
    const unit = value.charCodeAt(i);
    if (isLineBreak(previous) && !isLineBreak(unit) && unit !== SPACE) {
      out += value.slice(from, i) + padding;
      at = indent;
      from = i;
    }
    if (unit === SPACE) {
      const folds = mayFold && at > BEST_WIDTH && i > 0 && i < value.length - 1 && previous !== SPACE;
      if (folds && value.charCodeAt(i + 1) !== SPACE) {
        out += value.slice(from, i) + "\n" + padding;
        at = indent;
        from = i + 1;
      } else at++;
    } else if (isLineBreak(unit)) at = 0;
    else if (unit === QUOTE) {
      out += value.slice(from, i) + "'";
      at += 2;
      from = i;
    } else at++;
    previous = unit;
  }
  return `${out}${value.slice(from)}'`;
}

const ESCAPES = new Map(
  Object.entries({
    "\0": "\\0",
    "\x07": "\\a",
    "\b": "\\b",
    "\t": "\\t",
    "\n": "\\n",
    "\v": "\\v",
    "\f": "\\f",
    "\r": "\\r",
    "\x1b": "\\e",
    '"': '\\"',
    "\\": "\\\\",
    "\x85": "\\N",
    "\xa0": "\\_",
    "\u2028": "\\L",
    "\u2029": "\\P",
  }).map(([char, escape]) => [char.charCodeAt(0), escape]),
);

const NOT_PRINTABLE = /[^\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]/;

function needsEscape(unit: number): boolean {
  if (unit < 0x7f) return unit < SPACE || unit === 0x22 || unit === 0x5c;
  return NOT_PRINTABLE.test(String.fromCharCode(unit));
}

function writeDoubleQuoted(value: string, { column, indent, mayFold }: ScalarSpot): string {
  const padding = "\n" + " ".repeat(indent);
  // go-yaml looks for a byte order mark at the start of the value whichever character it is about to write.
  const escapesAll = value.charCodeAt(0) === 0xfeff;
  const last = value.length - 1;
  let out = '"';
  let at = column + 1;
  let from = 0;
  let afterSpace = false;
  for (let i = 0; i <= last; i++) {
    const unit = value.charCodeAt(i);
    if (unit === SPACE && !escapesAll) {
      if (mayFold && at > BEST_WIDTH && !afterSpace && i > 0 && i < last) {
        const isDoubled = value.charCodeAt(i + 1) === SPACE;
        out += value.slice(from, i) + padding + (isDoubled ? "\\" : "");
        at = isDoubled ? indent + 1 : indent;
        from = i + 1;
      } else at++;
      afterSpace = true;
      continue;
    }
    afterSpace = false;
    if (!escapesAll && !needsEscape(unit)) {
      at++;
      continue;
    }
    const code = value.codePointAt(i)!;
    const escape = escapeCharacter(code);
    out += value.slice(from, i) + escape;
    at += escape.length;
    if (code > 0xffff) i++;
    from = i + 1;
  }
  return `${out}${value.slice(from)}"`;
}

function escapeCharacter(code: number): string {
  const known = ESCAPES.get(code);
  if (known !== undefined) return known;
  const digits = code.toString(16).toUpperCase();
  return code <= 0xff
    ? "\\x" + digits.padStart(2, "0")
    : code <= 0xffff
    ? "\\u" + digits.padStart(4, "0")
    : "\\U" + digits.padStart(8, "0");
}

/** A block scalar; its last line break is the value's own where it has one. */
function writeLiteral(value: string, indent: number): string {
  const first = value.charCodeAt(0);
  const endsWithBreak = isLineBreak(value.charCodeAt(value.length - 1));
  const hint = first === SPACE || isLineBreak(first) ? "2" : "";
  const keeps = endsWithBreak && (value.length === 1 || isLineBreak(value.charCodeAt(value.length - 2)));
  const chomping = !endsWithBreak ? "-" : keeps ? "+" : "";
  const padding = " ".repeat(indent);
  const lines = value.replace(LINE_START, padding);
  return `|${hint}${chomping}\n${isLineBreak(first) ? "" : padding}${lines}${endsWithBreak ? "" : "\n"}`;
}

const LINE_START = /(?<=[\n\u2028\u2029])(?=[^\n\u2028\u2029])/g;

import { chooseStyle, isSurelyPlain } from "./scalar_style.ts";

/** The column behind which a line is folded at its next space. */
const BEST_WIDTH = 80;

/** Where a scalar is written. */
export interface ScalarSpot {
  /** Column of its first character. */
  column: number;
  /** Column of its further lines. */
  indent: number;
  /** Whether it is a key without `? `, which is never folded. */
  isSimpleKey: boolean;
}

/**
 * The text of a string, without line break at its end unless that belongs to a block scalar.
 *
 * @see `emitterc.go` of go.yaml.in/yaml v2.4.3: `yaml_emitter_write_…_scalar`
 */
export function writeString(value: string, column: number, indent: number, isSimpleKey: boolean): string {
  const isShort = isSimpleKey || column + value.length <= BEST_WIDTH;
  if (isSurelyPlain(value)) return isShort ? value : foldPlain(value, column, indent);
  switch (chooseStyle(value, isSimpleKey)) {
    case "plain":
      return isShort ? value : foldPlain(value, column, indent);
    case "single":
      return writeSingleQuoted(value, { column, indent, isSimpleKey });
    case "double":
      return writeDoubleQuoted(value, { column, indent, isSimpleKey });
    case "literal":
      return writeLiteral(value, indent);
  }
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

function isLineBreak(char: string): boolean {
  return char === "\n" || char === "\u2028" || char === "\u2029";
}

function writeSingleQuoted(value: string, { column, indent, isSimpleKey }: ScalarSpot): string {
  let out = "'";
  let at = column + 1;
  let afterSpace = false;
  let afterBreak = false;
  for (let i = 0; i < value.length; i++) {
    const char = value[i]!;
    if (char === " ") {
      const folds = !isSimpleKey && !afterSpace && at > BEST_WIDTH && i > 0 && i < value.length - 1;
      if (folds && value[i + 1] !== " ") {
        out += newLine(indent);
        at = indent;
      } else {
        out += char;
        at++;
      }
      afterSpace = true;
    } else if (isLineBreak(char)) {
      out += char;
      at = 0;
      afterBreak = true;
    } else {
      if (afterBreak) {
        out += " ".repeat(indent);
        at = indent;
      }
      out += char === "'" ? "''" : char;
      at += char === "'" ? 2 : 1;
      afterSpace = afterBreak = false;
    }
  }
  return out + "'";
}

const ESCAPES = new Map(Object.entries({
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
}));

const NEEDS_ESCAPE = /["\\\u2028\u2029]|[^\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd]/;

function writeDoubleQuoted(value: string, { column, indent, isSimpleKey }: ScalarSpot): string {
  let out = '"';
  let at = column + 1;
  let afterSpace = false;
  // go-yaml looks for a byte order mark at the start of the value whichever character it is about to write.
  const escapesAll = value.startsWith("\ufeff");
  const last = value.length - 1;
  for (let i = 0; i <= last; i++) {
    const code = value.codePointAt(i)!;
    const char = String.fromCodePoint(code);
    if (escapesAll || NEEDS_ESCAPE.test(char)) {
      const escape = escapeCharacter(char, code);
      out += escape;
      at += escape.length;
      afterSpace = false;
      if (code > 0xffff) i++;
    } else if (char === " ") {
      if (!isSimpleKey && !afterSpace && at > BEST_WIDTH && i > 0 && i < last) {
        out += newLine(indent) + (value[i + 1] === " " ? "\\" : "");
        at = indent + (value[i + 1] === " " ? 1 : 0);
      } else {
        out += char;
        at++;
      }
      afterSpace = true;
    } else {
      out += char;
      at++;
      afterSpace = false;
    }
  }
  return out + '"';
}

function escapeCharacter(char: string, code: number): string {
  const known = ESCAPES.get(char);
  if (known !== undefined) return known;
  const digits = code.toString(16).toUpperCase();
  return code <= 0xff
    ? "\\x" + digits.padStart(2, "0")
    : code <= 0xffff
    ? "\\u" + digits.padStart(4, "0")
    : "\\U" + digits.padStart(8, "0");
}

function writeLiteral(value: string, indent: number): string {
  const first = value[0]!;
  const last = value.at(-1)!;
  const hint = first === " " || isLineBreak(first) ? "2" : "";
  const chomping = !isLineBreak(last) ? "-" : value.length === 1 || isLineBreak(value.at(-2)!) ? "+" : "";
  const padding = " ".repeat(indent);
  const lines = value.replace(/([\n\u2028\u2029])(?=[^\n\u2028\u2029])/g, `$1${padding}`);
  return `|${hint}${chomping}\n${isLineBreak(first) ? "" : padding}${lines}`;
}

/** Character classes of libyaml (`yamlprivateh.go` in go.yaml.in/yaml v3.0.4) for UTF-16 units. */

export const TAB = 0x09;
export const LF = 0x0a;
export const CR = 0x0d;
export const SPACE = 0x20;
export const NEL = 0x85;
export const LINE_SEPARATOR = 0x2028;
export const PARAGRAPH_SEPARATOR = 0x2029;

const BLANK = 1;
const BREAK = 2;
const END = 4;
const WORD = 8;
const FLOW = 16;
const URI = 32;

const CLASSES = new Uint8Array(256);
for (const char of " \t") CLASSES[char.charCodeAt(0)]! |= BLANK;
for (const char of "\r\n\x85") CLASSES[char.charCodeAt(0)]! |= BREAK;
CLASSES[0]! |= END;
for (const char of "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_-") {
  CLASSES[char.charCodeAt(0)]! |= WORD | URI;
}
for (const char of ",?[]{}") CLASSES[char.charCodeAt(0)]! |= FLOW;
for (const char of ";/?:@&=+$,.!~*'()[]%") CLASSES[char.charCodeAt(0)]! |= URI;

/** Space or tab. */
export function isBlank(unit: number): boolean {
  return unit === SPACE || unit === TAB;
}

/** One of the five line breaks of YAML 1.1. */
export function isBreak(unit: number): boolean {
  return unit < 256 ? (CLASSES[unit]! & BREAK) !== 0 : unit === LINE_SEPARATOR || unit === PARAGRAPH_SEPARATOR;
}

/** Line break or the end of the text (a NUL that the scanner appends). */
export function isBreakOrEnd(unit: number): boolean {
  return unit < 256 ? (CLASSES[unit]! & (BREAK | END)) !== 0 : unit === LINE_SEPARATOR || unit === PARAGRAPH_SEPARATOR;
}

/** Space, tab, line break or the end of the text. */
export function isSpaceOrEnd(unit: number): boolean {
  return unit < 256
    ? (CLASSES[unit]! & (BLANK | BREAK | END)) !== 0
    : unit === LINE_SEPARATOR || unit === PARAGRAPH_SEPARATOR;
}

/** Letter, digit, `_` or `-` of ASCII: what names of anchors, tags and directives consist of. */
export function isWord(unit: number): boolean {
  return unit < 256 && (CLASSES[unit]! & WORD) !== 0;
}

/** What may follow in a tag. */
export function isUri(unit: number): boolean {
  return unit < 256 && (CLASSES[unit]! & URI) !== 0;
}

/** What ends a plain scalar inside `[]` and `{}`. */
export function isFlowIndicator(unit: number): boolean {
  return unit < 256 && (CLASSES[unit]! & FLOW) !== 0;
}

/** The value of a hexadecimal digit, or -1. */
export function hexDigit(unit: number): number {
  if (unit >= 0x30 && unit <= 0x39) return unit - 0x30;
  const lower = unit | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

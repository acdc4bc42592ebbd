import {
  CR,
  isBlank,
  isBreak,
  isFlowIndicator,
  isSpaceOrEnd,
  LF,
  LINE_SEPARATOR,
  PARAGRAPH_SEPARATOR,
  TAB,
} from "./characters.ts";
import type { Scanner } from "./scanner.ts";

/**
 * Reads the first line of a plain scalar; `pos` is on its first character, and moves behind the blanks that follow it.
 *
 * @returns Where it ends.
 */
export function scanPlainLine(scanner: Scanner): number {
  const { text, flowLevel } = scanner;
  let pos = scanner.pos;
  let end = pos;
  let unit = text.charCodeAt(pos);
  if (unit === 0x23) return end;
  for (;;) {
    const word = pos;
    while (isLetterOrDigit(unit) || !isSpaceOrEnd(unit)) {
      if (unit === 0x3a && isSpaceOrEnd(text.charCodeAt(pos + 1))) break;
      if (flowLevel > 0 && isFlowIndicator(unit)) break;
      unit = text.charCodeAt(++pos);
    }
    if (pos > word) end = pos;
    if (!isBlank(unit)) break;
    do unit = text.charCodeAt(++pos); while (isBlank(unit));
    if (unit === 0x23) break;
  }
  scanner.pos = pos;
  return end;
}

/** The commonest characters, by fewer steps than the table takes. */
function isLetterOrDigit(unit: number): boolean {
  return (unit >= 0x61 && unit <= 0x7a) || (unit >= 0x2d && unit <= 0x39);
}

/**
 * Reads the further lines of a plain scalar; `pos` is behind the first one.
 *
 * @param first The text of the first line.
 * @returns The whole value, line breaks folded.
 */
export function scanPlainRest(scanner: Scanner, first: string): string {
  const { text } = scanner;
  const indent = scanner.indent + 1;
  let value = first;
  while (isBreak(text.charCodeAt(scanner.pos))) {
    const glue = foldBreaks(scanner, indent);
    const { pos, lineStart } = scanner;
    scanner.simpleKeyAllowed = true;
    if (scanner.flowLevel === 0 && pos - lineStart < indent) break;
    if (pos === lineStart && (pos >= scanner.end || scanner.atDocumentMarker())) break;
    const end = scanPlainLine(scanner);
    if (end === pos) break;
    scanner.simpleKeyAllowed = false;
    value += glue + text.slice(pos, end);
  }
  return value;
}

/**
 * Moves behind line breaks and the blanks around them.
 *
 * @returns What they fold to: a space for a single break, otherwise all breaks but the first.
 */
function foldBreaks(scanner: Scanner, indent: number): string {
  const { text } = scanner;
  const first = readBreak(scanner);
  let others = "";
  for (;;) {
    const unit = text.charCodeAt(scanner.pos);
    if (isBlank(unit)) {
      if (unit === TAB && scanner.pos - scanner.lineStart < indent) {
        scanner.fail("found a tab character that violates indentation");
      }
      scanner.pos++;
    } else if (isBreak(unit)) others += readBreak(scanner);
    else return joinBreaks(first, others);
  }
}

/** Folding: a line feed alone becomes a space and vanishes before others; LS and PS are kept. */
export function joinBreaks(first: string, others: string): string {
  return first !== "\n" ? first + others : others === "" ? " " : others;
}

/** Moves behind a line break; returns it as it counts: LF for CR LF, CR and NEL. */
export function readBreak(scanner: Scanner): string {
  const unit = scanner.text.charCodeAt(scanner.pos);
  scanner.skipBreak();
  return unit === LF || unit === CR || unit < LINE_SEPARATOR
    ? "\n"
    : unit === PARAGRAPH_SEPARATOR
    ? "\u2029"
    : "\u2028";
}

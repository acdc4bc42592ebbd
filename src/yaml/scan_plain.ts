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
 * Reads a plain scalar; `pos` is on its first character and ends behind the blanks that follow it.
 *
 * @returns The value, line breaks folded.
 */
export function scanPlain(scanner: Scanner): string {
  const { text } = scanner;
  const indent = scanner.indent + 1;
  let value = "";
  let glue = "";
  let endsAtBreak = false;
  for (;;) {
    if (scanner.pos === scanner.lineStart && (scanner.pos >= scanner.end || scanner.atDocumentMarker())) break;
    const start = scanner.pos;
    const end = scanLine(scanner);
    if (end === start) break;
    const piece = text.slice(start, end);
    value = value === "" ? piece : value + glue + piece;
    endsAtBreak = false;
    if (!isBreak(text.charCodeAt(scanner.pos))) break;
    glue = foldBreaks(scanner, indent);
    endsAtBreak = true;
    if (scanner.flowLevel === 0 && scanner.pos - scanner.lineStart < indent) break;
  }
  if (endsAtBreak) scanner.simpleKeyAllowed = true;
  return value;
}

/** Moves to the end of the scalar's part on this line and behind its trailing blanks; returns the part's end. */
function scanLine(scanner: Scanner): number {
  const { text, flowLevel } = scanner;
  let pos = scanner.pos;
  let end = pos;
  let unit = text.charCodeAt(pos);
  if (unit === 0x23) return end;
  for (;;) {
    while (!isSpaceOrEnd(unit)) {
      if (unit === 0x3a && isSpaceOrEnd(text.charCodeAt(pos + 1))) break;
      if (flowLevel > 0 && isFlowIndicator(unit)) break;
      unit = text.charCodeAt(++pos);
      end = pos;
    }
    if (!isBlank(unit)) break;
    do unit = text.charCodeAt(++pos); while (isBlank(unit));
    if (unit === 0x23) break;
  }
  scanner.pos = pos;
  return end;
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

import { isBlank, isBreak, isBreakOrEnd, SPACE, TAB } from "./characters.ts";
import type { Scanner } from "./scanner.ts";
import { readBreak } from "./scan_plain.ts";

/** What stands behind `|` or `>`. */
interface Header {
  /** `+`: keep all line breaks at the end, `-`: none, "": one. */
  chomping: string;
  /** Indentation relative to the parent; 0 when the text decides. */
  increment: number;
}

/**
 * Reads a block scalar; `pos` is on `|` or `>` and ends at the start of what follows it.
 *
 * @param literal Whether line breaks are kept.
 */
export function scanBlockScalar(scanner: Scanner, literal: boolean): string {
  const start = scanner.pos++;
  const { chomping, increment } = readHeader(scanner, start);
  const known = increment === 0 ? 0 : Math.max(scanner.indent, 0) + increment;
  const leading = readIndentation(scanner, known, start);
  return readLines(scanner, literal, leading, chomping, start);
}

function readHeader(scanner: Scanner, start: number): Header {
  const { text } = scanner;
  let chomping = "";
  let increment = 0;
  for (let i = 0; i < 2; i++) {
    const char = text[scanner.pos]!;
    if (chomping === "" && (char === "+" || char === "-")) chomping = char;
    else if (increment === 0 && char >= "0" && char <= "9") {
      if (char === "0") scanner.fail("found an indentation indicator equal to 0", start);
      increment = Number(char);
    } else break;
    scanner.pos++;
  }
  while (isBlank(text.charCodeAt(scanner.pos))) scanner.pos++;
  if (text.charCodeAt(scanner.pos) === 0x23) {
    while (!isBreakOrEnd(text.charCodeAt(scanner.pos))) scanner.pos++;
  }
  if (!isBreakOrEnd(text.charCodeAt(scanner.pos))) {
    scanner.fail("did not find expected comment or line break", start);
  }
  if (isBreak(text.charCodeAt(scanner.pos))) scanner.skipBreak();
  return { chomping, increment };
}

/** Empty lines before a line with text, and the indentation of the text. */
interface Indentation {
  breaks: string;
  indent: number;
}

function readIndentation(scanner: Scanner, known: number, start: number): Indentation {
  const { text } = scanner;
  let breaks = "";
  let deepest = 0;
  for (;;) {
    let column = 0;
    while ((known === 0 || column < known) && text.charCodeAt(scanner.pos) === SPACE) {
      scanner.pos++;
      column++;
    }
    if (column > deepest) deepest = column;
    const unit = text.charCodeAt(scanner.pos);
    if (unit === TAB && (known === 0 || column < known)) {
      scanner.fail("found a tab character where an indentation space is expected", start);
    }
    if (!isBreak(unit)) break;
    breaks += readBreak(scanner);
  }
  return { breaks, indent: known || Math.max(deepest, scanner.indent + 1, 1) };
}

function readLines(
  scanner: Scanner,
  literal: boolean,
  leading: Indentation,
  chomping: string,
  start: number,
): string {
  const { text } = scanner;
  const { indent } = leading;
  const parts: string[] = [];
  let pending = "";
  let breaks = leading.breaks;
  let wasIndented = false;
  while (scanner.pos - scanner.lineStart === indent && text.charCodeAt(scanner.pos) !== 0) {
    const isIndented = isBlank(text.charCodeAt(scanner.pos));
    const folds = !literal && pending === "\n" && !wasIndented && !isIndented;
    parts.push(folds ? (breaks === "" ? " " : breaks) : pending + breaks);
    wasIndented = isIndented;
    const from = scanner.pos;
    scanner.pos = endOfLine(text, from);
    parts.push(text.slice(from, scanner.pos));
    pending = isBreak(text.charCodeAt(scanner.pos)) ? readBreak(scanner) : "";
    breaks = readIndentation(scanner, indent, start).breaks;
  }
  if (chomping !== "-") parts.push(pending);
  if (chomping === "+") parts.push(breaks);
  return parts.join("");
}

function endOfLine(text: string, from: number): number {
  let pos = from;
  for (let unit = text.charCodeAt(pos); !isBreakOrEnd(unit); unit = text.charCodeAt(pos)) pos++;
  return pos;
}

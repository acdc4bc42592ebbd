import type { SourcePlace } from "../base/mod.ts";
import { isBreak, LF } from "./characters.ts";
import { YamlError, type YamlErrorCode } from "./errors.ts";

/** A text being read: its name, and where offsets are in the file. */
export interface Source {
  /** The text, ended by a NUL. */
  text: string;
  /** Name for places; "" when there is none. */
  file: string;
}

/** Line and column of an offset, both from 1. Costs a walk over the text: for errors and places only. */
export function placeAt(source: Source, offset: number): SourcePlace {
  const { text } = source;
  let line = 1;
  let lineStart = 0;
  const end = Math.min(offset, text.length);
  for (let i = 0; i < end; i++) {
    const unit = text.charCodeAt(i);
    if (!isBreak(unit)) continue;
    if (unit === 0x0d && text.charCodeAt(i + 1) === LF) continue;
    line++;
    lineStart = i + 1;
  }
  return { file: source.file, line, column: end - lineStart + 1 };
}

/** An error at an offset. */
export function errorAt(
  source: Source,
  offset: number,
  code: YamlErrorCode,
  problem: string,
  hint?: string,
): YamlError {
  return new YamlError(code, `Cannot read YAML: ${problem}`, { place: placeAt(source, offset), hint });
}

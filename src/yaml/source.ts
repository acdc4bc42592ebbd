import type { SourcePlace } from "../base/mod.ts";
import { isBreak, LF } from "./characters.ts";
import { YamlError, type YamlErrorCode } from "./errors.ts";

const OTHER_BREAKS = /[\r\x85\u2028\u2029]/;

/** A text being read: its name, and where offsets are in the file. */
export class Source {
  private hasOnlyLineFeeds?: boolean;
  /** A line's start that is known, and its number from 1; asking in ascending order costs one walk in all. */
  private knownStart = 0;
  private knownLine = 1;

  /**
   * @param text The text, ended by a NUL.
   * @param file Name for places; "" when there is none.
   */
  constructor(readonly text: string, readonly file: string) {}

  /** Line and column of an offset, both from 1. */
  placeAt(offset: number): SourcePlace {
    if (offset < this.knownStart) {
      this.knownStart = 0;
      this.knownLine = 1;
    }
    for (let next = this.nextLine(); next > 0 && next <= offset; next = this.nextLine()) {
      this.knownStart = next;
      this.knownLine++;
    }
    return { file: this.file, line: this.knownLine, column: offset - this.knownStart + 1 };
  }

  /** An error at an offset. */
  errorAt(offset: number, code: YamlErrorCode, problem: string, hint?: string): YamlError {
    return new YamlError(code, `Cannot read YAML: ${problem}`, { place: this.placeAt(offset), hint });
  }

  /** Where the line behind the known one starts; 0 when there is none. */
  private nextLine(): number {
    const { text } = this;
    this.hasOnlyLineFeeds ??= !OTHER_BREAKS.test(text);
    if (this.hasOnlyLineFeeds) return text.indexOf("\n", this.knownStart) + 1;
    let at = this.knownStart;
    while (at < text.length && !isBreak(text.charCodeAt(at))) at++;
    if (at === text.length) return 0;
    return text.charCodeAt(at) === 0x0d && text.charCodeAt(at + 1) === LF ? at + 2 : at + 1;
  }
}

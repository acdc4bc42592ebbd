import type { Output } from "../../base/mod.ts";

/** Terminals that know them show all between the two at once; others ignore them. */
const BEGIN = "\x1b[?2026h";
const END = "\x1b[?2026l";

/**
 * A few lines at the end of a terminal that are written again and again. Lines are overwritten in place and only their
 * rest is erased, so that nothing flickers; what has not changed is not written.
 */
export class LiveLines {
  readonly #output: Output;
  #drawn: string[] = [];

  constructor(output: Output) {
    this.#output = output;
  }

  /** Shows these lines in place of the former ones. */
  draw(lines: readonly string[]): void {
    if (lines.length === this.#drawn.length && lines.every((line, i) => line === this.#drawn[i])) return;
    this.#output.write(BEGIN + this.#up() + lines.map(toEnd).join("") + this.#rest(lines.length) + END);
    this.#drawn = [...lines];
  }

  /** Writes lines that stay, above the live ones. */
  insert(text: string): void {
    const stay = text.split("\n").map(toEnd).join("");
    const lines = this.#drawn.map(toEnd).join("");
    this.#output.write(BEGIN + this.#up() + stay + lines + END);
  }

  /** Leaves these lines for good. */
  finish(lines: readonly string[]): void {
    this.draw(lines);
    this.#drawn = [];
  }

  #up(): string {
    return this.#drawn.length === 0 ? "" : `\x1b[${this.#drawn.length}A`;
  }

  #rest(count: number): string {
    return count < this.#drawn.length ? "\x1b[0J" : "";
  }
}

function toEnd(line: string): string {
  return `${line}\x1b[K\n`;
}

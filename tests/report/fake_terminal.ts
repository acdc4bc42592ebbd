import type { Output } from "../../src/base/mod.ts";

/** A terminal that understands what kstage writes to it, and shows what a person would see. */
export class FakeTerminal implements Output {
  /** All that was written. */
  written = "";
  readonly #columns: number;
  #lines: string[] = [""];
  #row = 0;

  constructor(columns = 80) {
    this.#columns = columns;
  }

  write(text: string): void {
    this.written += text;
    // deno-lint-ignore no-control-regex -- escape codes are control characters
    for (const [token] of text.matchAll(/\x1b\[[?\d;]*[A-Za-z]|\n|[^\x1b\n]+/g)) this.#put(token);
  }

  isTerminal(): boolean {
    return true;
  }

  columns(): number {
    return this.#columns;
  }

  /** What stands there now, without the empty rest. */
  screen(): string {
    return this.#lines.join("\n").trimEnd();
  }

  #column = 0;

  #put(token: string): void {
    if (token === "\n") {
      this.#row++;
      this.#column = 0;
      this.#lines[this.#row] ??= "";
      return;
    }
    // deno-lint-ignore no-control-regex -- escape codes are control characters
    const escape = /^\x1b\[([?\d;]*)([A-Za-z])$/.exec(token);
    if (escape === null) return this.#print(token);
    const [, count = "", command] = escape;
    const line = this.#lines[this.#row]!;
    if (command === "A") {
      this.#row -= Number(count);
      this.#column = 0;
      if (this.#row < 0) throw new Error("The cursor left the screen");
    } else if (command === "K") this.#lines[this.#row] = [...line].slice(0, this.#column).join("");
    else if (command === "J") {
      this.#lines = [...this.#lines.slice(0, this.#row), [...line].slice(0, this.#column).join("")];
    } else if (!["m", "h", "l"].includes(command!)) throw new Error(`Unknown escape code ${JSON.stringify(token)}`);
  }

  #print(text: string): void {
    const letters = [...text];
    if (this.#column + letters.length > this.#columns) throw new Error(`The line wraps: ${text}`);
    const line = [...this.#lines[this.#row]!.padEnd(this.#column)];
    line.splice(this.#column, letters.length, ...letters);
    this.#lines[this.#row] = line.join("");
    this.#column += letters.length;
  }
}

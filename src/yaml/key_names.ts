/** A power of two. */
const SIZE = 256;

/**
 * Names of keys that were met before: the same few make up most of a text, and a string that has been a key already
 * saves the engine from looking it up among all strings.
 */
export class KeyNames {
  private readonly names: string[] = new Array(SIZE).fill("");

  /** The part of a text from `start` to `end`. */
  slice(text: string, start: number, end: number): string {
    const length = end - start;
    const slot = (text.charCodeAt(start) * 31 + text.charCodeAt(end - 1) * 7 + length) & (SIZE - 1);
    const known = this.names[slot]!;
    if (known.length === length && text.startsWith(known, start)) return known;
    const name = text.slice(start, end);
    this.names[slot] = name;
    return name;
  }
}

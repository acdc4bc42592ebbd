const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const SIXTETS = new Map([...ALPHABET].map((letter, value) => [letter, value]));
const PADDING = "=";

/** Where a base64 text stops being one: a 0-based offset into the text, line breaks counted. */
export interface Base64Fault {
  /** 0-based, as Go counts it. */
  offset: number;
}

/**
 * Decodes padded standard base64 as Go's `encoding/base64.StdEncoding` does: line breaks are skipped, anything else that
 * is not in the alphabet is a fault at the offset that Go names in `illegal base64 data at input byte N`.
 */
export function decodeBase64(text: string): Uint8Array | Base64Fault {
  const bytes: number[] = [];
  let group: number[] = [];
  for (let i = 0; i < text.length; i++) {
    const letter = text[i]!;
    if (letter === "\n" || letter === "\r") continue;
    const sixtet = SIXTETS.get(letter);
    if (sixtet !== undefined) {
      group.push(sixtet);
      if (group.length === 4) {
        bytes.push(...joinSixtets(group));
        group = [];
      }
    } else if (letter === PADDING) {
      return endOfPadding(text, i, group, bytes);
    } else return { offset: i };
  }
  // Go reports an incomplete group at its start, as if the text had no line breaks within it.
  return group.length === 0 ? Uint8Array.from(bytes) : { offset: text.length - group.length };
}

function endOfPadding(text: string, first: number, group: number[], bytes: number[]): Uint8Array | Base64Fault {
  if (group.length < 2) return { offset: first };
  let next = skipLineBreaks(text, first + 1);
  if (group.length === 2) {
    if (next >= text.length) return { offset: text.length };
    if (text[next] !== PADDING) return { offset: next - 1 };
    next = skipLineBreaks(text, next + 1);
  }
  if (next < text.length) return { offset: next };
  return Uint8Array.from([...bytes, ...joinSixtets([...group, 0, 0].slice(0, 4)).slice(0, group.length - 1)]);
}

function joinSixtets([a = 0, b = 0, c = 0, d = 0]: number[]): number[] {
  return [a << 2 | b >> 4, (b << 4 | c >> 2) & 0xff, (c << 6 | d) & 0xff];
}

function skipLineBreaks(text: string, from: number): number {
  let at = from;
  while (text[at] === "\n" || text[at] === "\r") at++;
  return at;
}

/** Padded standard base64 in one line. A string is taken as UTF-8. */
export function encodeBase64(content: Uint8Array | string): string {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  let binary = "";
  for (let i = 0; i < bytes.length; i += 0x8000) binary += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return btoa(binary);
}

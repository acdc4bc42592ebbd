/**
 * Compares strings by their UTF-8 bytes, as Go's `<` does. JavaScript's own `<` compares UTF-16 units, which differs
 * for characters above U+FFFF.
 *
 * @returns Negative, zero or positive, for `sort`.
 */
export function compareBytes(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x === y) continue;
    const xIsSurrogate = x >= 0xd800 && x <= 0xdfff;
    const yIsSurrogate = y >= 0xd800 && y <= 0xdfff;
    // Surrogate pairs stand for code points above all others.
    return xIsSurrogate === yIsSurrogate ? x - y : xIsSurrogate ? 1 : -1;
  }
  return a.length - b.length;
}

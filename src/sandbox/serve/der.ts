/** The few parts of DER (ITU-T X.690) that a certificate needs. */

/** An encoded value. */
export type Der = Uint8Array<ArrayBuffer>;

function encode(tag: number, ...contents: Uint8Array[]): Der {
  const length = contents.reduce((sum, content) => sum + content.length, 0);
  const head = length < 0x80 ? [tag, length] : [tag, ...longLength(length)];
  const result = new Uint8Array(head.length + length);
  result.set(head);
  let at = head.length;
  for (const content of contents) {
    result.set(content, at);
    at += content.length;
  }
  return result;
}

function longLength(length: number): number[] {
  const bytes = bigEndian(length);
  return [0x80 | bytes.length, ...bytes];
}

function bigEndian(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return bytes;
}

export function sequence(...items: Uint8Array[]): Der {
  return encode(0x30, ...items);
}

export function set(...items: Uint8Array[]): Der {
  return encode(0x31, ...items);
}

/** An unsigned integer from its big-endian bytes. */
export function unsignedInteger(bytes: Uint8Array): Der {
  let start = 0;
  while (start < bytes.length - 1 && bytes[start] === 0) start++;
  const digits = bytes.slice(start);
  // A leading one bit would make it negative.
  return digits[0]! & 0x80 ? encode(0x02, Uint8Array.of(0), digits) : encode(0x02, digits);
}

export function boolean(value: boolean): Der {
  return encode(0x01, Uint8Array.of(value ? 0xff : 0));
}

export function octetString(bytes: Uint8Array): Der {
  return encode(0x04, bytes);
}

/** A bit string whose last byte has `unused` bits too many. */
export function bitString(bytes: Uint8Array, unused = 0): Der {
  return encode(0x03, Uint8Array.of(unused), bytes);
}

export function utf8String(text: string): Der {
  return encode(0x0c, new TextEncoder().encode(text));
}

/** A time before 2050, as `UTCTime`; later ones as `GeneralizedTime`. */
export function time(ms: number): Der {
  const digits = new Date(ms).toISOString().replace(/\.\d+Z$/, "Z").replace(/[-:T]/g, "");
  const isShort = new Date(ms).getUTCFullYear() < 2050;
  return encode(isShort ? 0x17 : 0x18, new TextEncoder().encode(isShort ? digits.slice(2) : digits));
}

/** An object identifier such as `2.5.29.17`. */
export function oid(text: string): Der {
  const [first = 0, second = 0, ...rest] = text.split(".").map(Number);
  const bytes = [first * 40 + second];
  for (const part of rest) {
    const groups = [part & 0x7f];
    for (let high = part >>> 7; high > 0; high >>>= 7) groups.unshift(0x80 | (high & 0x7f));
    bytes.push(...groups);
  }
  return encode(0x06, Uint8Array.from(bytes));
}

/** `[tag] EXPLICIT` around encoded values. */
export function explicit(tag: number, ...items: Uint8Array[]): Der {
  return encode(0xa0 | tag, ...items);
}

/** `[tag] IMPLICIT` bytes. */
export function implicit(tag: number, bytes: Uint8Array): Der {
  return encode(0x80 | tag, bytes);
}

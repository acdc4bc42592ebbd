import { decodeBase64, encodeBase64 } from "./base64.ts";

/** One block of a PEM text. */
export interface PemBlock {
  /** `CERTIFICATE`, `RSA PRIVATE KEY`, … */
  label: string;
  /** DER, when the body is base64 of one whole DER element. */
  der?: Uint8Array;
}

/**
 * The blocks of a PEM text, in order, up to one that has no end. Text around them is ignored, as Go's `pem.Decode` does. White space in a body may
 * be of any kind, so a PEM whose line breaks became spaces is read too.
 */
export function parsePem(text: string): PemBlock[] {
  const blocks: PemBlock[] = [];
  let searchFrom = 0;
  for (const begin of text.matchAll(/-----BEGIN ([^\n\r-]+)-----/g)) {
    if (begin.index < searchFrom) continue;
    const bodyStart = begin.index + begin[0].length;
    const end = `-----END ${begin[1]}-----`;
    const bodyEnd = text.indexOf(end, bodyStart);
    // The text was cut off here; looking for further blocks in the rest would take quadratic time.
    if (bodyEnd < 0) break;
    blocks.push({ label: begin[1]!, der: decodeDer(text.slice(bodyStart, bodyEnd)) });
    searchFrom = bodyEnd + end.length;
  }
  return blocks;
}

/** The PEM text of a block: 64 characters a line, one line break at the end. */
export function formatPem(label: string, der: Uint8Array): string {
  const lines = encodeBase64(der).match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ""].join("\n");
}

function decodeDer(body: string): Uint8Array | undefined {
  const bytes = decodeBase64(body.replace(/\s+/g, ""));
  return bytes instanceof Uint8Array && isWholeDer(bytes) ? bytes : undefined;
}

const SEQUENCE = 0x30;

/** Whether bytes are exactly one DER sequence: what was cut off when copied is not. */
function isWholeDer(bytes: Uint8Array): boolean {
  const [tag, first = 0] = bytes;
  if (tag !== SEQUENCE) return false;
  if (first < 0x80) return bytes.length === 2 + first;
  const lengthBytes = bytes.subarray(2, 2 + (first & 0x7f));
  const length = lengthBytes.reduce((sum, byte) => sum * 256 + byte, 0);
  return bytes.length === 2 + lengthBytes.length + length;
}

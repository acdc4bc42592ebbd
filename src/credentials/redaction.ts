import type { Output } from "../base/mod.ts";
import { encodeBase64 } from "../kubeconfig/mod.ts";

/** Takes secrets out of texts. */
export interface Redactor {
  /**
   * Remembers a secret.
   *
   * @returns Whether it is taken out from now on: shorter secrets than {@link SHORTEST_SECRET} are not, as they would
   *   take parts out of ordinary words.
   */
  register(secret: string): boolean;
  /**
   * A text with every form of every secret replaced. Takes a whole text: a secret that is divided between two calls is
   * not found. Costs one search per form, so time grows with the text's length times the number of secrets.
   */
  redact(text: string): string;
}

/** Characters that a secret must have to be taken out of texts. */
export const SHORTEST_SECRET = 8;

/** What stands in place of a secret. */
export const REDACTED = "[redacted]";

/**
 * A redactor that knows each secret as it is, in base64 (both alphabets, at any offset within a longer text), URL-encoded
 * and as part of a JSON string; of a JWT also the signature alone, of a PEM key each line of its body.
 */
export function createRedactor(): Redactor {
  const forms = new Set<string>();
  return {
    register(secret) {
      const trimmed = secret.trim();
      if (trimmed.length < SHORTEST_SECRET) return false;
      for (const form of formsOf(trimmed)) if (form.length >= SHORTEST_SECRET) forms.add(form);
      return true;
    },
    redact: (text) => replaceRanges(text, findRanges(text, forms)),
  };
}

/** An output that a redactor's secrets never reach. Each write is redacted for itself. */
export function createRedactedOutput(output: Output, redactor: Redactor): Output {
  return {
    write: (text) => output.write(redactor.redact(text)),
    isTerminal: () => output.isTerminal(),
    columns: () => output.columns(),
  };
}

function formsOf(secret: string): string[] {
  const parts = [secret, ...keyLinesOf(secret)];
  const signature = /^[\w-]+\.[\w-]+\.([\w-]+)$/.exec(secret)?.[1];
  if (signature !== undefined) parts.push(signature);
  return parts.flatMap((part) => [part, ...base64FormsOf(part), ...escapedFormsOf(part)]);
}

function keyLinesOf(secret: string): string[] {
  if (!/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(secret)) return [];
  return secret.split(/\s+/).filter((line) => /^[A-Za-z0-9+/=]{16,}$/.test(line));
}

/**
 * Base64 writes three bytes as four letters, so a secret inside a longer text looks different at each of three offsets. Of
 * each form only the letters that depend on the secret alone are kept.
 */
function base64FormsOf(secret: string): string[] {
  const bytes = new TextEncoder().encode(secret);
  const forms: string[] = [];
  for (let offset = 0; offset < 3; offset++) {
    const padded = new Uint8Array(offset + bytes.length);
    padded.set(bytes, offset);
    const firstLetter = Math.ceil(offset * 8 / 6);
    const form = encodeBase64(padded).slice(firstLetter, Math.floor(padded.length * 8 / 6));
    forms.push(form, form.replaceAll("+", "-").replaceAll("/", "_"));
  }
  return forms;
}

function escapedFormsOf(secret: string): string[] {
  const url = encodeURIComponent(secret.toWellFormed());
  const lowerCase = url.replace(/%[0-9A-F]{2}/g, (escape) => escape.toLowerCase());
  return [url, lowerCase, url.replaceAll("%20", "+"), JSON.stringify(secret).slice(1, -1)];
}

type Range = [start: number, end: number];

function findRanges(text: string, forms: ReadonlySet<string>): Range[] {
  const ranges: Range[] = [];
  for (const form of forms) {
    for (let at = text.indexOf(form); at >= 0; at = text.indexOf(form, at + 1)) ranges.push([at, at + form.length]);
  }
  return ranges.sort(([a], [b]) => a - b);
}

/** Overlapping ranges are replaced as one, so that no end of the one secret is left beside the other. */
function replaceRanges(text: string, ranges: Range[]): string {
  if (ranges.length === 0) return text;
  let result = "";
  let end = 0;
  let isOpen = false;
  for (const [start, stop] of ranges) {
    if (start > end || !isOpen) result += text.slice(end, start) + REDACTED;
    isOpen = true;
    end = Math.max(end, stop);
  }
  return result + text.slice(end);
}

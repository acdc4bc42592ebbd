import { encodeBase64 } from "../kubeconfig/mod.ts";

/** Takes secrets out of texts. */
export interface Redactor {
  /**
   * Remembers a secret.
   *
   * @returns Whether it is taken out from now on: one of less than {@link SHORTEST_SECRET} characters is not, nor is a
   *   word such as `true`, as that would take parts out of all that is written.
   */
  register(secret: string): boolean;
  /** A text with every form of every secret replaced. Takes a whole text; for parts of one see {@link redactPart}. */
  redact(text: string): string;
  /**
   * The same for a stream that is written in parts, of which a secret may be in several: the end of a part that may be
   * the beginning of a secret is held back.
   */
  redactPart(state: StreamState, text: string): string;
  /** What was held back, at the end of a stream or where nothing more may come for long. */
  redactRest(state: StreamState): string;
}

/** Where a stream stands: made by {@link openStream}, changed by the redactor. */
export interface StreamState {
  /** Not written yet. */
  held: string;
  /** The last character that was, for telling where a word begins. */
  before: string;
}

/** The state of a stream at its beginning. */
export function openStream(): StreamState {
  return { held: "", before: "" };
}

/** Characters that a secret must have to be taken out at all. */
export const SHORTEST_SECRET = 4;

/** Characters that a secret, or a form of one, must have to be taken out within a word too. */
const SHORTEST_PART = 8;

/** What stands in place of a secret. */
export const REDACTED = "[redacted]";

/**
 * A redactor that knows each secret as it is, in base64 (both alphabets, at any offset within a longer text), URL-encoded
 * and as part of a JSON string; of a JWT also the signature alone, of a PEM key each line of its body. Secrets of less than
 * 8 characters are taken out where they stand as a word of their own.
 */
export function createRedactor(): Redactor {
  const forms = new SecretForms();
  const redactAll = (text: string, before: string) => replaceRanges(text, forms.find(text, before));
  return {
    register(secret) {
      const trimmed = secret.trim();
      if (trimmed.length < SHORTEST_SECRET || JSON_WORDS.has(trimmed)) return false;
      for (const form of formsOf(trimmed)) forms.add(form, form === trimmed);
      return true;
    },
    redact: (text) => redactAll(text, ""),
    redactPart(state, part) {
      const text = state.held + part;
      const ranges = forms.find(text, state.before);
      let end = forms.findOpenEnd(text);
      // What is held back begins with the secret, and not within it.
      for (const [start, stop] of ranges.toReversed()) if (start < end && end < stop) end = start;
      const shown = replaceRanges(text.slice(0, end), ranges.filter(([, stop]) => stop <= end));
      state.held = text.slice(end);
      if (end > 0) state.before = text[end - 1]!;
      return shown;
    },
    redactRest(state) {
      const rest = redactAll(state.held, state.before);
      state.before = state.held.at(-1) ?? state.before;
      state.held = "";
      return rest;
    },
  };
}

/** Words that JSON and YAML are made of: results without them could not be read any more. */
const JSON_WORDS = new Set(["true", "false", "null"]);

/** With more forms than this, a text is looked at once for all of them, and not once for each. */
const MANY = 50;

/** All forms of all secrets, and where they are in a text. */
class SecretForms {
  /** Found anywhere. */
  readonly #parts = new Set<string>();
  /** Found as words of their own. */
  readonly #words = new Set<string>();
  /** The parts by their first characters. */
  readonly #byStart = new Map<string, string[]>();
  /** The forms that hold a character. */
  readonly #byCharacter = new Map<string, string[]>();

  add(form: string, isSecret: boolean): void {
    const set = form.length >= SHORTEST_PART ? this.#parts : isSecret ? this.#words : undefined;
    if (set === undefined || set.has(form)) return;
    set.add(form);
    this.#byCharacter.clear();
    if (set !== this.#parts) return;
    const start = form.slice(0, SHORTEST_PART);
    const others = this.#byStart.get(start);
    if (others === undefined) this.#byStart.set(start, [form]);
    else others.push(form);
  }

  /** @param before The character before the text. */
  find(text: string, before: string): Range[] {
    const ranges = this.#parts.size > MANY ? this.#scan(text) : this.#search(text);
    for (const word of this.#words) {
      for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
        const end = at + word.length;
        if (!isWordCharacter(at === 0 ? before : text[at - 1]) && !isWordCharacter(text[end])) ranges.push([at, end]);
      }
    }
    return ranges.sort(([a], [b]) => a - b);
  }

  #search(text: string): Range[] {
    const ranges: Range[] = [];
    for (const form of this.#parts) {
      for (let at = text.indexOf(form); at >= 0; at = text.indexOf(form, at + 1)) ranges.push([at, at + form.length]);
    }
    return ranges;
  }

  #scan(text: string): Range[] {
    const ranges: Range[] = [];
    for (let at = 0; at + SHORTEST_PART <= text.length; at++) {
      for (const form of this.#byStart.get(text.slice(at, at + SHORTEST_PART)) ?? []) {
        if (text.startsWith(form, at)) ranges.push([at, at + form.length]);
      }
    }
    return ranges;
  }

  /** Where the text's end begins that may be the beginning of a secret; the text's length when there is none. */
  findOpenEnd(text: string): number {
    let first = text.length;
    for (const form of this.#formsWith(text.at(-1) ?? "")) {
      // A short secret that is there whole may be the beginning of a longer word.
      const longest = this.#words.has(form) ? form.length : form.length - 1;
      for (let at = Math.max(0, text.length - longest); at < first; at++) {
        if (text[at] === form[0] && form.startsWith(text.slice(at))) first = at;
      }
    }
    return first;
  }

  #formsWith(character: string): string[] {
    if (character === "") return [];
    let known = this.#byCharacter.get(character);
    if (known === undefined) {
      known = [...this.#parts, ...this.#words].filter((form) => form.includes(character));
      this.#byCharacter.set(character, known);
    }
    return known;
  }
}

function isWordCharacter(character: string | undefined): boolean {
  return character !== undefined && /[\p{L}\p{N}_]/u.test(character);
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

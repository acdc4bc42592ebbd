import { FileError } from "../base/mod.ts";
import { CredentialsError, type CredentialsErrorCode } from "./errors.ts";

/** Where a raw value came from. */
export interface ValueSource {
  /** What to call it in messages: `K8S_TOKEN`, `--token-file`. @default {"the value"} */
  name?: string;
  /** Whether the text was read from a file, where a line break at the end is usual. @default {false} */
  fromFile?: boolean;
  /** What to do when it is empty: one sentence, no final period. */
  whyEmpty?: string;
  /** Reads the file that a value such as `/builds/g/p.tmp/CA` names; without it such a value is no path. */
  readFile?: (path: string) => string;
}

/** A value, and what was done to it. */
export interface Normalized {
  /** The value, fit for use. */
  value: string;
  /** What was repaired, a phrase each: `removed quotes`. */
  repairs: string[];
  /** What the user should know, a phrase each. */
  notes: string[];
}

/** A value without what people and pipelines put around it. */
export interface TidiedValue {
  text: string;
  repairs: string[];
}

const NAME = "[A-Za-z_][A-Za-z0-9_]*";
const UNEXPANDED = new RegExp(`^(\\$${NAME}|\\$\\{${NAME}\\}|\\$\\(${NAME}\\)|%${NAME}%|\\$\\{\\{[^}]*\\}\\})$`);
const MASKS = /^(\[MASKED\]|\[FILTERED\]|\[redacted\]|REDACTED|DATA\+OMITTED|<redacted>|\*{3,}|x{5,})$/i;
const NOTHING = /^(null|nil|none|undefined|<no value>|<none>)$/i;
const QUOTES = /^(["'`])([\s\S]*)\1$|^“([\s\S]*)”$/;

/** Far above any CA bundle; what is larger is another file. */
const MAX_LENGTH = 1_000_000;

/** Pairs of quotes that are taken off. */
const MAX_QUOTES = 4;

/**
 * Removes white space, quotes and a byte order mark around a value, and follows the path that a variable of GitLab's type
 * File holds.
 *
 * @throws {CredentialsError} EMPTY, UNEXPANDED, REDACTED, UNREADABLE, TOO_LARGE.
 */
export function tidyValue(raw: string, source: ValueSource = {}): TidiedValue {
  if (raw.length > MAX_LENGTH) throw refusal("TOO_LARGE", source, "it has more than a million characters");
  const repairs: string[] = [];
  let text = raw.replace(/^\ufeff/, "");
  if (text !== raw) repairs.push("removed a byte order mark");
  const trimmed = trimPlain(text);
  if (trimmed !== (source.fromFile ? text.replace(/\r?\n$/, "") : text)) repairs.push("removed white space around it");
  text = trimmed;
  for (let i = 0; i < MAX_QUOTES; i++) {
    const quoted = QUOTES.exec(text);
    if (quoted === null) break;
    text = trimPlain(quoted[2] ?? quoted[3]!);
    if (!repairs.includes("removed quotes")) repairs.push("removed quotes");
  }
  refusePlaceholder(text, source);
  if (!/^\/[^\n]{0,4095}$/.test(text) || source.readFile === undefined) return { text, repairs };
  const inner = tidyValue(readNamedFile(text, source), { ...source, fromFile: true, readFile: undefined });
  return { text: inner.text, repairs: [...repairs, "read the file that it names", ...inner.repairs] };
}

/** White space at both ends, also as the escapes that JSON and shells leave behind. */
function trimPlain(text: string): string {
  return text.replace(/^(\s|\\[nrt])+|(\s|\\[nrt])+$/g, "");
}

function refusePlaceholder(text: string, source: ValueSource): void {
  if (text === "") throw refusal("EMPTY", source, "it is empty", source.whyEmpty);
  if (NOTHING.test(text)) {
    const hint = "A command that looked it up found nothing: check where the value comes from";
    throw refusal("EMPTY", source, "it is the word for nothing", hint);
  }
  if (UNEXPANDED.test(text)) {
    const state = "it is a reference to a variable, which nothing has replaced by its value";
    throw refusal("UNEXPANDED", source, state, source.whyEmpty ?? "Define the variable that it refers to");
  }
  if (MASKS.test(text)) {
    const hint = "It was copied from a log or from kubectl config view: copy it from its origin (kubectl: --raw)";
    throw refusal("REDACTED", source, "it is a placeholder for a hidden value", hint);
  }
}

function readNamedFile(path: string, source: ValueSource): string {
  try {
    return source.readFile!(path);
  } catch (cause) {
    if (!(cause instanceof FileError)) throw cause;
    // What looks like a path may be anything, so it isn't repeated.
    const hint = "If the variable is of type File, check that the job runs where its file is";
    throw refusal("UNREADABLE", source, "it looks like a path, but there is no such file", hint);
  }
}

/** The error that a value is refused with: `Cannot use K8S_TOKEN: it is empty`. */
export function refusal(
  code: CredentialsErrorCode,
  { name = "the value" }: ValueSource,
  state: string,
  hint?: string,
): CredentialsError {
  return new CredentialsError(code, `Cannot use ${name}: ${state}`, name, hint === undefined ? {} : { hint });
}

import { KustomizeError } from "../errors.ts";

/** Where a generator's entries come from. */
export interface KeyValueSources {
  literals?: string[];
  files?: string[];
  envs?: string[];
  /** One more of `envs`; deprecated. */
  env?: string;
}

/** Reads a file that a generator names. */
export type ReadSource = (path: string) => Promise<Uint8Array>;

/** Longer lines end an env file, as they end Go's `bufio.Scanner`. */
const MAX_LINE_BYTES = 64 * 1024;

/**
 * Reads all entries: env files, literals, files, in this order (kustomize `api/kv/kv.go` v5.8.1).
 *
 * @param name Of the generator, for errors.
 * @returns Values as bytes where they come from files, for those need not be text.
 * @throws {KustomizeError} INVALID_CONFIG for malformed sources and repeated keys.
 */
export async function readKeyValues(
  name: string,
  sources: KeyValueSources,
  read: ReadSource,
): Promise<Map<string, string | Uint8Array>> {
  const entries = new Map<string, string | Uint8Array>();
  const add = (key: string, value: string | Uint8Array) => {
    if (entries.has(key)) throw invalid(`configmap ${name} illegally repeats the key \`${key}\``);
    entries.set(key, value);
  };
  for (const path of sources.envs ?? []) {
    for (const [key, value] of parseEnvFile(await read(path), path)) add(key, value);
  }
  for (const [index, literal] of (sources.literals ?? []).entries()) add(...parseLiteral(literal, index));
  for (const source of sources.files ?? []) {
    const { key, path } = parseFileSource(source);
    add(key, await read(path));
  }
  return entries;
}

/**
 * Takes `key=value` apart; one pair of quotes around the value is dropped.
 *
 * @param index The literal's place in the list, for the error: its text may be a secret.
 */
export function parseLiteral(literal: string, index = 0): [key: string, value: string] {
  const at = literal.indexOf("=");
  if (at < 1) throw invalid(`invalid literal source in literals[${index}], expected key=value`);
  const value = literal.slice(at + 1);
  const quote = value[0];
  const isQuoted = value.length > 1 && (quote === '"' || quote === "'") && value.at(-1) === quote;
  return [literal.slice(0, at), isQuoted ? value.slice(1, -1) : value];
}

/** `path` or `key=path` (kustomize `api/internal/generators/utils.go` v5.8.1). */
export function parseFileSource(source: string): { key: string; path: string } {
  const parts = source.split("=");
  if (parts.length === 1) return { key: goBaseName(source), path: source };
  if (parts.length > 2) throw invalid(`source "${source}" key name or file path contains '='`);
  const [key, path] = parts as [string, string];
  if (key === "") throw invalid(`missing key name for file path "${path}" in source "${source}"`);
  if (path === "") throw invalid(`missing file path for key name "${key}" in source "${source}"`);
  return { key, path };
}

/** As Go's `path.Base`: slashes at the end don't count. */
function goBaseName(path: string): string {
  const trimmed = path.replace(/\/+$/, "");
  if (trimmed === "") return path === "" ? "." : "/";
  return trimmed.slice(trimmed.lastIndexOf("/") + 1);
}

function parseEnvFile(content: Uint8Array, path: string): [string, string][] {
  const entries: [string, string][] = [];
  const text = decodeText(content);
  if (text === undefined) throw invalid(`env source file ${path} has invalid utf8 bytes`);
  for (const line of text.split("\n")) {
    if (line.length >= MAX_LINE_BYTES) break;
    const trimmed = trimStart(line.endsWith("\r") ? line.slice(0, -1) : line);
    if (trimmed === "" || trimmed.startsWith("#") || trimmed.startsWith("=")) continue;
    const at = trimmed.indexOf("=");
    entries.push(at < 0 ? [trimmed, ""] : [trimmed.slice(0, at), trimmed.slice(at + 1)]);
  }
  return entries;
}

/** Drops what Go's `unicode.IsSpace` calls space. */
function trimStart(line: string): string {
  return line.replace(/^[\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/, "");
}

/** Text without its byte order mark, or undefined where the bytes are no UTF-8. */
function decodeText(content: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(content);
  } catch {
    return undefined;
  }
}

function invalid(problem: string): KustomizeError {
  return new KustomizeError("INVALID_CONFIG", `Cannot read the generator's entries: ${problem}`);
}

import { SPACE } from "./characters.ts";
import { YamlError } from "./errors.ts";

/** What go.yaml.in/yaml v2.4.3 refuses to read, were it in JSON. */
const REFUSED = /[\x7f-\x84\x86-\x9f\ufffe\uffff]/;

/** The longest key in characters of JSON, quotes included. */
const MAX_JSON_KEY = 1024;

/**
 * What becomes of a string when kustomize passes it through JSON to the emitter: JSON is read there as YAML, where NEL
 * is a line break that folds, and where some characters and too long keys are errors.
 */
export function passThroughJson(text: string): string {
  refuseControlCharacters(text, "string");
  const wellFormed = text.isWellFormed() ? text : text.toWellFormed();
  return wellFormed.includes("\x85") ? foldNextLines(wellFormed) : wellFormed;
}

/** Throws where kustomize cannot pass a key through JSON. */
export function checkJsonKey(key: string): void {
  refuseControlCharacters(key, "key");
  if (key.includes("\x85")) fail("did not find expected ',' or '}' (a key holds the line break U+0085)");
  if (key.length > MAX_JSON_KEY / 6 && jsonLength(key) > MAX_JSON_KEY) {
    fail(`did not find expected ',' or '}' (the key "${key.slice(0, 40)}…" is too long)`);
  }
}

function refuseControlCharacters(text: string, what: string): void {
  const refused = REFUSED.exec(text);
  if (refused === null) return;
  const code = refused[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, "0");
  fail(`control characters are not allowed (U+${code} in a ${what})`);
}

/** Characters of a string in Go's JSON, which also escapes `<`, `>`, `&` and two line separators. */
function jsonLength(text: string): number {
  const escaped = JSON.stringify(text).replace(/[<>&\u2028\u2029]/g, "\\u0000");
  return [...escaped].length;
}

function foldNextLines(text: string): string {
  const [first = "", ...lines] = text.split("\x85").map((line, i, all) => trimSpaces(line, i > 0, i < all.length - 1));
  let out = first;
  let breaks = 0;
  for (const [i, line] of lines.entries()) {
    breaks++;
    if (line === "" && i < lines.length - 1) continue;
    out += (breaks === 1 ? " " : "\n".repeat(breaks - 1)) + line;
    breaks = 0;
  }
  return out;
}

function trimSpaces(text: string, atStart: boolean, atEnd: boolean): string {
  let start = 0;
  let end = text.length;
  while (atStart && start < end && text.charCodeAt(start) === SPACE) start++;
  while (atEnd && end > start && text.charCodeAt(end - 1) === SPACE) end--;
  return text.slice(start, end);
}

function fail(problem: string): never {
  throw new YamlError("BAD_VALUE", `Cannot write YAML: ${problem}`);
}

import { YamlError } from "./errors.ts";

/** What go.yaml.in/yaml v2.4.3 refuses to read, were it in JSON. */
const REFUSED = /[\x7f-\x84\x86-\x9f\ufffe\uffff]/;

/** The longest key in characters of JSON, quotes included. */
const MAX_JSON_KEY = 1024;

/**
 * What becomes of a string when kustomize passes it through JSON to the emitter: JSON is read there as YAML, where NEL
 * is a line break that folds, and where some characters and too long keys are errors.
 */
export function passThroughJson(text: string, isKey: boolean): string {
  const wellFormed = text.isWellFormed() ? text : text.toWellFormed();
  const refused = REFUSED.exec(wellFormed);
  if (refused !== null) {
    const code = refused[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, "0");
    fail(`control characters are not allowed (U+${code} in a ${isKey ? "key" : "string"})`);
  }
  if (isKey) return checkKey(wellFormed);
  return wellFormed.includes("\x85") ? foldNextLines(wellFormed) : wellFormed;
}

function checkKey(key: string): string {
  if (key.includes("\x85")) fail("did not find expected ',' or '}' (a key holds the line break U+0085)");
  if (key.length > MAX_JSON_KEY / 6 && jsonLength(key) > MAX_JSON_KEY) {
    fail(`did not find expected ',' or '}' (the key "${key.slice(0, 40)}…" is too long)`);
  }
  return key;
}

/** Characters of a string in Go's JSON, which also escapes `<`, `>`, `&` and two line separators. */
function jsonLength(text: string): number {
  const escaped = JSON.stringify(text).replace(/[<>&\u2028\u2029]/g, "\\u0000");
  return [...escaped].length;
}

function foldNextLines(text: string): string {
  return text.replace(/ *\x85[ \x85]*/g, (run) => {
    const breaks = run.split("\x85").length - 1;
    return breaks === 1 ? " " : "\n".repeat(breaks - 1);
  });
}

function fail(problem: string): never {
  throw new YamlError("BAD_VALUE", `Cannot write YAML: ${problem}`);
}

import type { JsonValue, SourcePlace } from "../base/mod.ts";
import { composeDocument, type Extent } from "./compose.ts";
import { YamlError } from "./errors.ts";
import type { NodeRules } from "./nodes.ts";
import type { Places } from "./provenance.ts";
import { errorAt, placeAt, type Source } from "./source.ts";

/** One document of a YAML stream. */
export interface YamlDocument {
  value: JsonValue;
  /** Line where the document's content starts, from 1. */
  readonly line: number;
  /**
   * The place of a key (the key's own) or list item. For `[]`, for what isn't found, and where places were not asked
   * for, it is the document's own place. The file is `""` when none was given.
   */
  placeOf(path: readonly (string | number)[]): SourcePlace;
}

/** How to read. */
export interface ReadYamlOptions {
  /** Name for places and errors. @default {""} */
  file?: string;
  /** Keep the text, so that `placeOf` can look into it. @default {false} */
  places?: boolean;
  /**
   * Whose rules decide what scalars and keys mean. `kustomize`: as kustomize reads resources and patches, by
   * go.yaml.in/yaml v3; `yes` and `on` are strings, a key occurs once, and keys are strings. `sigs`: as sigs.k8s.io/yaml
   * reads a kustomization file, a kubeconfig or a JSON patch, by go.yaml.in/yaml v2; `yes`, `no`, `on`, `off`, `y` and
   * `n` are booleans, the last of equal keys counts, keys become strings, and only the first document is read.
   * @default {"kustomize"}
   */
  rules?: "kustomize" | "sigs";
  /**
   * With the rules of kustomize, read a value left out inside of braces (`{a: }`) as null, as it counts in a patch.
   * Without it, it is the empty string that kustomize prints for it in a resource. @default {false}
   */
  keepEmptyNulls?: boolean;
}

/**
 * Reads every document of a text; empty ones have the value null.
 *
 * @throws {YamlError} Any code but DOCUMENT_COUNT.
 */
export function readYamlDocuments(text: string, options: ReadYamlOptions = {}): YamlDocument[] {
  const { file = "", places = false, rules = "kustomize", keepEmptyNulls = false } = options;
  refuseControlCharacters(text, file);
  const nodeRules: NodeRules = { version: rules === "sigs" ? 2 : 3, keepEmptyNulls };
  return (rules === "sigs" ? wholeText(text, file) : splitDocuments(text, file))
    .map((extent) => readDocument(extent, nodeRules, places));
}

/**
 * Reads the value of a text with one document; null for an empty text.
 *
 * @throws {YamlError} Any code.
 */
export function readYaml(text: string, options: ReadYamlOptions = {}): JsonValue {
  const documents = readYamlDocuments(text, options);
  if (documents.length <= 1) return documents[0]?.value ?? null;
  const place = documents[1]!.placeOf([]);
  throw new YamlError("DOCUMENT_COUNT", `Cannot read YAML: one document expected, found ${documents.length}`, {
    place,
  });
}

function readDocument(extent: Extent, rules: NodeRules, keepsText: boolean): YamlDocument {
  const { value, start } = composeDocument(extent, rules);
  const own = () => placeAt(extent.source, start);
  return {
    value,
    get line() {
      return own().line ?? 1;
    },
    placeOf: (path) => (keepsText ? findPlace(extent, rules, path) : undefined) ?? own(),
  };
}

/** Reads the document again, this time with places: errors are rare, and reading is fast. */
function findPlace(extent: Extent, rules: NodeRules, path: readonly (string | number)[]): SourcePlace | undefined {
  const places: Places = new Map();
  let { value } = composeDocument(extent, rules, places);
  let offset: number | undefined;
  for (const step of path) {
    if (typeof value !== "object" || value === null) return undefined;
    offset = places.get(value)?.get(step);
    if (offset === undefined) return undefined;
    value = (value as Record<string | number, JsonValue>)[step]!;
  }
  return offset === undefined ? undefined : placeAt(extent.source, offset);
}

// deno-lint-ignore no-control-regex -- these are what is looked for
const FORBIDDEN = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]/;

function refuseControlCharacters(text: string, file: string): void {
  const index = text.search(FORBIDDEN);
  if (index < 0) return;
  throw errorAt({ text, file }, index, "SYNTAX", "control characters are not allowed");
}

function wholeText(text: string, file: string): Extent[] {
  return [{ source: { text: text + "\0", file }, from: 0, end: text.length }];
}

/**
 * Splits a text at lines that start with `---`, as kustomize does before any parsing.
 *
 * @see `splitDocuments` in kyaml v0.21.1 `kio/byteio_reader.go`
 */
function splitDocuments(original: string, file: string): Extent[] {
  if (original === "") return [];
  const text = original.includes("\r") ? original.replaceAll("\r\n", "\n") : original;
  const source: Source = { text: text + "\0", file };
  const extents: Extent[] = [];
  let from = 0;
  for (let at = text.indexOf("\n---"); at >= 0; at = text.indexOf("\n---", Math.max(from, at + 1))) {
    const lineEnd = text.indexOf("\n", at + 4);
    if (lineEnd < 0) break;
    const rest = text.slice(at + 4, lineEnd).trim();
    if (rest !== "" && !rest.startsWith("#")) {
      const line = text.slice(at + 1, lineEnd).trim();
      throw errorAt(source, at + 1, "SYNTAX", `invalid document separator: ${line}`);
    }
    extents.push({ source, from, end: at + 1 });
    from = lineEnd + 1;
  }
  extents.push({ source, from, end: text.length });
  return extents;
}

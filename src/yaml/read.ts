import type { JsonValue, SourcePlace } from "../base/mod.ts";
import { composeDocument, type Extent, scannerFor } from "./compose.ts";
import { YamlError } from "./errors.ts";
import type { NodeRules } from "./nodes.ts";
import type { Places } from "./provenance.ts";
import { Source } from "./source.ts";

/** One document of a YAML stream. */
export interface YamlDocument {
  /** Its content; the caller owns it. */
  value: JsonValue;
  /** Line where the document's content starts, from 1. */
  line: number;
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
  /** Let `placeOf` look into the text; the first call reads it once more. @default {false} */
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
  const nodeRules: NodeRules = { version: rules === "sigs" ? 2 : 3, keepEmptyNulls };
  const normalized = rules === "kustomize" && text.includes("\r") ? text.replaceAll("\r\n", "\n") : text;
  const source = new Source(normalized + "\0", file);
  refuseControlCharacters(source);
  const scanner = scannerFor(source, nodeRules);
  const extents = rules === "sigs" ? [{ from: 0, end: text.length }] : splitDocuments(source);
  let line = 1;
  return extents.map((extent, i) => {
    const { value, start, breaks, readTo } = composeDocument(scanner, extent, nodeRules);
    const documentLine = line + countLines(source.text, extent.from, start);
    const next = extents[i + 1];
    if (next !== undefined) line += breaks + countLines(source.text, readTo, next.from);
    const finder = new PlaceFinder(source, extent, nodeRules, start);
    return { value, line: documentLine, placeOf: (path) => finder.find(places ? path : []) };
  });
}

/** Line feeds in a part of a text; for texts with other line breaks, {@link Source} has the exact count. */
function countLines(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = text.indexOf("\n", from); at >= 0 && at < to; at = text.indexOf("\n", at + 1)) count++;
  return count;
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

/** Finds places by reading the document again, when the first one is asked for: mostly that is never. */
class PlaceFinder {
  private composed?: { value: JsonValue; places: Places };

  constructor(
    private readonly source: Source,
    private readonly extent: Extent,
    private readonly rules: NodeRules,
    private readonly start: number,
  ) {}

  find(path: readonly (string | number)[]): SourcePlace {
    return this.source.placeAt(path.length === 0 ? this.start : this.offsetOf(path) ?? this.start);
  }

  private offsetOf(path: readonly (string | number)[]): number | undefined {
    const { places, ...root } = this.compose();
    let { value } = root;
    let offset: number | undefined;
    for (const step of path) {
      if (typeof value !== "object" || value === null) return undefined;
      offset = places.get(value)?.get(step);
      if (offset === undefined) return undefined;
      value = (value as Record<string | number, JsonValue>)[step]!;
    }
    return offset;
  }

  private compose(): { value: JsonValue; places: Places } {
    if (this.composed === undefined) {
      const places: Places = new Map();
      const { value } = composeDocument(scannerFor(this.source, this.rules), this.extent, this.rules, places);
      this.composed = { value, places };
    }
    return this.composed;
  }
}

// deno-lint-ignore no-control-regex -- these are what is looked for
const FORBIDDEN = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]/;

function refuseControlCharacters(source: Source): void {
  const index = source.text.search(FORBIDDEN);
  // The last character is the NUL that marks the end.
  if (index < source.text.length - 1) throw source.errorAt(index, "SYNTAX", "control characters are not allowed");
}

/**
 * Splits a text at lines that start with `---`, as kustomize does before any parsing.
 *
 * @see `splitDocuments` in kyaml v0.21.1 `kio/byteio_reader.go`
 */
function splitDocuments(source: Source): Extent[] {
  const { text } = source;
  const length = text.length - 1;
  if (length === 0) return [];
  const extents: Extent[] = [];
  let from = 0;
  for (let at = text.indexOf("\n---"); at >= 0; at = text.indexOf("\n---", Math.max(from, at + 1))) {
    const lineEnd = text.indexOf("\n", at + 4);
    if (lineEnd < 0) break;
    const rest = text.slice(at + 4, lineEnd).trim();
    if (rest !== "" && !rest.startsWith("#")) {
      const line = text.slice(at + 1, lineEnd).trim();
      throw source.errorAt(at + 1, "SYNTAX", `invalid document separator: ${line}`);
    }
    extents.push({ from, end: at + 1 });
    from = lineEnd + 1;
  }
  extents.push({ from, end: length });
  return extents;
}

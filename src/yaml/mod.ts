/**
 * YAML as kustomize reads and writes it: text to plain JSON values by go-yaml's rules, and values to exactly the text
 * that `kubectl kustomize` prints.
 */
import { dump } from "js-yaml";
import type { JsonValue } from "../base/mod.ts";

export { YamlError, type YamlErrorCode } from "./errors.ts";
export { readYaml, readYamlDocuments, type ReadYamlOptions, type YamlDocument } from "./read.ts";

/** The text of a value, as kustomize prints it. */
export function writeYaml(value: JsonValue): string {
  return dump(value, { sortKeys: true, seqNoIndent: true, noRefs: true });
}

/** The documents of a build, joined by `---`. */
export function writeYamlDocuments(values: JsonValue[]): string {
  return values.map(writeYaml).join("---\n");
}

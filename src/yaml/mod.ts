/**
 * YAML as kustomize reads and writes it: text to plain JSON values by go-yaml's rules, and values to exactly the text
 * that `kubectl kustomize` prints.
 */
export { editYaml, listComments, type YamlEdit } from "./edit.ts";
export { YamlError, type YamlErrorCode } from "./errors.ts";
export { readYaml, readYamlDocuments, type ReadYamlOptions, type YamlDocument } from "./read.ts";
export { writeYaml, writeYamlDocuments } from "./write.ts";
export { refold } from "./refold.ts";

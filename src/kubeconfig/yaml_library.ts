/**
 * The library that edits a user's file in place. This file is what is loaded late, not the package: a bundle gives a
 * CommonJS package its names only where it is imported statically.
 */
export { isMap, isScalar, isSeq, parseDocument, visit, YAMLMap, YAMLSeq } from "yaml";

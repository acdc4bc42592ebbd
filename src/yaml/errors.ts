import { CodedError } from "../base/mod.ts";

/** What can be wrong with a YAML text or value. */
export type YamlErrorCode =
  /** The text is no YAML. */
  | "SYNTAX"
  /** A key stands twice in an object. */
  | "DUPLICATE_KEY"
  /** An alias has no anchor before it. */
  | "UNKNOWN_ANCHOR"
  /** Objects and lists are nested too deeply. */
  | "TOO_DEEP"
  /** Aliases repeat too much. */
  | "TOO_LARGE"
  /** A scalar, key or merge is none that JSON or kustomize can hold. */
  | "BAD_VALUE"
  /** There are several documents where one is expected. */
  | "DOCUMENT_COUNT"
  /** A change cannot be made in the text as it is written. */
  | "CANNOT_EDIT";

/** A YAML text cannot be read or edited, or a value not written; `place` says where. Messages hold go-yaml's words. */
export class YamlError extends CodedError<YamlErrorCode> {
  /** For stack traces. */
  override name = "YamlError";
}
